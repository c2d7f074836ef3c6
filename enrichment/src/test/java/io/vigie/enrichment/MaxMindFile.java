package io.vigie.enrichment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes databases for tests.
 *
 * @see <a href="https://maxmind.github.io/MaxMind-DB/">MaxMind DB file format</a>
 */
final class MaxMindFile {
  private static final int UTF8 = 2;
  private static final int DOUBLE = 3;
  private static final int UINT16 = 5;
  private static final int UINT32 = 6;
  private static final int MAP = 7;
  private static final int UINT64 = 9;
  private static final int ARRAY = 11;
  private static final int EMPTY = -1;

  private final String type;
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** Each node's two ways: another node, {@link #EMPTY}, or {@code -2 - offset} of the data. */
  private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));

  MaxMindFile(String type) {
    this.type = type;
  }

  /** Networks that lie in each other are not written. */
  MaxMindFile with(String network, Map<String, Object> record) throws IOException {
    String[] parts = network.split("/", 2);
    byte[] address = InetAddress.getByName(parts[0]).getAddress();
    int length = Integer.parseInt(parts[1]);
    // IPv4 lies at ::/96.
    byte[] wide = new byte[16];
    System.arraycopy(address, 0, wide, 16 - address.length, address.length);
    length += (16 - address.length) * 8;
    int offset = data.size();
    write(record, data);
    int node = 0;
    for (int bit = 0; bit < length; bit++) {
      int side = wide[bit / 8] >> (7 - bit % 8) & 1;
      if (bit == length - 1) {
        nodes.get(node)[side] = -2 - offset;
      } else {
        if (nodes.get(node)[side] < 0) {
          nodes.get(node)[side] = nodes.size();
          nodes.add(new int[] {EMPTY, EMPTY});
        }
        node = nodes.get(node)[side];
      }
    }
    return this;
  }

  Path write(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int[] node : nodes) {
      for (int side : node) {
        int value = side == EMPTY ? nodes.size() : side >= 0 ? side : nodes.size() + 16 - 2 - side;
        out.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
      }
    }
    out.writeBytes(new byte[16]);
    data.writeTo(out);
    out.writeBytes(new byte[] {(byte) 0xAB, (byte) 0xCD, (byte) 0xEF});
    out.writeBytes("MaxMind.com".getBytes(StandardCharsets.UTF_8));
    write(
        Map.of(
            "node_count",
            (long) nodes.size(),
            "record_size",
            (short) 32,
            "ip_version",
            (short) 6,
            "database_type",
            type,
            "languages",
            List.of("en"),
            "binary_format_major_version",
            (short) 2,
            "binary_format_minor_version",
            (short) 0,
            "build_epoch",
            new long[] {1_772_352_000L},
            "description",
            Map.of("en", "of a test")),
        out);
    return Files.write(file, out.toByteArray());
  }

  private static void write(Object value, ByteArrayOutputStream out) {
    if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      control(UTF8, bytes.length, out);
      out.writeBytes(bytes);
    } else if (value instanceof Double number) {
      control(DOUBLE, 8, out);
      out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
    } else if (value instanceof Short number) {
      control(UINT16, 2, out);
      out.writeBytes(ByteBuffer.allocate(2).putShort(number).array());
    } else if (value instanceof Long number) {
      control(UINT32, 4, out);
      out.writeBytes(ByteBuffer.allocate(4).putInt(number.intValue()).array());
    } else if (value instanceof long[] epoch) {
      control(UINT64, 8, out);
      out.writeBytes(ByteBuffer.allocate(8).putLong(epoch[0]).array());
    } else if (value instanceof List<?> list) {
      control(ARRAY, list.size(), out);
      list.forEach(each -> write(each, out));
    } else if (value instanceof Map<?, ?> map) {
      control(MAP, map.size(), out);
      map.forEach(
          (key, each) -> {
            write(key, out);
            write(each, out);
          });
    } else {
      throw new IllegalArgumentException("not written: " + value);
    }
  }

  private static void control(int type, int size, ByteArrayOutputStream out) {
    int shown = Math.min(size, 29);
    if (type > 7) {
      out.write(shown);
      out.write(type - 7);
    } else {
      out.write(type << 5 | shown);
    }
    if (size >= 29) {
      out.write(size - 29);
    }
  }
}
