package dev.squall.node;

import dev.squall.log.Checkpoint;
import dev.squall.log.Disk;
import dev.squall.log.Journal;
import dev.squall.log.Log;
import dev.squall.log.PersistAgent;
import dev.squall.log.Recovery;
import dev.squall.log.Scrub;
import dev.squall.log.Soundness;
import dev.squall.store.SealedFold;
import dev.squall.store.ShardStore;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the checkpoints of a node's shards, so that a restart reads what is behind them and not the
 * whole logs; and reads, bit by bit, what a restart has not read.
 *
 * <p>One is made when {@link #SEGMENTS_MIN} segments were sealed since the last one, and {@link
 * #GROWTH} times as many bytes as that one has: a restart replays no more than this, and making
 * checkpoints never costs more than a part of what writing the log costs.
 *
 * <pre>
 *   persist agent ── segments sealed ──► background: fold, write, sync ──► persist agent: rename
 * </pre>
 *
 * The agent renames only while the shard's journal is its own. A log is cut, and its files are
 * deleted, only once the journal has been taken from it; so what was made of a log that is no more
 * comes to nothing.
 */
final class Checkpoints {

    /** The fewest segments between two checkpoints of a shard: 64 MiB. */
    static final int SEGMENTS_MIN = 4;

    /** Bytes of log between two checkpoints, for each byte of the first. */
    static final int GROWTH = 8;

    private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

    /**
     * What is known of one shard's. Belongs to the persist agent, and while it is busy to whoever
     * makes the next one.
     */
    private static final class Shard {
        final ShardStore store;
        int end;
        long bytes;
        volatile boolean busy;

        Shard(ShardStore store, int end, long bytes) {
            this.store = store;
            this.end = end;
            this.bytes = bytes;
        }
    }

    private final Disk disk;
    private final Executor background;
    private final long segmentBytes;
    private final Map<Journal, Shard> shards = new ConcurrentHashMap<>();
    private final AtomicLong serial = new AtomicLong();

    Checkpoints(Ground ground) {
        this.disk = ground.disk();
        this.background = ground.background();
        this.segmentBytes = ground.segmentBytes();
    }

    /** A log was opened; any thread. */
    void opened(ShardStore store, Recovery.Recovered found) {
        var known = found.checkpoint();
        int end = known == null ? 1 : known.end();
        long bytes = known == null ? 0 : known.state().byteSize();
        shards.put(found.journal(), new Shard(store, end, bytes));
        if (known != null) {
            background.execute(() -> scrub(found.scrub()));
        }
    }

    /** One segment a turn, so that whatever else is to be done in the background is done. */
    private void scrub(Scrub scrub) {
        if (scrub.step()) {
            background.execute(() -> scrub(scrub));
        }
    }

    /** A log cannot be opened by a checkpoint, for what that had stood for is harmed. */
    void doubted(int shard, Soundness.Harmed found) {
        LOG.log(System.Logger.Level.ERROR, "shard {0}: {1}", shard, found.getMessage());
        try {
            Checkpoint.delete(disk, shard);
        } catch (IOException e) {
            found.addSuppressed(e); // so it is found once more
        }
    }

    /** Looks at what has come to the disk. By the persist agent, after each turn. */
    void step(PersistAgent agent) {
        shards.forEach((journal, shard) -> {
            if (!shard.busy && due(shard, journal.sealedBefore()) && agent.has(journal)) {
                begin(agent, journal, shard);
            }
        });
    }

    /** Nothing more comes from a journal; any thread. */
    void closed(Journal journal) {
        shards.remove(journal);
    }

    private boolean due(Shard shard, int sealedBefore) {
        long fresh = (long) sealedBefore - shard.end;
        return fresh >= SEGMENTS_MIN && fresh * segmentBytes >= GROWTH * shard.bytes;
    }

    private void begin(PersistAgent agent, Journal journal, Shard shard) {
        var log = shard.store.log().snapshot();
        if (journal.beginsLike(log)) { // otherwise soon: a version that is not on disk dropped some
            shard.busy = true;
            int end = journal.sealedBefore();
            background.execute(() -> make(agent, journal, shard, log, end));
        }
    }

    private void make(PersistAgent agent, Journal journal, Shard shard, Log log, int end) {
        int id = shard.store.shard();
        try {
            var before = Checkpoint.read(disk, id);
            boolean fits = before != null && before.end() <= end && before.describes(log);
            var next = SealedFold.fold(log, end, shard.store.pool(), fits ? before : null);
            var file = next.write(disk, id, serial.incrementAndGet());
            agent.whileHas(journal, () -> publish(shard, next, file), () -> discard(id, file));
        } catch (IOException | Soundness.Harmed e) {
            failed(shard, end, e);
        }
    }

    private void publish(Shard shard, Checkpoint next, String file) {
        try {
            Checkpoint.publish(disk, shard.store.shard(), file);
            shard.bytes = next.state().byteSize();
            shard.end = next.end();
            shard.busy = false;
        } catch (IOException e) {
            failed(shard, next.end(), e);
        }
    }

    /** The log goes on: only a restart takes longer. It is tried again with more of it. */
    private void failed(Shard shard, int end, Exception e) {
        LOG.log(
                System.Logger.Level.WARNING,
                "shard " + shard.store.shard() + ": a checkpoint could not be written",
                e);
        shard.end = end;
        shard.busy = false;
    }

    private void discard(int shard, String file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "shard " + shard + ": " + file + " stays", e);
        }
    }
}
