package io.vigie.rules.index;

import io.vigie.rules.detection.Cidr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rules want a field to be an address of a network: a tree of the bits of networks. */
final class Networks {
  /** Texts longer than any address. */
  private static final int MAX_LENGTH = 60;

  private final Node v4 = new Node();
  private final Node v6 = new Node();
  private final byte[] quad = new byte[4];

  private static final class Node {
    private @Nullable Node zero;
    private @Nullable Node one;
    private final List<int[]> rules = new ArrayList<>();

    private Node child(boolean bit) {
      if (bit) {
        one = one == null ? new Node() : one;
        return one;
      }
      zero = zero == null ? new Node() : zero;
      return zero;
    }
  }

  void add(Cidr cidr, int[] rules) {
    byte[] network = cidr.network();
    Node at = network.length == quad.length ? v4 : v6;
    for (int i = 0; i < cidr.prefixLength(); i++) {
      at = at.child(isSet(network, i));
    }
    at.rules.add(rules);
  }

  void find(String text, Candidates out) {
    if (readQuad(text)) {
      find(quad, out);
    } else if (text.length() <= MAX_LENGTH && looksLikeAddress(text)) {
      Cidr.address(text).ifPresent(address -> find(address, out));
    }
  }

  private void find(byte[] address, Candidates out) {
    @Nullable Node at = address.length == quad.length ? v4 : v6;
    for (int i = 0; at != null; i++) {
      for (int[] rules : at.rules) {
        out.add(rules);
      }
      if (i == address.length * Byte.SIZE) {
        return;
      }
      at = isSet(address, i) ? at.one : at.zero;
    }
  }

  private static boolean isSet(byte[] address, int bit) {
    return ((address[bit >> 3] >> (7 - (bit & 7))) & 1) != 0;
  }

  /** Reads an address as it is usually written; every other form is left to {@link Cidr}. */
  private boolean readQuad(String text) {
    int parts = 0;
    int part = 0;
    int digits = 0;
    int length = text.length();
    if (length > 15) {
      return false;
    }
    for (int i = 0; i <= length; i++) {
      char c = i < length ? text.charAt(i) : '.';
      if (c == '.') {
        if (digits == 0 || parts == quad.length) {
          return false;
        }
        quad[parts++] = (byte) part;
        part = 0;
        digits = 0;
      } else if (c >= '0' && c <= '9' && !(digits > 0 && part == 0)) {
        part = part * 10 + (c - '0');
        digits++;
        if (part > 255) {
          return false;
        }
      } else {
        return false;
      }
    }
    return parts == quad.length;
  }

  private static boolean looksLikeAddress(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '.' && c != ':' && Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }
}
