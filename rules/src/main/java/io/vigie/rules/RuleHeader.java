package io.vigie.rules;

import io.vigie.yaml.Place;
import java.util.List;

/**
 * What every rule says of itself.
 *
 * @param id Sigma's id; the name where there is none
 * @param name what other rules of the file call it; the id where there is none
 * @param status experimental, test, stable, deprecated or unsupported
 * @param version the rule's own major version: alerts of different versions are different alerts
 * @param references addresses
 * @param tags for example {@code attack.t1110}
 * @param file where it was read
 */
public record RuleHeader(
    String id,
    String name,
    String title,
    String description,
    Level level,
    String status,
    String version,
    String author,
    List<String> references,
    List<String> tags,
    List<String> falsePositives,
    String file,
    Place place) {}
