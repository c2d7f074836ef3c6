package io.vigie.ingest;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Tells IP addresses from the other things that logs write in their place. */
public final class IpLiteral {
  private IpLiteral() {}

  /**
   * The address in {@code text}, without the brackets, port or surrounding space that some sources
   * add: {@code 10.0.0.1:443}, {@code [2001:db8::1]:443}, {@code [2001:db8::1]}. Empty where there
   * is none. One address has one text: IPv6 as in RFC 5952, and {@code ::ffff:10.0.0.1} is {@code
   * 10.0.0.1}. Nothing is looked up. Octets with leading zeros and addresses with a zone are no
   * addresses here, because Elasticsearch refuses them.
   */
  public static Optional<String> in(String text) {
    String address = text.strip();
    if (address.length() > 64 || address.isEmpty()) {
      return Optional.empty();
    }
    if (address.charAt(0) == '[') {
      int end = address.indexOf(']');
      String rest = end < 0 ? "?" : address.substring(end + 1);
      if (!rest.isEmpty() && !(rest.charAt(0) == ':' && isPort(rest.substring(1)))) {
        return Optional.empty();
      }
      address = address.substring(1, end);
      return isV6(address) ? Optional.of(canonical(address)) : Optional.empty();
    }
    int colon = address.indexOf(':');
    if (colon > 0 && colon == address.lastIndexOf(':') && address.indexOf('.') > 0) {
      if (!isPort(address.substring(colon + 1))) {
        return Optional.empty();
      }
      address = address.substring(0, colon);
    }
    if (isV4(address)) {
      return Optional.of(address);
    }
    return isV6(address) ? Optional.of(canonical(address)) : Optional.empty();
  }

  /** RFC 5952: lower case, no leading zeros, the first of the longest runs of zeros left out. */
  private static String canonical(String v6) {
    int[] groups = groups(v6);
    if (isMappedV4(groups)) {
      return v4(groups[6], groups[7]);
    }
    int gap = -1;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && groups[i + length] == 0) {
        length++;
      }
      if (length > gapLength) {
        gap = i;
        gapLength = length;
      }
      i += length;
    }
    StringBuilder text = new StringBuilder(40);
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
      } else {
        boolean afterGap = gap >= 0 && i == gap + gapLength;
        text.append(i == 0 || afterGap ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private static boolean isMappedV4(int[] groups) {
    for (int i = 0; i < 5; i++) {
      if (groups[i] != 0) {
        return false;
      }
    }
    return groups[5] == 0xFFFF;
  }

  private static String v4(int high, int low) {
    return (high >> 8) + "." + (high & 0xFF) + "." + (low >> 8) + "." + (low & 0xFF);
  }

  /** The eight groups of what is known to be an IPv6 address. */
  private static int[] groups(String v6) {
    int[] groups = new int[8];
    int gap = v6.indexOf("::");
    String before = gap < 0 ? v6 : v6.substring(0, gap);
    String after = gap < 0 ? "" : v6.substring(gap + 2);
    int[] left = list(before);
    int[] right = list(after);
    System.arraycopy(left, 0, groups, 0, left.length);
    System.arraycopy(right, 0, groups, 8 - right.length, right.length);
    return groups;
  }

  private static int[] list(String groups) {
    IntStream.Builder list = IntStream.builder();
    for (String group : groups.isEmpty() ? List.<String>of() : List.of(groups.split(":", -1))) {
      if (group.indexOf('.') > 0) {
        String[] octets = group.split("\\.", -1);
        list.add((Integer.parseInt(octets[0]) << 8) + Integer.parseInt(octets[1]));
        list.add((Integer.parseInt(octets[2]) << 8) + Integer.parseInt(octets[3]));
      } else {
        list.add(Integer.parseInt(group, 16));
      }
    }
    return list.build().toArray();
  }

  private static boolean isPort(String text) {
    return !text.isEmpty()
        && text.length() <= 5
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Integer.parseInt(text) <= 65_535;
  }

  private static boolean isV4(String text) {
    int octets = 0;
    int at = 0;
    while (octets < 4) {
      int from = at;
      int value = 0;
      while (at < text.length() && at - from < 4 && isDigit(text.charAt(at))) {
        value = value * 10 + text.charAt(at) - '0';
        at++;
      }
      int digits = at - from;
      if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && text.charAt(from) == '0')) {
        return false;
      }
      octets++;
      if (octets < 4 && (at >= text.length() || text.charAt(at++) != '.')) {
        return false;
      }
    }
    return at == text.length();
  }

  private static boolean isV6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true) == 8;
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    String before = text.substring(0, gap);
    String after = text.substring(gap + 2);
    int left = before.isEmpty() ? 0 : groups(before, false);
    int right = after.isEmpty() ? 0 : groups(after, true);
    return left >= 0 && right >= 0 && left + right <= 7;
  }

  /** The number of 16-bit groups, -1 where {@code text} is no sequence of them. */
  private static int groups(String text, boolean mayEndInV4) {
    int count = 0;
    int from = 0;
    while (true) {
      int to = text.indexOf(':', from);
      boolean last = to < 0;
      String group = last ? text.substring(from) : text.substring(from, to);
      if (last && mayEndInV4 && group.indexOf('.') > 0) {
        return isV4(group) ? count + 2 : -1;
      }
      if (group.isEmpty() || group.length() > 4 || !group.chars().allMatch(IpLiteral::isHex)) {
        return -1;
      }
      count++;
      if (last) {
        return count;
      }
      from = to + 1;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(int c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
