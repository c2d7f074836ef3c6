package io.vigie.enrichment.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigie.enrichment.table.PackedRows.Kept;
import io.vigie.enrichment.table.TableDefinition.Row;
import io.vigie.ingest.IpLiteral;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A table in memory, of millions of rows: about 110 bytes for each beside its own text. One thread
 * changes it at a time; any number look into it meanwhile and never wait, for what they see is only
 * ever added to or replaced as a whole.
 *
 * <p>A row that another replaces stays for events that arrived before the other was known, until
 * {@link #forget}.
 */
public final class PackedTable implements ReferenceTable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;

  /** Rows with more text than this are no reference data. */
  public static final int MAX_ROW_BYTES = 1 << 16;

  private final boolean byNetwork;
  private final NavigableMap<Long, String> versions = new ConcurrentSkipListMap<>();
  private volatile PackedRows rows = new PackedRows();

  /** By bytes of the address, 4 or 16: which lengths networks have. Replaced, never changed. */
  private volatile Map<Integer, BitSet> lengths =
      Map.of(V4_BYTES, new BitSet(), V6_BYTES, new BitSet());

  /** That have neither ended nor been abandoned: they know where their rows lie. */
  private int loads;

  public PackedTable(TableDefinition definition) {
    this.byNetwork = definition.byNetwork();
  }

  /** Rows that take effect together, or not at all. For the thread that changes the table. */
  public final class Load {
    private long[] prepared = new long[16];
    private int count;
    private final List<String> removed = new ArrayList<>();

    private Load() {}

    /**
     * Adds a row, or replaces the one with its id. One that is there already just so changes
     * nothing: it has been known since it came first.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_ROW_BYTES}
     */
    public void put(Row row) {
      synchronized (PackedTable.this) {
        long address = prepare(row);
        if (count == prepared.length) {
          prepared = Arrays.copyOf(prepared, count * 2);
        }
        prepared[count++] = address;
      }
    }

    /** Takes the row with that id away. */
    public void remove(String id) {
      removed.add(id);
    }

    /**
     * Makes them count.
     *
     * @param known for events that arrive from then on, milliseconds since 1970 UTC; {@link
     *     Long#MIN_VALUE} for all
     * @param version what the table is called from then on; empty where it is not loaded as a whole
     */
    public void commit(long known, String version) {
      synchronized (PackedTable.this) {
        for (int i = 0; i < count; i++) {
          rows.commit(prepared[i], known);
        }
        removed.forEach(id -> rows.retire(id, known));
        if (!version.isEmpty()) {
          versions.put(known, version);
        }
        loads--;
      }
    }

    /** Forgets them. */
    public void abandon() {
      synchronized (PackedTable.this) {
        loads--;
      }
    }
  }

  /**
   * Adds a row that an event gave, or replaces the one with its id, unless what that one says of
   * itself with {@code updated} is later: events come in any order, and more than once.
   *
   * @param known for events that arrive from then on
   * @throws IllegalArgumentException if it is longer than {@link #MAX_ROW_BYTES}
   */
  public synchronized void give(Row row, long known) {
    Kept before = rows.current(row.id());
    if (before == null || updated(row(before.json())).compareTo(updated(row.row())) <= 0) {
      rows.commit(prepare(row), known);
    }
  }

  /** Takes the row with that id away, for events that arrive from a time on. */
  public synchronized void remove(String id, long known) {
    rows.retire(id, known);
  }

  private static Instant updated(ObjectNode row) {
    try {
      return Instant.parse(row.path("updated").asText());
    } catch (DateTimeParseException e) {
      return Instant.MIN;
    }
  }

  /** Begins to load rows; ends with {@link Load#commit} or {@link Load#abandon}. */
  public synchronized Load load() {
    loads++;
    return new Load();
  }

  private long prepare(Row row) {
    byte[] json = bytes(row.row());
    if (json.length > MAX_ROW_BYTES) {
      throw new IllegalArgumentException(
          "has %,d bytes, more than %,d".formatted(json.length, MAX_ROW_BYTES));
    }
    List<byte[]> keys = row.keys().stream().map(this::key).toList();
    return rows.prepare(row.id(), keys, row.validFrom(), row.validUntil(), json);
  }

  /**
   * Lets go of what counts for no event any more that arrives, or happens, at a time or later.
   * Whoever looks meanwhile sees the table as it was. Does nothing while somebody loads.
   */
  public synchronized void forget(long before) {
    if (loads == 0 && rows.isWorthForgetting(before)) {
      rows = rows.without(before);
    }
  }

  private byte[] key(String text) {
    if (!byNetwork) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    int slash = text.indexOf('/');
    byte[] address = address(text.substring(0, slash));
    int length = Integer.parseInt(text.substring(slash + 1));
    if (!lengths(address.length).get(length)) {
      BitSet more = (BitSet) lengths(address.length).clone();
      more.set(length);
      lengths =
          address.length == V4_BYTES
              ? Map.of(V4_BYTES, more, V6_BYTES, lengths(V6_BYTES))
              : Map.of(V4_BYTES, lengths(V4_BYTES), V6_BYTES, more);
    }
    byte[] key = Arrays.copyOf(address, address.length + 1);
    cut(key, address.length, length);
    return key;
  }

  private BitSet lengths(int addressBytes) {
    return lengths.getOrDefault(addressBytes, new BitSet());
  }

  /** Makes an address, with a byte behind it, the key of the network of that length around it. */
  private static void cut(byte[] key, int addressBytes, int length) {
    if (length < addressBytes * 8) {
      int whole = length / 8;
      key[whole] &= (byte) (0xff00 >> length % 8);
      Arrays.fill(key, whole + 1, addressBytes, (byte) 0);
    }
    key[addressBytes] = (byte) length;
  }

  private static byte[] address(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal + " is no address", e);
    }
  }

  @Override
  public List<ObjectNode> at(String key, AsOf asOf) {
    PackedRows all = rows;
    return all.isEmpty() ? List.of() : json(all.find(key.getBytes(StandardCharsets.UTF_8), asOf));
  }

  @Override
  public List<ObjectNode> containing(String ipAddress, AsOf asOf) {
    PackedRows all = rows;
    // Only a literal: a name would be looked up in the network.
    Optional<String> literal = all.isEmpty() ? Optional.empty() : IpLiteral.in(ipAddress);
    if (literal.isEmpty()) {
      return List.of();
    }
    byte[] address = address(literal.get());
    BitSet known = lengths(address.length);
    byte[] key = Arrays.copyOf(address, address.length + 1);
    List<ObjectNode> found = List.of();
    for (int length = known.length() - 1; length >= 0; length = known.previousSetBit(length - 1)) {
      cut(key, address.length, length);
      List<Kept> ofLength = all.find(key, asOf);
      if (!ofLength.isEmpty()) {
        found = found.isEmpty() ? new ArrayList<>() : found;
        found.addAll(json(ofLength));
      }
    }
    return found;
  }

  private static List<ObjectNode> json(List<Kept> kept) {
    if (kept.isEmpty()) {
      return List.of();
    }
    List<ObjectNode> rows = new ArrayList<>(kept.size());
    for (Kept each : kept) {
      rows.add(row(each.json()));
    }
    return rows;
  }

  private static ObjectNode row(byte[] json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(ObjectNode row) {
    try {
      return JSON.writeValueAsBytes(row);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the row with that id, as it counts last, is just so. */
  public boolean holds(Row row) {
    Kept kept = rows.current(row.id());
    return kept != null && Arrays.equals(kept.json(), bytes(row.row()));
  }

  /** A row as it counts last, and since when. */
  public record Current(String id, ObjectNode row, long known) {}

  /** All rows that count for an event that arrives last of all, in no order. */
  public void forEach(Consumer<Current> out) {
    rows.forEachCurrent(kept -> out.accept(new Current(kept.id(), row(kept.json()), kept.known())));
  }

  /** The row with that id, as it counts last. */
  public Optional<Current> row(String id) {
    @Nullable Kept kept = rows.current(id);
    return kept == null
        ? Optional.empty()
        : Optional.of(new Current(kept.id(), row(kept.json()), kept.known()));
  }

  @Override
  public String version(AsOf asOf) {
    Map.Entry<Long, String> entry = versions.floorEntry(asOf.arrival());
    return entry == null ? "" : entry.getValue();
  }

  @Override
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** How many rows count last. */
  public int size() {
    return rows.size();
  }

  /** What the table takes in memory, roughly. */
  public long bytes() {
    return rows.bytes();
  }
}
