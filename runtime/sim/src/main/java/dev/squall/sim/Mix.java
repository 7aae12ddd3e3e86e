package dev.squall.sim;

import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import java.util.List;
import java.util.Locale;

/**
 * What a run looks for. A seed under {@link #ANY} draws everything; under another mix it is a short
 * run with little load, in which one sort of rare faults is sure to strike: a bug that shows itself
 * only there is met a hundred times as often.
 */
enum Mix {
    /** Everything, as the seed draws it. */
    ANY,
    /** Faults while some know of the next view and others do not. */
    CHANGES,
    /** Blackouts while somebody is being filled, after which those who fill come late. */
    GAPS,
    /** Disks that are lost. */
    WIPES,
    /** Pools that are deleted just before the power fails. */
    DROPS,
    /** Bits that turn over at rest. */
    FLIPS,
    /** Disks that forget what they failed to sync. */
    FORGETS,
    /** Faults in the steps of batches over several shards. */
    TICKETS,
    /** Pools that get another number of shards all the time, under load. */
    MOVES,
    /** Pools that are full. */
    BUDGETS,
    /** Nodes whose clocks are far apart, cut off from each other under load. */
    CUTS,
    /** Disks that are behind when retention drops what they should have written. */
    TRIMS,
    /** Pools that let go of much, and keep what is labelled. */
    LABELS;

    private static final long MILLI = 1_000_000;
    private static final int LIVES_MAX = 2;
    private static final long LIFE_NANOS_MAX = 700 * MILLI;
    private static final int CLIENTS_MAX = 2;
    private static final int CLIENTS_OF_BUDGETS = 3;
    private static final int SEGMENT_BYTES_OF_LABELS = 16 << 10;
    private static final long THINK_NANOS_MIN = 10 * MILLI;
    private static final int OBJECT_BYTES_MAX = 6000;
    private static final long LIFE_NANOS_OF_MOVES = 1_200 * MILLI;
    private static final int CLIENTS_OF_MOVES = 5;
    private static final long THINK_NANOS_OF_MOVES = 6 * MILLI;
    private static final double SCALES_OF_MOVES = 0.3;
    private static final long SUSPECT_MILLIS_OF_CUTS = 250;
    private static final long SKEW_MICROS_OF_CUTS = 700_000;
    private static final int SEGMENT_BYTES_OF_TRIMS = 8 << 10;
    private static final int SEGMENTS_OF_TRIMS = 2;
    private static final long DISK_NANOS_OF_TRIMS = 500 * MILLI;

    /** A mix by its name in lower case. */
    static Mix of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** As one types it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    int nodes(int drawn) {
        return this == WIPES || this == GAPS ? Math.max(drawn, LostDisks.NODES_MIN) : drawn;
    }

    int lives(int drawn) {
        return this == ANY ? drawn : Math.min(drawn, LIVES_MAX);
    }

    long lifeNanos(long drawn) {
        if (underLoad() || this == LABELS) {
            return Math.max(drawn, LIFE_NANOS_OF_MOVES);
        }
        return this == ANY ? drawn : Math.min(drawn, LIFE_NANOS_MAX);
    }

    private boolean underLoad() {
        return this == MOVES || this == CUTS || this == TRIMS;
    }

    int clients(int drawn) {
        return switch (this) {
            case ANY -> drawn;
            case MOVES, CUTS, TRIMS -> Math.max(drawn, CLIENTS_OF_MOVES);
            case BUDGETS, LABELS -> Math.max(drawn, CLIENTS_OF_BUDGETS);
            default -> Math.min(drawn, CLIENTS_MAX);
        };
    }

    long thinkNanosMax(long drawn) {
        return switch (this) {
            case ANY -> drawn;
            case MOVES, CUTS, TRIMS -> Math.min(drawn, THINK_NANOS_OF_MOVES);
            case BUDGETS, LABELS -> Math.min(drawn, THINK_NANOS_MIN);
            default -> Math.max(drawn, THINK_NANOS_MIN);
        };
    }

    int objectBytesMax(int drawn) {
        return this == ANY ? drawn : Math.min(drawn, OBJECT_BYTES_MAX);
    }

    /** A log must turn over for something to be dropped, or carried forward. */
    int segmentBytes(int drawn) {
        return switch (this) {
            case TRIMS -> SEGMENT_BYTES_OF_TRIMS;
            case LABELS -> Math.min(drawn, SEGMENT_BYTES_OF_LABELS);
            default -> drawn;
        };
    }

    long suspectMillis(long drawn) {
        return this == CUTS ? Math.min(drawn, SUSPECT_MILLIS_OF_CUTS) : drawn;
    }

    long skewMicrosMax(long drawn) {
        return this == CUTS ? SKEW_MICROS_OF_CUTS : drawn;
    }

    long diskNanosMax(long drawn) {
        return this == TRIMS ? DISK_NANOS_OF_TRIMS : drawn;
    }

    Retention retention(boolean first, Retention drawn, int segment) {
        boolean little = this == TRIMS && first;
        return little ? new Retention(0, (long) SEGMENTS_OF_TRIMS * segment, 0) : drawn;
    }

    /**
     * Who is filled by one member alone has a gap that no other log makes good; and what a lone
     * disk has lost, nobody else has.
     */
    int replicas(int drawn) {
        return switch (this) {
            case GAPS -> 2;
            case TRIMS -> 1;
            default -> drawn;
        };
    }

    /** What is lost with a disk, or with the power, must have been on one. */
    StoreKind store(boolean first, StoreKind drawn) {
        if (this == BUDGETS && first) {
            return StoreKind.VOLATILE;
        }
        return this != ANY && first ? StoreKind.PERSISTENT : drawn;
    }

    /** How often a pool has a budget. */
    double budgets() {
        return this == BUDGETS ? 0.9 : 0.15;
    }

    /** How often a pool keeps what is labelled. */
    double labels() {
        return this == LABELS ? 0.9 : this == ANY ? 0.1 : 0;
    }

    /** Other faults would end what these begin. */
    Swarm.Faults faults(Swarm.Faults drawn) {
        return switch (this) {
            case GAPS -> Swarm.Faults.NONE;
            case CUTS -> Swarm.Faults.CUTS;
            case TRIMS -> Swarm.Faults.TRIMS;
            default -> drawn;
        };
    }

    /** How often a pool gets another number of shards, in each look at it. */
    double scales(Chance c) {
        return this == MOVES ? SCALES_OF_MOVES : c.oneOf(List.of(0.0, 0.01, 0.02, 0.02, 0.1));
    }

    Rarities rarities(Rarities drawn, Chance c) {
        return switch (this) {
            case ANY -> drawn.withRot(c);
            case CHANGES -> new Rarities(c.between(2, 6), 0, 0, 0, 0, 0, 0);
            case GAPS -> new Rarities(0, 1, 0, 0, 0, 0, 0);
            case DROPS -> new Rarities(c.between(0, 1), 0, c.between(1, 3), 0, 0, 0, 0);
            case WIPES -> new Rarities(c.between(2, 6), 0, 0, 1, 0, 0, 0);
            case FLIPS -> flips(c);
            case CUTS, TRIMS -> new Rarities(0, 0, 0, 0, 0, 0, 0);
            case TICKETS -> new Rarities(0, 0, 0, 0, 0, 0, c.between(1, 4));
            case MOVES ->
                    new Rarities(
                            c.with(0.3) ? c.between(1, 3) : 0,
                            0,
                            0,
                            0,
                            c.with(0.2) ? 1 : 0,
                            0,
                            c.with(0.4) ? c.between(1, 4) : 0);
            case BUDGETS -> new Rarities(0, 0, 0, 0, 0, 0, c.between(0, 1));
            case LABELS ->
                    new Rarities(
                            c.with(0.3) ? c.between(1, 3) : 0,
                            0,
                            0,
                            0,
                            c.with(0.2) ? 1 : 0,
                            0,
                            c.with(0.3) ? c.between(1, 2) : 0);
            case FORGETS -> new Rarities(0, c.between(0, 2), 0, 0, 0, c.between(1, 4), 0);
        };
    }

    /** At rest, and on the way. */
    private static Rarities flips(Chance c) {
        int gaps = c.between(0, 2);
        int flips = c.between(1, 4);
        return new Rarities(0, gaps, 0, 0, flips, 0, 0, c.between(0, 2), 0);
    }
}
