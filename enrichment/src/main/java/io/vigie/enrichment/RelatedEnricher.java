package io.vigie.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.AsOf;
import io.vigie.ingest.IpLiteral;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Fills {@code related.*}, where an analyst finds an address, user, host or hash in whatever role
 * it had, from the document's own fields. Each list is sorted and holds nothing twice.
 */
public final class RelatedEnricher implements Enricher {
  private static final List<Related> ALL =
      List.of(
          new Related(
              "hash",
              paths(
                  "file.hash.md5",
                  "file.hash.sha1",
                  "file.hash.sha256",
                  "process.hash.md5",
                  "process.hash.sha1",
                  "process.hash.sha256"),
              text -> true),
          new Related(
              "hosts",
              paths(
                  "client.domain",
                  "destination.domain",
                  "dns.question.name",
                  "host.hostname",
                  "host.name",
                  "observer.hostname",
                  "server.domain",
                  "source.domain",
                  "url.domain"),
              text -> true),
          new Related(
              "ip",
              paths(
                  "client.ip",
                  "client.nat.ip",
                  "destination.ip",
                  "destination.nat.ip",
                  "dns.resolved_ip",
                  "host.ip",
                  "network.forwarded_ip",
                  "observer.ip",
                  "server.ip",
                  "source.ip",
                  "source.nat.ip",
                  "threat.indicator.ip"),
              RelatedEnricher::isIp),
          // No user.id: ids such as 0 and 1000 would relate strangers.
          new Related(
              "user",
              paths(
                  "client.user.email",
                  "client.user.name",
                  "destination.user.name",
                  "process.user.name",
                  "source.user.email",
                  "source.user.name",
                  "user.changes.email",
                  "user.changes.name",
                  "user.effective.email",
                  "user.effective.name",
                  "user.email",
                  "user.name",
                  "user.target.email",
                  "user.target.name"),
              // Access logs write it where there is no user.
              text -> !text.equals("-")));

  private record Related(String field, List<List<String>> from, Predicate<String> accepts) {}

  @Override
  public void enrich(ObjectNode ecs, AsOf asOf) {
    if (ecs.has("related") && !ecs.get("related").isObject()) {
      return;
    }
    for (Related related : ALL) {
      TreeSet<String> found = new TreeSet<>();
      for (List<String> path : related.from()) {
        JsonNode at = ecs;
        for (String key : path) {
          at = at.path(key);
        }
        collect(at, related.accepts(), found);
      }
      if (found.isEmpty()) {
        continue;
      }
      collect(ecs.path("related").path(related.field()), text -> true, found);
      ArrayNode list = ecs.withObjectProperty("related").putArray(related.field());
      found.forEach(list::add);
    }
  }

  private static void collect(JsonNode value, Predicate<String> accepts, Set<String> into) {
    if (value.isArray()) {
      value.forEach(element -> collect(element, accepts, into));
    } else if (value.isTextual() && !value.asText().isBlank() && accepts.test(value.asText())) {
      into.add(value.asText());
    }
  }

  private static boolean isIp(String text) {
    return IpLiteral.in(text).filter(text::equals).isPresent();
  }

  private static List<List<String>> paths(String... names) {
    return List.of(names).stream().map(name -> List.of(name.split("\\."))).toList();
  }

  @Override
  public Set<String> reads() {
    return ALL.stream()
        .flatMap(related -> related.from().stream())
        .map(path -> String.join(".", path))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Set<String> adds() {
    return ALL.stream()
        .map(related -> "related." + related.field())
        .collect(Collectors.toUnmodifiableSet());
  }
}
