package io.vigie.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vigie.ingest.Conversions.Conversion;
import io.vigie.ingest.EnvelopeStep.ArrayAt;
import io.vigie.ingest.EnvelopeStep.Gzip;
import io.vigie.ingest.EnvelopeStep.Lines;
import io.vigie.ingest.EnvelopeStep.Nothing;
import io.vigie.ingest.EnvelopeStep.ObjectAt;
import io.vigie.ingest.EnvelopeStep.TextAt;
import io.vigie.ingest.Expression.FirstOf;
import io.vigie.ingest.Expression.From;
import io.vigie.ingest.Expression.Line;
import io.vigie.ingest.Expression.Members;
import io.vigie.ingest.Expression.Table;
import io.vigie.ingest.Expression.Template;
import io.vigie.ingest.Expression.TextPattern;
import io.vigie.ingest.Expression.Union;
import io.vigie.ingest.Expression.Value;
import io.vigie.ingest.Expression.When;
import io.vigie.ingest.LogSource.SigmaName;
import io.vigie.ingest.Mapping.Rule;
import io.vigie.ingest.TextFormat.Both;
import io.vigie.ingest.TextFormat.Columns;
import io.vigie.ingest.TextFormat.Layout;
import io.vigie.ingest.TextFormat.Patterns;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import io.vigie.yaml.Timespan;
import io.vigie.yaml.YamlReader;
import io.vigie.yaml.YamlValue;
import io.vigie.yaml.YamlValue.Entry;
import io.vigie.yaml.YamlValue.YamlList;
import io.vigie.yaml.YamlValue.YamlMap;
import io.vigie.yaml.YamlValue.YamlScalar;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a log source's definition file and says all that is wrong with it. */
final class DefinitionReader {
  private static final String ECS_VERSION = "9.2.0";
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "topic",
          "lateness",
          "idle-timeout",
          "sigma",
          "sigma-fields",
          "envelope",
          "format",
          "require",
          "json-texts",
          "time",
          "event-id",
          "ecs-in",
          "fields");
  private static final Set<String> RULE_KEYS =
      Set.of("from", "text", "all", "value", "extract", "with", "table", "when", "type");
  private static final List<String> ORIGINS = List.of("from", "text", "all", "value");
  private static final Pattern IN_BRACES = Pattern.compile("\\{([^{}]+)}");
  private static final Set<String> STEPS =
      Set.of("array", "gzip", "lines", "nothing", "object", "text");
  private static final String WHOLE_RECORD = ".";
  private static final Set<String> COMPUTED = Set.of("@timestamp", "event.id");

  private final Problems.OfFile problems;
  private boolean failed;

  private DefinitionReader(Problems.OfFile problems) {
    this.problems = problems;
  }

  static Optional<LogSource> read(byte[] yaml, Problems.OfFile problems) {
    List<YamlValue> documents = YamlReader.read(yaml, problems);
    if (documents.isEmpty() && isBlank(yaml)) {
      problems.error(Place.START, "EMPTY_FILE", "the file defines nothing", "");
    }
    if (documents.size() > 1) {
      problems.error(
          documents.get(1).place(),
          "SEVERAL_DOCUMENTS",
          "one file is one log source",
          "put the others into files of their own");
    }
    if (documents.size() != 1) {
      return Optional.empty();
    }
    DefinitionReader reader = new DefinitionReader(problems);
    if (!(documents.get(0) instanceof YamlMap map)) {
      reader.wrongKind(documents.get(0), "the definition", "a map");
      return Optional.empty();
    }
    LogSource source = reader.source(map);
    return reader.failed ? Optional.empty() : Optional.of(source);
  }

  private static boolean isBlank(byte[] yaml) {
    return new String(yaml, StandardCharsets.UTF_8)
        .lines()
        .allMatch(line -> line.isBlank() || line.startsWith("#") || line.startsWith("---"));
  }

  private LogSource source(YamlMap map) {
    knownKeys(map, KEYS);
    String id = matching(map, "id", ID, "a dotted lower-case name such as acme.orders", "");
    String topic = map.get("topic").isPresent() ? matching(map, "topic", TOPIC, "a topic", "") : id;
    Duration lateness = duration(map, "lateness");
    Duration idleTimeout = duration(map, "idle-timeout");
    List<SigmaName> sigma = items(map, "sigma").stream().map(this::sigmaName).toList();
    List<EnvelopeStep> envelope = new ArrayList<>();
    items(map, "envelope").forEach(item -> step(item).ifPresent(envelope::add));
    TextFormat format = map.get("format").map(this::textFormat).orElse(null);
    List<List<FieldPath>> required = items(map, "require").stream().map(this::paths).toList();
    EventTime time = time(map);
    List<FieldPath> jsonTexts = items(map, "json-texts").stream().map(this::path).toList();
    EventId eventId = new EventId(id, eventId(map));
    Decoder decoder = new Decoder(envelope, format, required, jsonTexts, time, eventId);
    FieldPath updated = time.updated();
    List<FieldPath> computed = new ArrayList<>();
    computed.add(updated == null ? time.fields().get(0) : updated);
    eventId.own().kept().ifPresent(computed::add);
    List<Rule> rules = rules(map, id);
    EcsField message = EcsField.ALL.get(TextFormat.MESSAGE);
    if (format != null
        && message != null
        && rules.stream().noneMatch(rule -> rule.field().equals(message))) {
      rules.add(new Rule(message, new From(new FieldPath(TextFormat.MESSAGE), null)));
    }
    Mapping mapping = new Mapping(time, eventId, rules, aliases(map), computed);
    return new LogSource(id, topic, lateness, idleTimeout, sigma, decoder, mapping);
  }

  private Expression eventId(YamlMap map) {
    EcsField field = EcsField.own("event.id", EcsType.KEYWORD);
    return map.get("event-id")
        .map(value -> expression(value, field))
        .orElse(new FirstOf(List.of(), field));
  }

  private SigmaName sigmaName(YamlValue item) {
    if (!(item instanceof YamlMap map)) {
      wrongKind(item, "a name for Sigma", "a map");
      return new SigmaName(null, null, null);
    }
    knownKeys(map, Set.of("product", "category", "service"));
    if (map.entries().isEmpty()) {
      error(map.place(), "MISSING_KEY", "names nothing", "say product, category or service");
    }
    return new SigmaName(
        map.get("product").map(this::text).orElse(null),
        map.get("category").map(this::text).orElse(null),
        map.get("service").map(this::text).orElse(null));
  }

  private Map<String, List<String>> aliases(YamlMap map) {
    Map<String, List<String>> aliases = new LinkedHashMap<>();
    Optional<YamlValue> written = map.get("sigma-fields");
    if (written.isPresent() && !(written.get() instanceof YamlMap)) {
      wrongKind(written.get(), "sigma-fields", "a map");
    }
    if (written.isPresent() && written.get() instanceof YamlMap named) {
      named
          .entries()
          .forEach(
              (name, entry) ->
                  aliases.put(name, paths(entry.value()).stream().map(FieldPath::name).toList()));
    }
    return aliases;
  }

  private Optional<EnvelopeStep> step(YamlValue item) {
    if (item instanceof YamlMap map && map.entries().size() == 1) {
      Map.Entry<String, Entry> only = map.entries().entrySet().iterator().next();
      switch (only.getKey()) {
        case "array" -> {
          return Optional.of(new ArrayAt(text(only.getValue().value())));
        }
        case "object" -> {
          return Optional.of(new ObjectAt(text(only.getValue().value())));
        }
        case "text" -> {
          return Optional.of(new TextAt(text(only.getValue().value())));
        }
        case "nothing" -> {
          if (only.getValue().value() instanceof YamlMap said && said.entries().size() == 1) {
            Map.Entry<String, Entry> one = said.entries().entrySet().iterator().next();
            return Optional.of(new Nothing(one.getKey(), text(one.getValue().value())));
          }
          wrongKind(only.getValue().value(), "nothing", "a map of one key and its text");
          return Optional.empty();
        }
        default -> {
          unknown(only.getValue().place(), "UNKNOWN_STEP", "envelope step", only.getKey(), STEPS);
          return Optional.empty();
        }
      }
    }
    switch (text(item)) {
      case "gzip" -> {
        return Optional.of(new Gzip());
      }
      case "array" -> {
        return Optional.of(new ArrayAt(""));
      }
      case "lines" -> {
        return Optional.of(new Lines());
      }
      default -> {
        unknown(item.place(), "UNKNOWN_STEP", "envelope step", text(item), STEPS);
        return Optional.empty();
      }
    }
  }

  private @Nullable TextFormat textFormat(YamlValue value) {
    if (!(value instanceof YamlMap map)) {
      wrongKind(value, "format", "a map");
      return null;
    }
    knownKeys(map, Set.of("columns", "header", "patterns", "inside"));
    Optional<Columns> columns = map.get("columns").map(written -> columns(map, written));
    Optional<Patterns> patterns =
        map.get("patterns")
            .map(this::patterns)
            .map(found -> new Patterns(found, inside(map, found)));
    if (columns.isEmpty() && patterns.isEmpty()) {
      error(map.place(), "NO_FORMAT", "needs 'columns' or 'patterns'", "say one of them, or both");
      return null;
    }
    if (columns.isPresent() && patterns.isPresent()) {
      return new Both(columns.get(), patterns.get());
    }
    return columns.isPresent() ? columns.get() : patterns.get();
  }

  private Columns columns(YamlMap map, YamlValue value) {
    boolean header = map.get("header").map(this::text).filter("true"::equals).isPresent();
    List<YamlValue> items = items(map, "columns");
    if (items.isEmpty()) {
      wrongKind(value, "columns", "a list of names or of layouts");
    }
    boolean several = items.stream().anyMatch(item -> item instanceof YamlMap);
    return new Columns(
        several
            ? items.stream().map(this::layout).toList()
            : List.of(new Layout(names(items), items.size(), null, null)),
        header);
  }

  private Map<String, List<com.google.re2j.Pattern>> inside(
      YamlMap map, List<com.google.re2j.Pattern> patterns) {
    Map<String, List<com.google.re2j.Pattern>> inside = new LinkedHashMap<>();
    Optional<YamlValue> written = map.get("inside");
    if (written.isPresent() && !(written.get() instanceof YamlMap)) {
      wrongKind(written.get(), "inside", "a map of groups");
    }
    if (written.isPresent() && written.get() instanceof YamlMap groups) {
      Set<String> known = new TreeSet<>();
      patterns.forEach(pattern -> known.addAll(pattern.namedGroups().keySet()));
      groups
          .entries()
          .forEach(
              (group, entry) -> {
                if (!known.contains(group)) {
                  unknown(entry.place(), "UNKNOWN_GROUP", "group", group, known);
                }
                inside.put(group, patterns(entry.value()));
              });
    }
    return inside;
  }

  private Layout layout(YamlValue value) {
    if (!(value instanceof YamlMap map)) {
      wrongKind(value, "one of several layouts", "a map");
      return new Layout(List.of(), 0, null, null);
    }
    knownKeys(map, Set.of("names", "at-least", "begins", "more"));
    List<String> names = names(items(map, "names"));
    if (names.isEmpty()) {
      missing(map, "names", "the names of the columns");
    }
    int atLeast = names.size();
    Optional<YamlValue> fewer = map.get("at-least");
    if (fewer.isPresent()) {
      String written = text(fewer.get());
      atLeast = written.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(written) : 0;
      if (atLeast == 0 || atLeast > names.size()) {
        error(
            fewer.get().place(),
            "WRONG_KIND",
            "at-least must be a number of columns, 1 to " + names.size(),
            "");
      }
    }
    return new Layout(
        names,
        atLeast,
        map.get("begins").flatMap(this::pattern).orElse(null),
        map.get("more").map(this::text).orElse(null));
  }

  private List<String> names(List<YamlValue> items) {
    return items.stream().map(this::text).toList();
  }

  private List<com.google.re2j.Pattern> patterns(YamlValue value) {
    return listed(value).stream().flatMap(item -> pattern(item).stream()).toList();
  }

  private EventTime time(YamlMap map) {
    Optional<YamlValue> time = map.get("time");
    if (time.isEmpty()) {
      missing(map, "time", "{field: …, formats: [iso8601]}");
      return new EventTime(List.of(new FieldPath("time")), List.of(), false, null);
    }
    if (!(time.get() instanceof YamlMap parts)) {
      wrongKind(time.get(), "time", "a map");
      return new EventTime(List.of(new FieldPath("time")), List.of(), false, null);
    }
    knownKeys(parts, Set.of("field", "formats", "otherwise", "updated"));
    Optional<YamlValue> otherwise = parts.get("otherwise");
    if (otherwise.isPresent() && !text(otherwise.get()).equals("arrival")) {
      unknown(
          otherwise.get().place(),
          "UNKNOWN_TIME",
          "time",
          text(otherwise.get()),
          List.of("arrival"));
    }
    List<FieldPath> fields = parts.get("field").map(this::paths).orElse(List.of());
    if (fields.isEmpty()) {
      missing(parts, "field", "the field that holds the event time");
      fields = List.of(new FieldPath("time"));
    }
    List<TimeFormat> formats = new ArrayList<>();
    for (YamlValue item : items(parts, "formats")) {
      format(item).ifPresent(formats::add);
    }
    boolean settled =
        otherwise.isPresent() || formats.stream().anyMatch(YearlessTime.class::isInstance);
    if (formats.isEmpty() || (settled && !formats.contains(TimeFormat.ISO_8601))) {
      formats.add(TimeFormat.ISO_8601);
    }
    FieldPath updated = parts.get("updated").map(this::path).orElse(null);
    return new EventTime(fields, formats, otherwise.isPresent(), updated);
  }

  private Optional<TimeFormat> format(YamlValue item) {
    String written = text(item);
    if (written.equals(YearlessTime.NAME)) {
      return Optional.of(new YearlessTime());
    }
    TimeFormat named = TimeFormat.NAMED.get(written);
    if (named != null) {
      return Optional.of(named);
    }
    if (!TimeFormat.isPattern(written)) {
      Set<String> names = new TreeSet<>(TimeFormat.NAMED.keySet());
      names.add(YearlessTime.NAME);
      unknown(item.place(), "UNKNOWN_FORMAT", "time format", written, names);
      return Optional.empty();
    }
    try {
      return Optional.of(TimeFormat.pattern(written));
    } catch (IllegalArgumentException e) {
      error(item.place(), "BAD_FORMAT", "'" + written + "' is no time pattern", "");
      return Optional.empty();
    }
  }

  private List<Rule> rules(YamlMap map, String id) {
    List<Rule> rules = new ArrayList<>();
    Optional<YamlValue> fields = map.get("fields");
    if (fields.isPresent() && !(fields.get() instanceof YamlMap)) {
      wrongKind(fields.get(), "fields", "a map");
    }
    Map<String, Entry> entries =
        fields.isPresent() && fields.get() instanceof YamlMap named ? named.entries() : Map.of();
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      field(entry.getKey(), entry.getValue(), id)
          .ifPresent(
              field -> rules.add(new Rule(field, expression(entry.getValue().value(), field))));
    }
    constant(rules, entries, "ecs.version", ECS_VERSION);
    constant(rules, entries, "event.dataset", id);
    constant(rules, entries, "event.kind", "event");
    constant(
        rules, entries, "event.module", id.contains(".") ? id.substring(0, id.indexOf('.')) : id);
    Optional<YamlValue> ecsIn = map.get("ecs-in");
    return ecsIn.isPresent() ? withEcsOf(listed(ecsIn.get()), rules) : rules;
  }

  /** What the record itself says in ECS goes before what the rules say. */
  private List<Rule> withEcsOf(List<YamlValue> places, List<Rule> rules) {
    List<Optional<FieldPath>> above =
        places.stream()
            .map(place -> text(place).equals(WHOLE_RECORD) ? null : path(place))
            .map(Optional::ofNullable)
            .toList();
    Map<String, Rule> byField = new LinkedHashMap<>();
    rules.forEach(rule -> byField.put(rule.field().name(), rule));
    for (EcsField field : EcsField.ALL.values()) {
      if (COMPUTED.contains(field.name()) || field.name().equals("ecs.version")) {
        continue;
      }
      List<Expression> first = new ArrayList<>();
      for (Optional<FieldPath> place : above) {
        String path = place.map(outer -> outer.name() + ".").orElse("") + field.name();
        first.add(new From(FieldPath.withAnyDots(path), null));
        if (field.type() == EcsType.FLATTENED) {
          first.add(new Members(place.orElse(null), field.name() + "."));
        }
      }
      Rule written = byField.get(field.name());
      if (written != null) {
        first.add(written.expression());
      }
      byField.put(field.name(), new Rule(field, new FirstOf(first, field)));
    }
    return List.copyOf(byField.values());
  }

  private static void constant(
      List<Rule> rules, Map<String, Entry> written, String name, String value) {
    EcsField field = EcsField.ALL.get(name);
    if (field != null && !written.containsKey(name)) {
      rules.add(new Rule(field, new Value(List.of(TextNode.valueOf(value)))));
    }
  }

  private Optional<EcsField> field(String name, Entry entry, String id) {
    if (COMPUTED.contains(name)) {
      error(
          entry.place(),
          "COMPUTED_FIELD",
          "'" + name + "' is filled from " + (name.equals("event.id") ? "event-id" : "time"),
          "drop it here");
      return Optional.empty();
    }
    EcsType ownType = EcsType.KEYWORD;
    Optional<YamlValue> type =
        entry.value() instanceof YamlMap map ? map.get("type") : Optional.empty();
    // Where the id itself is wrong, that is what is said, and not that these follow from it.
    boolean own = id.isEmpty() ? !EcsField.ALL.containsKey(name) : name.startsWith(id + ".");
    if (type.isPresent()) {
      String written = text(type.get());
      List<String> types =
          Stream.of(EcsType.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();
      if (!own) {
        error(type.get().place(), "TYPE_OF_ECS", "ECS gives '" + name + "' its type", "drop type");
      } else if (types.contains(written)) {
        ownType = EcsType.valueOf(written.toUpperCase(Locale.ROOT));
      } else {
        unknown(type.get().place(), "UNKNOWN_TYPE", "type", written, types);
      }
    }
    if (own) {
      return Optional.of(EcsField.own(name, ownType));
    }
    EcsField field = EcsField.ALL.get(name);
    if (field == null) {
      unknown(entry.place(), "UNKNOWN_FIELD", "ECS field", name, EcsField.ALL.keySet());
    }
    return Optional.ofNullable(field);
  }

  private Expression expression(YamlValue value, EcsField field) {
    if (value instanceof YamlList list) {
      return new FirstOf(
          list.items().stream().map(item -> expression(item, field)).toList(), field);
    }
    if (value instanceof YamlMap map) {
      return conditional(map, field);
    }
    return new From(path(value), null);
  }

  private Expression conditional(YamlMap map, EcsField field) {
    knownKeys(map, RULE_KEYS);
    Expression then = unconditional(map, field);
    Optional<YamlValue> when = map.get("when");
    if (when.isEmpty()) {
      return then;
    }
    if (!(when.get() instanceof YamlMap conditions)) {
      wrongKind(when.get(), "when", "a map");
      return then;
    }
    Map<FieldPath, List<TextPattern>> tests = new LinkedHashMap<>();
    conditions
        .entries()
        .forEach(
            (name, entry) ->
                tests.put(
                    path(name, entry.place()),
                    listed(entry.value()).stream()
                        .map(item -> TextPattern.of(text(item)))
                        .toList()));
    return new When(tests, then);
  }

  private Expression unconditional(YamlMap map, EcsField field) {
    List<String> origins = ORIGINS.stream().filter(key -> map.get(key).isPresent()).toList();
    if (origins.size() != 1) {
      error(
          map.place(),
          "ONE_ORIGIN",
          "needs one of 'from', 'text', 'all' and 'value'",
          origins.isEmpty() ? "say where the value comes from" : "keep one of them");
      return new Value(List.of());
    }
    String origin = origins.get(0);
    YamlValue written = map.get(origin).orElseThrow();
    if (origin.equals("value") || origin.equals("all")) {
      for (String key : List.of("extract", "with", "table")) {
        if (map.get(key).isPresent()) {
          error(map.placeOf(key), "NOTHING_TO_READ", "'" + key + "' needs 'from'", "drop it");
        }
      }
      return origin.equals("value")
          ? new Value(constants(written, field))
          : new Union(listed(written).stream().map(item -> expression(item, field)).toList());
    }
    Conversion conversion = conversion(map);
    Optional<YamlValue> table = map.get("table");
    Expression read =
        origin.equals("text")
            ? template(written, conversion)
            : new FirstOf(
                paths(written).stream()
                    .<Expression>map(path -> new From(path, conversion))
                    .toList(),
                table.isPresent() ? EcsField.own("", EcsType.KEYWORD) : field);
    if (table.isEmpty()) {
      return read;
    }
    if (!(table.get() instanceof YamlMap lines)) {
      wrongKind(table.get(), "table", "a map");
      return read;
    }
    List<Line> found = new ArrayList<>();
    lines
        .entries()
        .forEach(
            (pattern, entry) ->
                found.add(new Line(TextPattern.of(pattern), constants(entry.value(), field))));
    return new Table(read, found);
  }

  private Expression template(YamlValue value, @Nullable Conversion conversion) {
    List<String> texts = new ArrayList<>();
    List<FieldPath> fields = new ArrayList<>();
    String written = text(value);
    int at = 0;
    for (Matcher found = IN_BRACES.matcher(written); found.find(); at = found.end()) {
      texts.add(written.substring(at, found.start()));
      fields.add(path(found.group(1), value.place()));
    }
    texts.add(written.substring(at));
    if (fields.isEmpty()) {
      error(value.place(), "NO_FIELD", "names no field in braces", "write {field}, or use 'value'");
    }
    return new Template(texts, fields, conversion);
  }

  private @Nullable Conversion conversion(YamlMap map) {
    List<Conversion> steps = new ArrayList<>();
    map.get("extract").flatMap(this::extract).ifPresent(steps::add);
    for (YamlValue item : map.get("with").map(DefinitionReader::listed).orElse(List.of())) {
      function(item).ifPresent(steps::add);
    }
    return Conversions.chain(steps);
  }

  private Optional<Conversion> extract(YamlValue value) {
    return pattern(value).map(Conversions::extract);
  }

  private Optional<com.google.re2j.Pattern> pattern(YamlValue value) {
    try {
      return Optional.of(com.google.re2j.Pattern.compile(text(value)));
    } catch (com.google.re2j.PatternSyntaxException e) {
      error(
          value.place(),
          "BAD_PATTERN",
          "no regular expression: " + e.getDescription() + " in " + e.getPattern(),
          "write it in RE2's syntax, which has no look-around and no back references");
      return Optional.empty();
    }
  }

  private Optional<Conversion> function(YamlValue value) {
    String name = text(value);
    Conversion known = Conversions.ALL.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    if (TimeFormat.NAMED.containsKey(name) || TimeFormat.isPattern(name)) {
      return format(value).map(Conversions::date);
    }
    Set<String> names = new TreeSet<>(Conversions.ALL.keySet());
    names.addAll(TimeFormat.NAMED.keySet());
    unknown(value.place(), "UNKNOWN_FUNCTION", "function", name, names);
    return Optional.empty();
  }

  private List<JsonNode> constants(YamlValue value, EcsField field) {
    List<JsonNode> constants = new ArrayList<>();
    for (YamlValue item : listed(value)) {
      Object plain = item.plain();
      JsonNode node = StrictJson.MAPPER.valueToTree(plain);
      List<JsonNode> accepted = plain == null ? List.of() : field.accept(List.of(node));
      if (!accepted.isEmpty()) {
        constants.addAll(accepted);
      } else if (!field.allowed().isEmpty()) {
        unknown(item.place(), "VALUE_NOT_ALLOWED", field.name(), text(item), field.allowed());
      } else {
        error(
            item.place(),
            "VALUE_NOT_ALLOWED",
            item.kind() + " is no " + field.type().name().toLowerCase(Locale.ROOT),
            "");
      }
    }
    return constants;
  }

  private List<FieldPath> paths(YamlValue value) {
    if (value instanceof YamlList list && list.items().isEmpty()) {
      error(value.place(), "WRONG_KIND", "an empty list names no field", "name one or drop it");
    }
    return listed(value).stream().map(this::path).toList();
  }

  private FieldPath path(YamlValue value) {
    return path(text(value), value.place());
  }

  private FieldPath path(String name, Place place) {
    if (!FieldPath.isWellFormed(name)) {
      error(
          place,
          "BAD_PATH",
          "'" + name + "' is no path",
          "write it as outer.inner or list[key=text].inner");
    }
    return new FieldPath(name);
  }

  private static List<YamlValue> listed(YamlValue value) {
    return value instanceof YamlList list ? list.items() : List.of(value);
  }

  private List<YamlValue> items(YamlMap map, String key) {
    Optional<YamlValue> value = map.get(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof YamlList list) {
      return list.items();
    }
    wrongKind(value.get(), key, "a list");
    return List.of();
  }

  private Duration duration(YamlMap map, String key) {
    String expected = "a time such as 30s, 10m or 1h";
    Optional<YamlValue> value = map.get(key);
    if (value.isEmpty()) {
      missing(map, key, expected);
      return Duration.ZERO;
    }
    Optional<Duration> span = Timespan.parse(text(value.get()));
    if (span.isEmpty()) {
      error(value.get().place(), "BAD_VALUE", "'" + text(value.get()) + "' is not " + expected, "");
    }
    return span.orElse(Duration.ZERO);
  }

  private String matching(
      YamlMap map, String key, Pattern pattern, String expected, String otherwise) {
    Optional<YamlValue> value = map.get(key);
    if (value.isEmpty()) {
      missing(map, key, expected);
      return otherwise;
    }
    String written = text(value.get());
    if (!pattern.matcher(written).matches()) {
      error(value.get().place(), "BAD_VALUE", "'" + written + "' is not " + expected, "");
      return otherwise;
    }
    return written;
  }

  private String text(YamlValue value) {
    if (value instanceof YamlScalar scalar && scalar.value() != null) {
      return scalar.text();
    }
    wrongKind(value, "this", "text");
    return "";
  }

  private void knownKeys(YamlMap map, Set<String> known) {
    map.entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                unknown(entry.place(), "UNKNOWN_KEY", "key", key, known);
              }
            });
  }

  private void missing(YamlMap map, String key, String expected) {
    error(map.place(), "MISSING_KEY", "'" + key + "' is missing", "add " + key + ": " + expected);
  }

  private void wrongKind(YamlValue value, String what, String expected) {
    error(value.place(), "WRONG_KIND", what + " must be " + expected + ", not " + value.kind(), "");
  }

  private void unknown(
      Place place, String code, String what, String written, Collection<String> known) {
    String near = Problems.didYouMean(written, known);
    String suggestion =
        !near.isEmpty() || known.size() > 25
            ? near
            : "one of " + String.join(", ", new TreeSet<>(known));
    error(place, code, "'" + written + "' is no known " + what, suggestion);
  }

  private void error(Place place, String code, String message, String suggestion) {
    failed = true;
    problems.error(place, code, message, suggestion);
  }
}
