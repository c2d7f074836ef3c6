package io.vigie.rules.detection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of IP addresses, version 4 or 6. A version 4 address that is written as version 6 ({@code
 * ::ffff:10.0.0.1}) is the version 4 address.
 */
public final class Cidr {
  private static final Pattern V4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private static final int MAPPED_BITS = 96;

  private final byte[] network;
  private final int prefixLength;

  private Cidr(byte[] network, int prefixLength) {
    this.network = network;
    this.prefixLength = prefixLength;
  }

  /** Empty where the text is no {@code address/bits}. */
  static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    String bits = text.substring(slash + 1);
    if (slash < 0 || !bits.matches("\\d{1,3}")) {
      return Optional.empty();
    }
    int written = Integer.parseInt(bits);
    return address(text.substring(0, slash))
        .flatMap(
            network -> {
              int length = written - (isMapped(text, network) ? MAPPED_BITS : 0);
              return length >= 0 && length <= network.length * 8
                  ? Optional.of(new Cidr(network, length))
                  : Optional.empty();
            });
  }

  /** Java reads {@code ::ffff:10.0.0.1} as {@code 10.0.0.1}, of whatever length it was written. */
  private static boolean isMapped(String text, byte[] network) {
    return network.length == 4 && text.indexOf(':') >= 0;
  }

  /** The network's address, 4 or 16 bytes; nobody may change them. */
  public byte[] network() {
    return network;
  }

  /** How many bits of the address all of the network share. */
  public int prefixLength() {
    return prefixLength;
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(network).getHostAddress() + "/" + prefixLength;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  boolean contains(String text) {
    return address(text).filter(this::contains).isPresent();
  }

  private boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit += 8) {
      int mask = 0xFF & (0xFF << Math.max(0, 8 - (prefixLength - bit)));
      if (((address[bit / 8] ^ network[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The address that a text is. Only literal addresses: a host name must never be looked up. */
  public static Optional<byte[]> address(String text) {
    if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text).getAddress());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
