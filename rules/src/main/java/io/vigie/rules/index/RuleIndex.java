package io.vigie.rules.index;

import io.vigie.ingest.Event;
import io.vigie.rules.detection.Anchor;
import io.vigie.rules.detection.Anchors;
import io.vigie.rules.detection.EventView;
import io.vigie.rules.detection.FieldValues;
import io.vigie.rules.detection.Predicate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one log source, each filed under the {@link Anchors anchors} without which it cannot
 * match. An event is looked up once for all of them: each field's value in a table of whole texts,
 * in one search for all parts of texts and in a tree of networks, and the whole event in one search
 * for keywords. Used by one thread.
 */
public final class RuleIndex {
  private final FieldIndex[] fields;
  private final int[] always;
  private final @Nullable LiteralSearch keywords;
  private final boolean readsAll;
  private final FoldedText text = new FoldedText();
  private final Candidates candidates;

  /** Of rules, which get their numbers by their order. */
  public RuleIndex(List<Predicate> rules) {
    this(rules, slot -> false);
  }

  /**
   * Of rules, which get their numbers by their order.
   *
   * @param added whether a slot is of a field that enriching adds, which is too dear to look up by
   */
  public RuleIndex(List<Predicate> rules, IntPredicate added) {
    Anchors anchors = new Anchors(rules, added);
    Map<Anchor, List<Integer>> filed = new HashMap<>();
    List<Integer> unfiled = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Optional<Set<Anchor>> chosen = anchors.of(rules.get(i));
      if (chosen.isEmpty()) {
        unfiled.add(i);
      }
      for (Anchor anchor : chosen.orElse(Set.of())) {
        filed.computeIfAbsent(anchor, anchored -> new ArrayList<>()).add(i);
      }
    }
    Map<Integer, FieldIndex.Builder> bySlot = new TreeMap<>();
    filed.forEach(
        (anchor, numbers) ->
            bySlot
                .computeIfAbsent(anchor.slot(), FieldIndex.Builder::new)
                .add(anchor, toArray(numbers)));
    FieldIndex.Builder anyField = bySlot.remove(Anchor.ANY_FIELD);
    this.fields =
        bySlot.values().stream().map(FieldIndex.Builder::build).toArray(FieldIndex[]::new);
    this.keywords = anyField == null ? null : new LiteralSearch(anyField.parts());
    this.always = toArray(unfiled);
    this.readsAll =
        unfiled.stream().anyMatch(rule -> rules.get(rule).looksAtEverything())
            || (anyField != null
                && anyField.parts().stream().anyMatch(part -> mayBeNumber(part.text())));
    this.candidates = new Candidates(rules.size());
  }

  private static int[] toArray(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether it needs all of every event and not only the fields of the rules. */
  public boolean readsAll() {
    return readsAll;
  }

  /** Numbers are written in several ways, so that the event's text says nothing about this one. */
  private static boolean mayBeNumber(byte[] text) {
    for (byte b : text) {
      if ("0123456789.+-e".indexOf(b) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The rules that the event could match; until the next call. */
  public Candidates find(Event event, EventView view) {
    candidates.clear();
    candidates.add(always);
    for (FieldIndex field : fields) {
      field.find(view, text, candidates);
    }
    if (keywords != null && (readsAll || event.mayHold(this::isBeyondText))) {
      for (String leaf : view.leaves().texts()) {
        text.set(leaf);
        keywords.find(text.bytes(), 0, text.length(), candidates);
      }
    }
    return candidates;
  }

  /**
   * Looks for keywords in an event's JSON text, where every value stands as it is. False where that
   * is all there is to do.
   */
  private boolean isBeyondText(byte[] bytes, int from, int to) {
    if (keywords == null || !JsonText.isVerbatim(bytes, from, to)) {
      return true;
    }
    keywords.find(bytes, from, to, candidates);
    return false;
  }

  /** What is asked of one field. */
  private record FieldIndex(
      int slot,
      int[] present,
      @Nullable WholeTexts whole,
      @Nullable LiteralSearch parts,
      @Nullable Networks networks,
      boolean seesJson) {

    void find(EventView view, FoldedText text, Candidates out) {
      FieldValues values = view.values(slot);
      if (values.isMissing()) {
        return;
      }
      out.add(present);
      if (whole == null && parts == null && networks == null) {
        return;
      }
      List<String> texts = seesJson ? values.texts() : values.plainTexts();
      for (int i = 0; i < texts.size(); i++) {
        String value = texts.get(i);
        if (whole != null || parts != null) {
          text.set(value);
        }
        if (whole != null) {
          whole.find(text, out);
        }
        if (parts != null) {
          parts.find(text.bytes(), 0, text.length(), out);
        }
        if (networks != null) {
          networks.find(value, out);
        }
      }
    }

    private static final class Builder {
      private final int slot;
      private final Map<String, int[]> whole = new HashMap<>();
      private final List<LiteralSearch.Literal> parts = new ArrayList<>();
      private @Nullable Networks networks;
      private int[] present = {};

      private Builder(int slot) {
        this.slot = slot;
      }

      private List<LiteralSearch.Literal> parts() {
        return parts;
      }

      private void add(Anchor anchor, int[] rules) {
        if (anchor instanceof Anchor.Network network) {
          networks = networks == null ? new Networks() : networks;
          networks.add(network.cidr(), rules);
        } else if (!(anchor instanceof Anchor.Text text)) {
          present = rules;
        } else if (text.position() == Anchor.Position.WHOLE) {
          whole.put(text.text(), rules);
        } else {
          parts.add(
              new LiteralSearch.Literal(FoldedText.utf8(text.text()), text.position(), rules));
        }
      }

      private FieldIndex build() {
        return new FieldIndex(
            slot,
            present,
            whole.isEmpty() ? null : new WholeTexts(whole),
            parts.isEmpty() ? null : new LiteralSearch(parts),
            networks,
            !parts.isEmpty() || whole.keySet().stream().anyMatch(FieldIndex::isJson));
      }
    }

    private static boolean isJson(String text) {
      return text.startsWith("{") || text.startsWith("[");
    }
  }
}
