package io.vigie.enrichment;

import io.vigie.ingest.IpLiteral;
import java.util.Optional;

/** Networks as rows write them. */
final class Networks {
  private Networks() {}

  /** With its length; an address alone is a network of one. Says what is wrong. */
  static String of(String text, RowReader reader) {
    int slash = text.indexOf('/');
    Optional<String> address = IpLiteral.in(slash < 0 ? text : text.substring(0, slash));
    int longest = address.isPresent() && address.get().indexOf(':') < 0 ? 32 : 128;
    String length = slash < 0 ? "" + longest : text.substring(slash + 1);
    boolean isLength =
        length.matches("[0-9]{1,3}") && Integer.parseInt(length) <= longest && address.isPresent();
    if (!isLength && !text.isEmpty()) {
      reader.wrong("'" + text + "' is no network as 192.0.2.0/24 or 2001:db8::/32");
    }
    return address.orElse("") + "/" + length;
  }
}
