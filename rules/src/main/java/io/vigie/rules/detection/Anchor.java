package io.vigie.rules.detection;

/**
 * A condition on one event that is cheap to look up: rules are filed under anchors without which
 * they cannot match.
 */
public sealed interface Anchor {

  /** The slot of a text that may stand in any field. */
  int ANY_FIELD = -1;

  /**
   * The field in {@link Fields}, or {@link #ANY_FIELD}.
   *
   * @return a slot
   */
  int slot();

  /** Where a text stands in a value. */
  enum Position {
    WHOLE,
    START,
    END,
    ANYWHERE
  }

  /**
   * Some value of the field has this text there.
   *
   * @param text folded by {@link CaseFolding}, as the value must be
   */
  record Text(int slot, Position position, String text) implements Anchor {}

  /** Some value of the field is an address of the network. */
  record Network(int slot, Cidr cidr) implements Anchor {}

  /** The field has a value. */
  record Present(int slot) implements Anchor {}
}
