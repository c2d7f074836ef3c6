package io.vigie.correlation;

import java.util.List;

/**
 * The time in which one alert of a rule and group stays open: a maximal run of satisfied times that
 * are less than the rule's gap apart.
 *
 * @param first satisfied time, milliseconds
 * @param last satisfied time so far, milliseconds
 * @param chain the chain at that time for an ordered correlation; else empty
 */
public record Episode(long first, long last, List<Link> chain) {

  /** A match of a chain. */
  public record Link(int step, long timestamp, String id) {
    static Link to(Match match) {
      return new Link(match.step(), match.timestamp(), match.id());
    }
  }
}
