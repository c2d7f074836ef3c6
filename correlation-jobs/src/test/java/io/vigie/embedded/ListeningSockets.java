package io.vigie.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a process listens on, as Linux tells it in /proc. */
final class ListeningSockets {
  private static final String LISTEN = "0A";

  private ListeningSockets() {}

  /**
   * The addresses in the kernel's notation: hexadecimal, words of four bytes, lowest byte first.
   */
  static List<String> addresses(long pid) throws IOException {
    Set<String> inodes = inodes(pid);
    List<String> addresses = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns[3].equals(LISTEN) && inodes.contains(columns[9])) {
          addresses.add(columns[1].substring(0, columns[1].indexOf(':')));
        }
      }
    }
    return addresses;
  }

  /** 127.0.0.0/8, the same mapped into IPv6, or ::1. */
  static boolean isLoopback(String address) {
    return switch (address.length()) {
      case 8 -> address.endsWith("7F");
      case 32 ->
          (address.startsWith("0000000000000000FFFF0000") && address.endsWith("7F"))
              || address.equals("00000000000000000000000001000000");
      default -> false;
    };
  }

  private static Set<String> inodes(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (var files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : files.toList()) {
        String target = Files.isSymbolicLink(file) ? Files.readSymbolicLink(file).toString() : "";
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }
}
