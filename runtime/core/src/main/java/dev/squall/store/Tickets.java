package dev.squall.store;

import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a shard knows of batches over several shards (docs/adr/0015-tickets.md): those prepared here
 * and not yet decided, whose keys are held; those committed with this shard as their home, until
 * all others have followed; and those given up here before they came.
 *
 * <p><b>One fold.</b> Changed by the records of the log alone, so that every replica, and every
 * restart, comes to the same. Where retention would take a record that is still needed for that, it
 * waits ({@link #need}): a share until its end is well in the log, a home's until all have
 * followed, word of a ticket given up for {@link #LIFE_MICROS}.
 *
 * <p>One writer, the shard's owner; {@link #heldSince} and {@link #settledBefore} may be asked by
 * anybody.
 */
public final class Tickets {

    /** Tickets that may be open in a shard; beyond, a new one is refused. */
    public static final int OPEN_MAX = 1_024;

    /**
     * A ticket commits no later than this after its first share was prepared, by the times of its
     * home's log: 60 s. So long is remembered what was given up.
     */
    public static final long LIFE_MICROS = 60_000_000;

    /**
     * Names a batch over several shards.
     *
     * @param born when it was made, by its maker's clock, microseconds
     * @param node who made it
     * @param serial which of that node's it is
     */
    public record Id(long born, long node, long serial) {

        static Id of(MemorySegment m, long at) {
            return new Id(
                    BatchLayout.born(m, at), BatchLayout.node(m, at), BatchLayout.serial(m, at));
        }
    }

    /**
     * A ticket that is not finished here.
     *
     * @param id its name
     * @param home whether this shard is its home, where it is committed; else it is undecided
     * @param time of a committed one its time, of another the time that it was prepared at
     * @param version of its record
     * @param location of its record
     * @param shards all that take part, the home first
     */
    public record Open(
            Id id, boolean home, long time, long version, long location, List<Integer> shards) {}

    /** A share that has ended, and where the record stands that ended it. */
    private record Ended(long prepared, long end) {}

    /** Given up here. */
    record Bar(long time, long version, long location) {}

    /** Committed, this being their home. */
    private final Map<Id, Open> homes = new LinkedHashMap<>();

    /** Undecided; times never fall along a log, so the first is the earliest. */
    private final LinkedHashMap<Id, Open> shares = new LinkedHashMap<>();

    private final Map<Id, List<String>> keys = new LinkedHashMap<>();
    private final Map<String, Open> holds = new ConcurrentHashMap<>();
    private final Map<Id, Bar> bars = new LinkedHashMap<>();
    private final ArrayDeque<Ended> ended = new ArrayDeque<>();
    private volatile long settledBefore = Long.MAX_VALUE;

    /** What a record that has entered the log says. */
    void take(MemorySegment m, long at, long location) {
        if (!bars.isEmpty()) {
            long now = RecordLayout.timestamp(m, at);
            bars.values().removeIf(b -> now - b.time > LIFE_MICROS);
        }
        switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_PREPARE -> prepare(m, at, location);
            case RecordLayout.KIND_BATCH -> decided(m, at, location);
            case RecordLayout.KIND_TICKET -> said(m, at, location);
            default -> {}
        }
        while (!ended.isEmpty() && segment(ended.element().end) < segment(location)) {
            ended.remove();
        }
    }

    private static long segment(long location) {
        return location >>> 32;
    }

    private static Open open(MemorySegment m, long at, long location, boolean home) {
        var shards = new ArrayList<Integer>();
        for (int i = 0; i < BatchLayout.shards(m, at); i++) {
            shards.add(BatchLayout.shard(m, at, i));
        }
        return new Open(
                Id.of(m, at),
                home,
                RecordLayout.timestamp(m, at),
                RecordLayout.version(m, at),
                location,
                List.copyOf(shards));
    }

    private void prepare(MemorySegment m, long at, long location) {
        var open = open(m, at, location, false);
        var held = new ArrayList<String>();
        for (long p = BatchLayout.firstPart(m, at); p >= 0; p = BatchLayout.nextPart(m, p)) {
            held.add(RecordLayout.key(m, p));
        }
        shares.put(open.id, open);
        keys.put(open.id, held);
        held.forEach(key -> holds.put(key, open));
        settle();
    }

    private void decided(MemorySegment m, long at, long location) {
        int role = BatchLayout.role(m, at);
        if (role == BatchLayout.ROLE_HOME) {
            var open = open(m, at, location, true);
            homes.put(open.id, open);
        } else if (role == BatchLayout.ROLE_SHARE) {
            end(Id.of(m, at), location);
        }
    }

    private void said(MemorySegment m, long at, long location) {
        var id = Id.of(m, at);
        switch (BatchLayout.role(m, at)) {
            case BatchLayout.ROLE_GIVE_UP ->
                    bars.put(
                            id,
                            new Bar(
                                    BatchLayout.time(m, at),
                                    RecordLayout.version(m, at),
                                    location));
            case BatchLayout.ROLE_RELEASE -> end(id, location);
            case BatchLayout.ROLE_DONE -> homes.remove(id);
            default -> {}
        }
    }

    private void end(Id id, long location) {
        var open = shares.remove(id);
        if (open != null) {
            ended.add(new Ended(open.location, location));
        }
        var held = keys.remove(id);
        if (held != null) {
            held.forEach(holds::remove);
        }
        settle();
    }

    /**
     * Writes what is known of records from a place on, {@code tickets i32, bars i32, ended i32};
     * each ticket: its {@link Id} 3 x i64, home i32, time i64, version i64, location i64, shards
     * i32, each i32, keys i32, each: bytes i32, UTF-8; each bar: its id, time i64, version i64,
     * location i64; each that has ended: location i64, location of its end i64. Of what stood
     * before, retention says that nobody needs it any more.
     */
    void write(IndexState.Writer state, long first) {
        var tickets = open().stream().filter(o -> o.location >= first).toList();
        var given = new LinkedHashMap<>(bars);
        given.values().removeIf(b -> b.location < first);
        var gone = ended.stream().filter(e -> e.prepared >= first).toList();
        state.putInt(tickets.size());
        state.putInt(given.size());
        state.putInt(gone.size());
        tickets.forEach(o -> write(state, o));
        given.forEach((id, bar) -> {
            write(state, id);
            state.putLong(bar.time);
            state.putLong(bar.version);
            state.putLong(bar.location);
        });
        gone.forEach(e -> {
            state.putLong(e.prepared);
            state.putLong(e.end);
        });
    }

    private static void write(IndexState.Writer state, Id id) {
        state.putLong(id.born);
        state.putLong(id.node);
        state.putLong(id.serial);
    }

    private void write(IndexState.Writer state, Open open) {
        write(state, open.id);
        state.putInt(open.home ? 1 : 0);
        state.putLong(open.time);
        state.putLong(open.version);
        state.putLong(open.location);
        state.putInt(open.shards.size());
        open.shards.forEach(state::putInt);
        var held = keys.getOrDefault(open.id, List.of());
        state.putInt(held.size());
        held.forEach(state::putText);
    }

    /** Reads what {@link #write} wrote, as far as it is in a log; nothing was known before. */
    void read(IndexState.Reader state, long first) {
        int tickets = state.getInt();
        int given = state.getInt();
        int gone = state.getInt();
        for (int i = 0; i < tickets; i++) {
            readOpen(state, first);
        }
        for (int i = 0; i < given; i++) {
            var id = readId(state);
            var bar = new Bar(state.getLong(), state.getLong(), state.getLong());
            if (bar.location >= first) {
                bars.put(id, bar);
            }
        }
        for (int i = 0; i < gone; i++) {
            var end = new Ended(state.getLong(), state.getLong());
            if (end.prepared >= first) {
                ended.add(end);
            }
        }
        settle();
    }

    private static Id readId(IndexState.Reader state) {
        return new Id(state.getLong(), state.getLong(), state.getLong());
    }

    private void readOpen(IndexState.Reader state, long first) {
        var id = readId(state);
        boolean home = state.getInt() == 1;
        long time = state.getLong();
        long version = state.getLong();
        long location = state.getLong();
        var shards = new ArrayList<Integer>();
        for (int left = state.getInt(); left > 0; left--) {
            shards.add(state.getInt());
        }
        var open = new Open(id, home, time, version, location, List.copyOf(shards));
        var held = new ArrayList<String>();
        for (int left = state.getInt(); left > 0; left--) {
            held.add(state.getText());
        }
        if (location >= first && home) {
            homes.put(id, open);
        } else if (location >= first) {
            shares.put(id, open);
            keys.put(id, held);
            held.forEach(key -> holds.put(key, open));
        }
    }

    private void settle() {
        var first = shares.firstEntry();
        settledBefore = first == null ? Long.MAX_VALUE : first.getValue().time;
    }

    /** The ticket that is not finished, or null. The writer only. */
    @Nullable Open find(Id id) {
        var share = shares.get(id);
        return share == null ? homes.get(id) : share;
    }

    /** What says that the ticket was given up here, or null. The writer only. */
    @Nullable Bar bar(Id id) {
        return bars.get(id);
    }

    /** Whether the key of a record or part belongs to a batch that is not decided. */
    boolean held(MemorySegment m, long at) {
        return !shares.isEmpty() && holds.containsKey(RecordLayout.key(m, at));
    }

    /**
     * When a key was prepared for a batch that is not decided: once the shard's past is complete up
     * to there, it is. Microseconds; 0 = it is not held. Any thread.
     */
    public long heldSince(String key) {
        var by = holds.isEmpty() ? null : holds.get(key);
        return by == null ? 0 : by.time;
    }

    /** Below this time everything is decided; MAX when nothing waits. Any thread. */
    public long settledBefore() {
        return settledBefore;
    }

    /** Those that are not finished, undecided ones first. The writer only. */
    public List<Open> open() {
        if (count() == 0) {
            return List.of();
        }
        var all = new ArrayList<>(shares.values());
        all.addAll(homes.values());
        return all;
    }

    /** How many are not finished. The writer only. */
    int count() {
        return shares.size() + homes.size();
    }

    /** Whether the segment in which a location lies still holds what is not finished. */
    boolean need(long location) {
        long segment = segment(location);
        return shares.values().stream().anyMatch(o -> segment(o.location) == segment)
                || homes.values().stream().anyMatch(o -> segment(o.location) == segment)
                || bars.values().stream().anyMatch(b -> segment(b.location) == segment)
                || ended.stream().anyMatch(e -> segment(e.prepared) == segment);
    }
}
