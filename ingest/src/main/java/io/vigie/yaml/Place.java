package io.vigie.yaml;

/**
 * Where something stands in a file.
 *
 * @param line counted from 1
 * @param column counted from 1
 */
public record Place(int line, int column) {
  public static final Place START = new Place(1, 1);
}
