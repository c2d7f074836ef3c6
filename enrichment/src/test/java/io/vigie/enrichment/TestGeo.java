package io.vigie.enrichment;

import io.vigie.yaml.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Databases that know the documentation addresses. */
final class TestGeo {
  private TestGeo() {}

  static GeoDatabases in(Path folder, Problems problems) throws IOException {
    return GeoDatabases.open(city(folder), asn(folder), problems);
  }

  static Path city(Path folder) throws IOException {
    return new MaxMindFile("GeoLite2-City")
        .with(
            "198.51.100.0/24",
            Map.of(
                "city", Map.of("names", Map.of("en", "Lyon", "fr", "Lyon")),
                "continent", Map.of("code", "EU", "names", Map.of("en", "Europe")),
                "country", Map.of("iso_code", "FR", "names", Map.of("en", "France")),
                "location",
                    Map.of("latitude", 45.75, "longitude", 4.85, "time_zone", "Europe/Paris"),
                "postal", Map.of("code", "69001"),
                "subdivisions",
                    List.of(
                        Map.of("iso_code", "ARA", "names", Map.of("en", "Auvergne-Rhone-Alpes")))))
        .with(
            "2001:db8::/32",
            Map.of("country", Map.of("iso_code", "NL", "names", Map.of("en", "Netherlands"))))
        .write(folder.resolve("city.mmdb"));
  }

  static Path asn(Path folder) throws IOException {
    return new MaxMindFile("GeoLite2-ASN")
        .with(
            "198.51.100.0/24",
            Map.of(
                "autonomous_system_number",
                64_496L,
                "autonomous_system_organization",
                "Example Hosting"))
        .with("2001:db8::/32", Map.of("autonomous_system_number", 64_497L))
        .write(folder.resolve("asn.mmdb"));
  }
}
