package io.vigie.correlation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The streams whose columns can be named at a place of a statement, and which of them are bound to
 * each other: only what holds for events of one group may bring them together.
 */
final class EplScope {
  /** The column with the key of the group. */
  static final String GROUP = "g";

  private static final Pattern COLUMN =
      Pattern.compile("(?:([A-Za-z_][A-Za-z0-9_]*)\\.)?([A-Za-z_][A-Za-z0-9_]*)");

  /**
   * Where columns come from.
   *
   * @param certain false where its columns may be null because a pattern need not have met it
   */
  record Source(String alias, Set<String> columns, boolean certain) {}

  /** A column that a statement names. */
  record Column(Source source, String name) {
    boolean isGroup() {
      return name.equals(GROUP);
    }
  }

  /** Two streams' groups that must be the same. */
  private record SameGroup(Column left, Column right) {
    /** Whether this source, and not only this source, has to do with it. */
    boolean binds(Source source) {
      return left.source().equals(source) != right.source().equals(source);
    }

    boolean touches(Set<Source> sources) {
      return sources.contains(left.source()) || sources.contains(right.source());
    }
  }

  private final List<Source> sources;
  private final @Nullable EplScope outer;
  private final List<SameGroup> bonds = new ArrayList<>();

  /**
   * @param outer where a name is looked for that no source here has; null where there is nothing
   */
  EplScope(List<Source> sources, @Nullable EplScope outer) {
    this.sources = new ArrayList<>(sources);
    this.outer = outer;
  }

  void add(Source source) {
    sources.add(source);
  }

  List<Source> sources() {
    return List.copyOf(sources);
  }

  /** Whether a stream is called so, here or outside. */
  boolean hasAlias(String name) {
    return sources.stream().anyMatch(source -> source.alias().equals(name))
        || (outer != null && outer.hasAlias(name));
  }

  /** Every way to name a column here. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (EplScope s = this; s != null; s = s.outer) {
      for (Source source : s.sources) {
        names.addAll(source.columns());
        source.columns().forEach(c -> names.add(source.alias() + "." + c));
      }
    }
    return names;
  }

  /** The column that a node names; empty where it names none, or one of several streams. */
  Optional<Column> column(EplNode node) {
    if (!node.is("PropertyValueExpression")) {
      return Optional.empty();
    }
    Matcher name = COLUMN.matcher(node.text("propertyName"));
    if (!name.matches()) {
      return Optional.empty();
    }
    for (EplScope s = this; s != null; s = s.outer) {
      List<Source> having =
          s.sources.stream()
              .filter(
                  source ->
                      name.group(1) == null
                          ? source.columns().contains(name.group(2))
                          : source.alias().equals(name.group(1)))
              .toList();
      if (!having.isEmpty()) {
        Source source = having.get(0);
        return having.size() == 1 && source.columns().contains(name.group(2))
            ? Optional.of(new Column(source, name.group(2)))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Binds two streams, if both columns are their groups. */
  void bind(Column left, Column right) {
    if (left.isGroup() && right.isGroup() && !left.source().equals(right.source())) {
      bonds.add(new SameGroup(left, right));
    }
  }

  /** Binds the streams whose groups must be the same for the condition to hold. */
  void bind(EplNode condition) {
    if (condition.is("Conjunction")) {
      condition.children().forEach(this::bind);
    } else if (condition.is("RelationalOpExpression")
        && condition.text("operator").equals("=")
        && condition.children().size() == 2) {
      Optional<Column> left = column(condition.children().get(0));
      Optional<Column> right = column(condition.children().get(1));
      if (left.isPresent() && right.isPresent()) {
        bind(left.get(), right.get());
      }
    }
  }

  /** Whether the source is bound to another one, here or outside. */
  boolean isBound(Source source) {
    return bonds.stream().anyMatch(bond -> bond.binds(source));
  }

  /** Whether all sources here are bound to each other, directly or through others. */
  boolean areAllBound() {
    Set<Source> reached = new HashSet<>(sources.stream().limit(1).toList());
    for (int i = 0; i < sources.size(); i++) {
      for (SameGroup bond : bonds) {
        if (bond.touches(reached)) {
          reached.add(bond.left().source());
          reached.add(bond.right().source());
        }
      }
    }
    return reached.containsAll(sources);
  }
}
