package dev.squall.sim;

import dev.squall.order.PipelineLimits;
import dev.squall.store.Budget;
import dev.squall.store.PoolLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.Senders;
import dev.squall.store.StoreKind;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a seed is like: the size of its cluster, its pools, its load, and how often which fault
 * strikes. Each seed draws its own, most of them with many faults switched off, for a run with
 * everything at once never gets far enough to find what one fault alone would show (swarm testing;
 * Groce et al., ISSTA 2012).
 *
 * @param nodes members of the cluster
 * @param lives how often everything starts
 * @param lifeNanos how long clients work in a life
 * @param ringBytes a sender's ring
 * @param segmentBytes a log segment
 * @param suspectMillis a member silent for so long is suspected
 * @param stagingBytes what a fabric buffers for a peer
 * @param references long writes that a fabric buffers for a peer
 * @param socketBytes what is on its way to a peer at most
 * @param stutter how often a socket stops in the middle
 * @param slowPacket how often a batch takes twenty times as long
 * @param delayNanosMin the shortest way between two nodes
 * @param delayNanosMax the longest way
 * @param skewMicrosMax how far wall clocks are off
 * @param driftPpmMax how much faster or slower than others clocks run, in millionths
 * @param diskNanosMax how long a group commit takes at most
 * @param pools the pools
 * @param clients how many
 * @param lateProducers how many fall silent and come back with what they sent before
 * @param thinkNanosMax a client's longest pause between two requests
 * @param burst how often a client does many things at once
 * @param objectBytesMax the largest object
 * @param faults which faults strike, and how many in a life
 * @param rarities what strikes seldom
 * @param pipeline which records go as blocks
 */
record Swarm(
        int nodes,
        int lives,
        long lifeNanos,
        int ringBytes,
        int segmentBytes,
        long suspectMillis,
        int stagingBytes,
        int references,
        int socketBytes,
        double stutter,
        double slowPacket,
        long delayNanosMin,
        long delayNanosMax,
        long skewMicrosMax,
        long driftPpmMax,
        long diskNanosMax,
        List<PoolSpec> pools,
        int clients,
        int lateProducers,
        long thinkNanosMax,
        double burst,
        int objectBytesMax,
        Faults faults,
        Rarities rarities,
        PipelineLimits pipeline) {

    private static final long MILLI = 1_000_000;

    /**
     * Whether processes are given the machine's {@link WallClock}, which can be set. As long as
     * they have one of their own, jumps and drift would be told and not felt: none are drawn.
     */
    private static final boolean CLOCKS_CAN_BE_SET = true;

    /**
     * Whether group commits wait for {@link SimDisk#extraSyncNanos}. As long as they do not, slow
     * disks would be told and not felt, so none are drawn.
     */
    private static final boolean DISKS_CAN_BE_SLOW = true;

    /**
     * Faults of a life.
     *
     * @param clogs ways that are clogged for a while
     * @param pauses nodes that stand still for a while
     * @param longPause whether they may do so for longer than suspicion takes
     * @param breaks connections that break
     * @param flaps connections that break several times
     * @param isolations nodes that are alone for a while
     * @param splits partitions into two parts
     * @param oneWayCuts partitions in one direction only
     * @param crashes nodes that die
     * @param diskCrashes of these, nodes that die in the middle of a disk operation
     * @param earlyRestart whether a dead node comes back before the others have restarted
     * @param rollingRestarts restarts of all nodes, one after the other
     * @param storms nodes that die and boot several times
     * @param relays nodes that die just when another one has booted
     * @param blackouts of all nodes at once
     * @param fullDisks disks that refuse to be written
     * @param roomAgain whether they take writes again after a while
     * @param slowDisks disks whose syncs take long for a while
     * @param brokenDisks disks that fail to write or sync, once or for good
     * @param clockJumps wall clocks that are set
     * @param aftershocks faults that strike when a view ends or begins
     */
    record Faults(
            int clogs,
            int pauses,
            boolean longPause,
            int breaks,
            int flaps,
            int isolations,
            int splits,
            int oneWayCuts,
            int crashes,
            boolean diskCrashes,
            boolean earlyRestart,
            int rollingRestarts,
            int storms,
            int relays,
            int blackouts,
            int fullDisks,
            boolean roomAgain,
            int slowDisks,
            int brokenDisks,
            int clockJumps,
            int aftershocks) {

        /** Nothing goes wrong. */
        static final Faults NONE =
                new Faults(
                        0, 0, false, 0, 0, 0, 0, 0, 0, false, false, 0, 0, 0, 0, 0, false, 0, 0, 0,
                        0);

        /** Nodes are cut off, stand still, and have their clocks set. */
        static final Faults CUTS =
                new Faults(
                        0, 1, true, 1, 0, 3, 1, 1, 0, false, false, 0, 0, 0, 0, 0, false, 0, 0, 2,
                        0);

        /** Disks are full or slow for a while, and the power fails. */
        static final Faults TRIMS =
                new Faults(
                        0, 0, false, 0, 0, 0, 0, 0, 1, false, true, 0, 0, 0, 3, 2, true, 1, 0, 0,
                        0);

        /** Those that are switched on, in words. */
        String describe() {
            var text = new StringJoiner(", ", "faults ", "").setEmptyValue("no faults");
            count(text, clogs, "clogs");
            count(text, pauses, longPause ? "long pauses" : "pauses");
            count(text, breaks, "breaks");
            count(text, flaps, "flaps");
            count(text, isolations, "isolations");
            count(text, splits, "splits");
            count(text, oneWayCuts, "one-way cuts");
            count(text, crashes, diskCrashes ? "crashes in a disk operation" : "crashes");
            count(text, rollingRestarts, "rolling restarts");
            count(text, storms, "storms");
            count(text, relays, "relays");
            count(text, blackouts, "blackouts");
            count(text, fullDisks, roomAgain ? "disks full for a while" : "full disks");
            count(text, slowDisks, "slow disks");
            count(text, brokenDisks, "broken disks");
            count(text, clockJumps, "clock jumps");
            count(text, aftershocks, "aftershocks");
            return text.toString();
        }

        private static void count(StringJoiner text, int count, String what) {
            if (count > 0) {
                text.add(count + " " + what);
            }
        }
    }

    /**
     * @param c draws everything but
     * @param late what producers do that come back late, and
     * @param budgets how much memory pools may take, and
     * @param blocks which records go as blocks
     * @param labels what they keep by a label
     */
    static Swarm draw(
            Chance c, Mix mix, Chance late, Chance budgets, Chance blocks, Chance labels) {
        int nodes = mix.nodes(c.with(0.6) ? 3 : c.between(2, 5));
        int ring = 64 << 10;
        int segment = mix.segmentBytes(8 << 10 << c.between(0, 4));
        long delay = c.scaled(10_000, 5 * MILLI);
        int objects = c.oneOf(List.of(100, 1000, 6000, 30_000, 200_000));
        var sessions = withSessions(drawPools(c, mix, nodes, segment), late);
        var limited = withBudgets(sessions, mix, segment, budgets);
        var pools = Labeller.pools(limited, mix, segment, labels);
        boolean persistent = pools.stream().anyMatch(p -> p.store() == StoreKind.PERSISTENT);
        return new Swarm(
                nodes,
                mix.lives(c.between(1, 4)),
                mix.lifeNanos(c.between(200L, 1500) * MILLI),
                ring,
                segment,
                mix.suspectMillis(c.between(200L, 1000)),
                c.oneOf(List.of(8 << 10, 16 << 10, 64 << 10, 512 << 10)),
                c.oneOf(List.of(1, 2, 8, 128)),
                c.oneOf(List.of(2 << 10, 16 << 10, 128 << 10, 1 << 20)),
                c.with(0.5) ? 0.2 : 0.01,
                c.with(0.3) ? 0.05 : 0,
                delay / c.between(1L, 20),
                delay,
                mix.skewMicrosMax(c.oneOf(List.of(0L, 1000L, 100_000L, 700_000L))),
                CLOCKS_CAN_BE_SET ? c.oneOf(List.of(0L, 100L, 500L)) : 100,
                mix.diskNanosMax(c.oneOf(List.of(MILLI, 10 * MILLI, 100 * MILLI, 500 * MILLI))),
                pools,
                mix.clients(c.between(1, 5)),
                late.between(0, 2),
                mix.thinkNanosMax(c.scaled(4 * MILLI, 100 * MILLI)),
                c.with(0.5) ? 0.03 : 0,
                mix.objectBytesMax(objects),
                mix.faults(drawFaults(c, persistent)),
                // Last, so that what is drawn before them stays what it was.
                mix.rarities(Rarities.draw(c, nodes, pools), c),
                drawPipeline(blocks));
    }

    /** Small blocks, so that small objects are many; in half of the seeds none. */
    private static PipelineLimits drawPipeline(Chance c) {
        return c.with(0.5)
                ? new PipelineLimits(
                        c.oneOf(List.of(256, 2000, 10_000)),
                        c.oneOf(List.of(16 << 10, 64 << 10, 256 << 10, 2 << 20)))
                : PipelineLimits.NONE;
    }

    private static List<PoolSpec> drawPools(Chance c, Mix mix, int nodes, int segment) {
        var pools = new ArrayList<PoolSpec>();
        int count = c.between(1, 3);
        for (int i = 0; i < count; i++) {
            var drawn = c.with(0.6) ? StoreKind.PERSISTENT : StoreKind.VOLATILE;
            var kind = mix.store(i == 0, drawn);
            int replicas = mix.replicas(c.with(0.7) ? nodes : c.between(1, nodes));
            pools.add(
                    new PoolSpec(
                            "pool" + i,
                            kind,
                            c.between(1, 3),
                            replicas,
                            "",
                            mix.retention(i == 0, drawRetention(c, segment), segment),
                            "any",
                            drawLayout(c, nodes, replicas)));
        }
        return List.copyOf(pools);
    }

    private static PoolLayout drawLayout(Chance c, int nodes, int replicas) {
        int min = c.with(0.25) ? c.between(1, replicas) : 1;
        var members = c.with(0.15) ? someNodes(c, nodes, replicas) : List.<Integer>of();
        boolean exclusive = !members.isEmpty() && c.with(0.4);
        var senders = Senders.ALL;
        if (c.with(0.3)) {
            var from = members.isEmpty() ? someNodes(c, nodes, 1) : members;
            senders =
                    c.with(0.4)
                            ? Senders.LEADER
                            : new Senders.Named(from.subList(0, c.between(1, from.size())));
        }
        return new PoolLayout(min, members, exclusive, senders);
    }

    private static List<Integer> someNodes(Chance c, int nodes, int least) {
        int count = c.between(least, nodes);
        var some = new TreeSet<Integer>();
        while (some.size() < count) {
            some.add(c.between(1, nodes));
        }
        return List.copyOf(some);
    }

    /** Sessions as short as a life, or as long as usual. */
    private static List<PoolSpec> withSessions(List<PoolSpec> pools, Chance late) {
        return pools.stream()
                .map(p -> late.with(0.6) ? p.withSessions(late.scaled(30, 1500)) : p)
                .toList();
    }

    /** So little that it is used up; and no budget for most pools. */
    private static List<PoolSpec> withBudgets(
            List<PoolSpec> pools, Mix mix, int segment, Chance c) {
        return pools.stream()
                .map(p -> {
                    boolean inMemory = p.store() == StoreKind.VOLATILE;
                    long log = Math.max(segment / 4, c.scaled(4_000, 80_000));
                    long keys = Math.max(segment / 4, c.between(30L, 300));
                    boolean evicts = inMemory && c.with(0.5);
                    var full = evicts ? Budget.Full.EVICT : Budget.Full.REFUSE;
                    boolean drawn = c.with(mix.budgets());
                    return drawn ? p.withBudget(new Budget(inMemory ? log : keys, full)) : p;
                })
                .toList();
    }

    private static Retention drawRetention(Chance c, int segment) {
        if (c.with(0.6)) {
            return Retention.ALL;
        }
        return c.with(0.5)
                ? new Retention(0, c.between(2L, 6) * segment, 0)
                : new Retention(0, 0, c.between(50L, 600));
    }

    private static Faults drawFaults(Chance c, boolean persistent) {
        return new Faults(
                c.with(0.4) ? c.between(1, 6) : 0,
                c.with(0.4) ? c.between(1, 4) : 0,
                c.with(0.3),
                c.with(0.15) ? 1 : 0,
                c.with(0.1) ? 1 : 0,
                c.with(0.1) ? c.between(1, 2) : 0,
                c.with(0.1) ? c.between(1, 2) : 0,
                c.with(0.1) ? c.between(1, 3) : 0,
                c.with(0.35) ? 1 : 0,
                c.with(0.5),
                c.with(0.5),
                c.with(0.08) ? 1 : 0,
                c.with(0.08) ? 1 : 0,
                c.with(0.08) ? 1 : 0,
                c.with(0.05) ? 1 : 0,
                c.with(0.05) ? 1 : 0,
                c.with(0.5),
                c.with(0.1) && DISKS_CAN_BE_SLOW ? c.between(1, 3) : 0,
                c.with(0.04) && persistent ? 1 : 0,
                c.with(0.15) && CLOCKS_CAN_BE_SET ? c.between(1, 4) : 0,
                c.with(0.2) ? c.between(1, 8) : 0);
    }

    List<Integer> nodeIds() {
        return IntStream.rangeClosed(1, nodes).boxed().toList();
    }

    /** In one line. */
    String describe() {
        var text = new StringBuilder();
        text.append("%d nodes, %d lives of %d ms, ".formatted(nodes, lives, lifeNanos / MILLI));
        text.append("%d + %d clients, ".formatted(clients, lateProducers));
        text.append("objects up to %d B; ".formatted(objectBytesMax));
        text.append("segments %d B, suspect after %d ms; ".formatted(segmentBytes, suspectMillis));
        text.append("ways %d..%d us, ".formatted(delayNanosMin / 1000, delayNanosMax / 1000));
        text.append("skew %d us, drift %d ppm, ".formatted(skewMicrosMax, driftPpmMax));
        text.append("disk %d us; %s".formatted(diskNanosMax / 1000, faults.describe()));
        text.append(rarities.describe());
        if (pipeline.fromBytes() > 0) {
            text.append(", blocks from %d B on, ".formatted(pipeline.fromBytes()));
            text.append("areas of %d B".formatted(pipeline.areaBytes()));
        }
        for (var pool : pools) {
            text.append(
                    "; %s %s %d shards x %d, keeps %d B %d ms, min %d, on %s%s, senders %s"
                            .concat(", sessions %d ms, budget %d B %s, labelled %d B")
                            .formatted(
                                    pool.name(),
                                    pool.store().label(),
                                    pool.shards(),
                                    pool.replicas(),
                                    pool.retention().bytes(),
                                    pool.retention().ageMillis(),
                                    pool.layout().minReplicas(),
                                    pool.layout().members(),
                                    pool.layout().exclusive() ? " alone" : "",
                                    pool.layout().senders(),
                                    pool.sessionMillis(),
                                    pool.budget().bytes(),
                                    pool.budget().full().label(),
                                    pool.retention().keep().bytes()));
        }
        return text.toString();
    }
}
