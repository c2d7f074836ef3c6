package io.vigie.yaml;

import io.vigie.yaml.Problem.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Collects every problem of a run instead of stopping at the first. */
public final class Problems {
  private final List<Problem> all = new ArrayList<>();

  /** The view of one file's author: problems that are added through it name that file. */
  public OfFile of(String file) {
    return new OfFile(file);
  }

  public List<Problem> all() {
    return List.copyOf(all);
  }

  public List<Problem> errors() {
    return all.stream().filter(problem -> problem.severity() == Severity.ERROR).toList();
  }

  public boolean hasErrors() {
    return all.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
  }

  /** "; did you mean x?" material: the candidate nearest to what was written, if any is near. */
  public static String didYouMean(String written, Collection<String> candidates) {
    return nearest(written, candidates).map(near -> "did you mean '" + near + "'?").orElse("");
  }

  private static Optional<String> nearest(String written, Collection<String> candidates) {
    String best = null;
    int bestDistance = Math.max(1, written.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(written, candidate, bestDistance);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Levenshtein's distance; {@code limit} where it is at least that. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return Math.min(limit, previous[b.length()]);
  }

  /** Adds problems of one file. */
  public final class OfFile {
    private final String file;

    private OfFile(String file) {
      this.file = file;
    }

    public String file() {
      return file;
    }

    public void error(Place place, String code, String message, String suggestion) {
      all.add(new Problem(Severity.ERROR, code, file, place, message, suggestion));
    }

    public void warn(Place place, String code, String message, String suggestion) {
      all.add(new Problem(Severity.WARNING, code, file, place, message, suggestion));
    }

    public void note(Place place, String code, String message, String suggestion) {
      all.add(new Problem(Severity.NOTE, code, file, place, message, suggestion));
    }
  }
}
