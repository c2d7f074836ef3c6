package io.vigie.enrichment;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Where an address is, and whose autonomous system it belongs to: {@code source.geo.*}, {@code
 * source.as.*}, and the same of {@code client} and {@code destination}. What the log source says of
 * a place is not mixed with what the database says of it.
 */
public final class GeoEnricher implements Enricher {
  /** Field under {@code geo.}, and where the database has it. */
  private static final Map<String, List<Object>> PLACES = places();

  private static final List<Side> SIDES =
      List.of(new Side("source"), new Side("client"), new Side("destination"));

  private final boolean empty;
  private final Recent<Found> recent;

  public GeoEnricher(GeoDatabases databases) {
    this.empty = databases.isEmpty();
    this.recent =
        new Recent<>(address -> Found.of(databases.city(address), databases.asn(address)));
  }

  private static Map<String, List<Object>> places() {
    Map<String, List<Object>> places = new LinkedHashMap<>();
    places.put("city_name", List.of("city", "names", "en"));
    places.put("continent_code", List.of("continent", "code"));
    places.put("continent_name", List.of("continent", "names", "en"));
    places.put("country_iso_code", List.of("country", "iso_code"));
    places.put("country_name", List.of("country", "names", "en"));
    places.put("postal_code", List.of("postal", "code"));
    places.put("region_iso_code", List.of("subdivisions", 0, "iso_code"));
    places.put("region_name", List.of("subdivisions", 0, "names", "en"));
    places.put("timezone", List.of("location", "time_zone"));
    return places;
  }

  /** One end of a connection. */
  private static final class Side {
    private final EcsPath ip;
    private final EcsPath geo;
    private final EcsPath number;
    private final EcsPath organization;
    private final EcsPath location;
    private final Map<String, EcsPath> places = new LinkedHashMap<>();

    private Side(String name) {
      ip = EcsPath.of(name + ".ip");
      geo = EcsPath.of(name + ".geo");
      number = EcsPath.of(name + ".as.number");
      organization = EcsPath.of(name + ".as.organization.name");
      location = EcsPath.of(name + ".geo.location");
      PLACES.keySet().forEach(key -> places.put(key, EcsPath.of(name + ".geo." + key)));
    }

    private void enrich(ObjectNode ecs, Recent<Found> recent) {
      String address = ip.text(ecs);
      if (address == null) {
        return;
      }
      Found found = recent.of(address);
      if (found.number() != null && isOf(ecs, found.number())) {
        number.add(ecs, LongNode.valueOf(found.number()));
        organization.add(ecs, found.organization());
      }
      if (!geo.isIn(ecs)) {
        places.forEach((key, path) -> path.add(ecs, found.places().get(key)));
        location.add(ecs, found.location());
      }
    }

    /** False where the log source says another number, or a name without a number. */
    private boolean isOf(ObjectNode ecs, long found) {
      String said = number.text(ecs);
      return said == null ? !organization.isIn(ecs) : said.equals(Long.toString(found));
    }

    private List<EcsPath> adds() {
      List<EcsPath> all = new ArrayList<>(places.values());
      all.addAll(List.of(number, organization, location));
      return all;
    }
  }

  private record Found(
      @Nullable Long number, String organization, Map<String, String> places, String location) {

    static Found of(Map<?, ?> city, Map<?, ?> asn) {
      Map<String, String> places = new LinkedHashMap<>();
      PLACES.forEach(
          (key, path) -> {
            if (at(city, path) instanceof String text) {
              places.put(key, text);
            }
          });
      StringJoiner location = new StringJoiner(",");
      if (at(city, List.of("location", "latitude")) instanceof Number latitude
          && at(city, List.of("location", "longitude")) instanceof Number longitude) {
        location.add(latitude.toString()).add(longitude.toString());
      }
      return new Found(
          asn.get("autonomous_system_number") instanceof Number number ? number.longValue() : null,
          asn.get("autonomous_system_organization") instanceof String name ? name : "",
          places,
          location.toString());
    }

    private static @Nullable Object at(Map<?, ?> root, List<Object> path) {
      Object at = root;
      for (Object key : path) {
        if (at instanceof Map<?, ?> map) {
          at = map.get(key);
        } else if (at instanceof List<?> list && key instanceof Integer index) {
          at = index < list.size() ? list.get(index) : null;
        } else {
          return null;
        }
      }
      return at;
    }
  }

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    if (!empty) {
      for (Side side : SIDES) {
        side.enrich(ecs, recent);
      }
    }
  }

  @Override
  public Set<String> reads() {
    return EcsPath.names(SIDES.stream().map(side -> side.ip).toList());
  }

  @Override
  public Set<String> adds() {
    return EcsPath.names(SIDES.stream().flatMap(side -> side.adds().stream()).toList());
  }
}
