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
