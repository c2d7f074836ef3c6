package io.vigie.yaml;

import io.vigie.yaml.YamlValue.Entry;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads the documents of a YAML file. Types are those of YAML 1.2's core schema, save that numbers
 * with leading zeros stay text (an account id is no number): {@code no}, {@code on} and {@code
 * 12:30} are text as well.
 */
public final class YamlReader {
  /** No file that a person writes is larger; the parser is slow on larger ones. */
  public static final int MAX_BYTES = 256 << 10;

  private static final int MAX_DEPTH = 30;

  private final Problems.OfFile problems;
  private final LoadSettings settings;
  private final ScalarResolver resolver;

  private YamlReader(Problems.OfFile problems) {
    this.problems = problems;
    CoreSchema schema = new CoreSchema();
    this.settings =
        LoadSettings.builder()
            .setLabel(problems.file())
            .setSchema(schema)
            .setCodePointLimit(MAX_BYTES)
            .build();
    this.resolver = schema.getScalarResolver();
  }

  /**
   * The documents of the file, empty ones left out. A file with a problem has none: half a file is
   * not what its author meant.
   */
  public static List<YamlValue> read(byte[] bytes, Problems.OfFile problems) {
    return new YamlReader(problems).documents(bytes);
  }

  private List<YamlValue> documents(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      problems.error(
          Place.START,
          "FILE_TOO_LARGE",
          "the file has " + bytes.length + " bytes, more than " + MAX_BYTES,
          "split it");
      return List.of();
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      return documents(new Parse(settings).parseString(text).iterator());
    } catch (CharacterCodingException e) {
      problems.error(Place.START, "NOT_UTF8", "the file is not UTF-8 text", "save it as UTF-8");
    } catch (Refused e) {
      problems.error(e.place, e.code, e.problem, e.suggestion);
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext() == null ? "" : " " + e.getContext();
      problems.error(
          place(e.getProblemMark()), "NOT_YAML", e.getProblem() + context, "check the indentation");
    } catch (YamlEngineException e) {
      problems.error(Place.START, "NOT_YAML", String.valueOf(e.getMessage()), "");
    }
    return List.of();
  }

  private List<YamlValue> documents(Iterator<Event> events) {
    List<YamlValue> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent node) {
        YamlValue document = value(node, events, 0);
        if (document.plain() != null) {
          documents.add(document);
        }
      }
    }
    return documents;
  }

  private YamlValue value(NodeEvent event, Iterator<Event> events, int depth) {
    Place place = place(event.getStartMark());
    if (event instanceof AliasEvent || event.getAnchor().isPresent()) {
      throw new Refused(place, "ALIAS", "anchors and aliases are not allowed", "write it out");
    }
    if (depth > MAX_DEPTH) {
      throw new Refused(place, "TOO_DEEP", "nested more than " + MAX_DEPTH + " levels deep", "");
    }
    if (event instanceof ScalarEvent scalar) {
      refuseTag(scalar.getTag(), place);
      return new YamlScalar(typed(scalar), scalar.getValue(), place);
    }
    refuseTag(((CollectionStartEvent) event).getTag(), place);
    return event.getEventId() == Event.ID.SequenceStart
        ? list(place, events, depth)
        : map(place, events, depth);
  }

  private YamlList list(Place place, Iterator<Event> events, int depth) {
    List<YamlValue> items = new ArrayList<>();
    while (true) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.SequenceEnd) {
        return new YamlList(items, place);
      }
      items.add(value((NodeEvent) event, events, depth + 1));
    }
  }

  private YamlMap map(Place place, Iterator<Event> events, int depth) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (true) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.MappingEnd) {
        return new YamlMap(entries, place);
      }
      Place keyPlace = place(event.getStartMark());
      if (!(value((NodeEvent) event, events, depth + 1) instanceof YamlScalar key)) {
        throw new Refused(keyPlace, "KEY_NOT_TEXT", "a key must be text", "");
      }
      YamlValue value = value((NodeEvent) events.next(), events, depth + 1);
      if (entries.put(key.text(), new Entry(value, keyPlace)) != null) {
        throw new Refused(
            keyPlace,
            "DUPLICATE_KEY",
            "the key '" + key.text() + "' stands twice in one map",
            "merge the two, or rename one");
      }
    }
  }

  private static void refuseTag(Optional<String> tag, Place place) {
    if (tag.isPresent()) {
      throw new Refused(place, "TAG", "tags such as " + tag.get() + " are not allowed", "drop it");
    }
  }

  private @Nullable Object typed(ScalarEvent scalar) {
    String text = scalar.getValue();
    if (!scalar.isPlain()) {
      return text;
    }
    Tag tag = resolver.resolve(text, true);
    if (tag.equals(Tag.NULL)) {
      return null;
    }
    if (tag.equals(Tag.BOOL)) {
      return Boolean.parseBoolean(text);
    }
    try {
      if (tag.equals(Tag.INT) && text.matches("-?(0|[1-9][0-9]{0,18})")) {
        return Long.parseLong(text);
      }
      if (tag.equals(Tag.FLOAT) && text.matches("-?(0|[1-9][0-9]*)\\.[0-9]+")) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException beyondLong) {
      return text;
    }
    return text;
  }

  private static Place place(Optional<Mark> mark) {
    return mark.map(m -> new Place(m.getLine() + 1, m.getColumn() + 1)).orElse(Place.START);
  }

  /** Ends the reading of a file at its first unsafe construct. */
  private static final class Refused extends RuntimeException {
    private final Place place;
    private final String code;
    private final String problem;
    private final String suggestion;

    private Refused(Place place, String code, String problem, String suggestion) {
      super(problem, null, false, false);
      this.place = place;
      this.code = code;
      this.problem = problem;
      this.suggestion = suggestion;
    }
  }
}
