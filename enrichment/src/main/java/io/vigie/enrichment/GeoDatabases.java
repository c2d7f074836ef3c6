package io.vigie.enrichment;

import com.maxmind.db.Reader;
import io.vigie.ingest.IpLiteral;
import io.vigie.yaml.Place;
import io.vigie.yaml.Problems;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The MaxMind databases of places and of autonomous systems; one, both or neither may be there. The
 * files are mapped into memory, so that processes of one machine share them.
 *
 * @see <a href="https://maxmind.github.io/MaxMind-DB/">MaxMind DB file format</a>
 */
public final class GeoDatabases implements Closeable {
  private final @Nullable Reader city;
  private final @Nullable Reader asn;

  private GeoDatabases(@Nullable Reader city, @Nullable Reader asn) {
    this.city = city;
    this.asn = asn;
  }

  /** No database: nothing is known of any address. */
  public static GeoDatabases none() {
    return new GeoDatabases(null, null);
  }

  /**
   * Opens what is named. A file that is missing or of another kind is a problem, and nothing is
   * known of what it should have said.
   *
   * @param city such as GeoLite2-City.mmdb or GeoLite2-Country.mmdb; null where there is none
   * @param asn such as GeoLite2-ASN.mmdb; null where there is none
   */
  public static GeoDatabases open(@Nullable Path city, @Nullable Path asn, Problems problems) {
    return new GeoDatabases(
        city == null ? null : open(city, "geo.city", "City", "Country", problems),
        asn == null ? null : open(asn, "geo.asn", "ASN", "ISP", problems));
  }

  private static @Nullable Reader open(
      Path file, String key, String type, String otherType, Problems problems) {
    Problems.OfFile of = problems.of(file.toString());
    if (!Files.isRegularFile(file)) {
      of.error(
          Place.START,
          "NO_GEO_DATABASE",
          "there is no such file, which " + key + " names",
          "download a MaxMind database, or leave " + key + " out");
      return null;
    }
    try {
      Reader reader = new Reader(file.toFile());
      String is = reader.getMetadata().databaseType();
      if (is.contains(type) || is.contains(otherType)) {
        return reader;
      }
      reader.close();
      of.error(
          Place.START,
          "WRONG_GEO_DATABASE",
          "it is a database of type " + is + ", " + key + " needs " + type + " or " + otherType,
          "name another file");
    } catch (IOException | RuntimeException e) {
      of.error(
          Place.START,
          "BAD_GEO_DATABASE",
          "it is no MaxMind database: " + e.getMessage(),
          "download it again");
    }
    return null;
  }

  /** What tells these databases from others, by when they were built; empty without any. */
  public String version() {
    StringJoiner version = new StringJoiner(" ");
    for (Reader reader : new Reader[] {city, asn}) {
      if (reader != null) {
        version.add(reader.getMetadata().databaseType() + "/" + reader.getMetadata().buildTime());
      }
    }
    return version.toString();
  }

  boolean isEmpty() {
    return city == null && asn == null;
  }

  /** What is said of the place of an address; empty where nothing is. */
  Map<?, ?> city(String address) {
    return look(city, address);
  }

  /** What is said of the autonomous system of an address; empty where nothing is. */
  Map<?, ?> asn(String address) {
    return look(asn, address);
  }

  private static Map<?, ?> look(@Nullable Reader database, String text) {
    // Only a literal: a name would be looked up in the network.
    Optional<String> address = database == null ? Optional.empty() : IpLiteral.in(text);
    if (database == null || address.isEmpty()) {
      return Map.of();
    }
    try {
      InetAddress ip = InetAddress.getByName(address.get());
      if (ip.getAddress().length > 4 && database.getMetadata().ipVersion() == 4) {
        return Map.of();
      }
      Map<?, ?> found = database.get(ip, Map.class);
      return found == null ? Map.of() : found;
    } catch (IOException | RuntimeException e) {
      // One damaged place of a database must not stop the events that point there.
      return Map.of();
    }
  }

  @Override
  public void close() {
    for (Reader reader : new Reader[] {city, asn}) {
      try {
        if (reader != null) {
          reader.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
