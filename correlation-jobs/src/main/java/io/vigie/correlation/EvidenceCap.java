package io.vigie.correlation;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A journal that keeps a limited number of documents for each key. A group that matches a million
 * times in its window would keep a million events, of which an alert shows a thousand. Matches
 * beyond the limit are kept with the ids of their events and without the documents, so that
 * everything that is counted stays exact. When matches with documents leave the window, new ones
 * bring theirs again.
 *
 * <p>Keys are counted by their hash, in a table that never grows. Where two keys share a place they
 * share the limit, which is felt when there are hundreds of millions of documents.
 */
public final class EvidenceCap implements Journal {
  private static final int PLACES = 1 << 18;

  private final Journal journal;
  private final int limit;
  private final int[] documents = new int[PLACES];

  /**
   * @param limit no key that has so many documents keeps another match with documents
   */
  public EvidenceCap(Journal journal, int limit) {
    this.journal = journal;
    this.limit = limit;
  }

  private static int place(String key) {
    int hash = key.hashCode();
    return (hash ^ hash >>> 16) & (PLACES - 1);
  }

  @Override
  public boolean add(Match match) {
    int brought = match.documents();
    if (brought == 0) {
      return journal.add(match);
    }
    String key = match.key();
    String identity = match.identity();
    int place = place(key);
    int before = journal.documents(key, identity);
    boolean room = before > 0 || documents[place] < limit;
    boolean added = journal.add(room ? match : match.withoutDocuments());
    documents[place] += (room && added ? brought : journal.documents(key, identity)) - before;
    return added;
  }

  @Override
  public @Nullable Match get(String key, String identity) {
    return journal.get(key, identity);
  }

  @Override
  public int documents(String key, String identity) {
    return journal.documents(key, identity);
  }

  @Override
  public void remove(String key, String identity) {
    documents[place(key)] -= journal.documents(key, identity);
    journal.remove(key, identity);
  }

  @Override
  public @Nullable Episode episode(String key) {
    return journal.episode(key);
  }

  @Override
  public void open(String key, Episode episode) {
    journal.open(key, episode);
  }

  @Override
  public void close(String key) {
    journal.close(key);
  }

  /** Counts anew what is there. */
  @Override
  public void forEach(Consumer<Match> action) {
    Arrays.fill(documents, 0);
    journal.forEach(
        match -> {
          documents[place(match.key())] += journal.documents(match.key(), match.identity());
          action.accept(match);
        });
  }
}
