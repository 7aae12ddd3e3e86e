package dev.squall.node;

import dev.squall.log.Disk;
import dev.squall.log.Journal;
import dev.squall.log.Patience;
import dev.squall.log.Recovery;
import dev.squall.view.Holding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The logs that this node's disk held when it started, until it is known what becomes of them: each
 * is taken by the shard's replica, or dropped when the shard is no longer here.
 *
 * <p>Beside the log of a shard, {@code shard-N/state} says {@code whole VIEW}, {@code damaged
 * VIEW}, {@code filling} or {@code gone}. A log that was being filled from a peer when the node
 * died is not what the shard agreed on, however long it is. One that was damaged lacks what was cut
 * off. One that was being deleted may have lost its beginning, and is.
 *
 * <p>A log that cannot be read is left alone and tried again; meanwhile the others are told that
 * this node cannot hold the shard. Without the log of the metadata the node cannot take part.
 *
 * <p>Belongs to the group agent; recoveries run on the ground's executor.
 */
final class Shelf {

    private static final System.Logger LOG = System.getLogger(Shelf.class.getName());

    private static final String WHOLE = "whole ";
    private static final String DAMAGED = "damaged ";
    private static final String GONE = "gone";

    private final Ground ground;
    private final Disk disk;
    private final Map<Integer, CompletableFuture<Recovery.Recovered>> logs = new TreeMap<>();
    private final Map<Integer, Long> whole = new ConcurrentSkipListMap<>();
    private final Map<Integer, Patience> unread = new TreeMap<>();
    private final Runnable wake;
    private boolean ready;
    private volatile @Nullable String broken;

    /**
     * Begins to read what is there.
     *
     * @param wake called when a log has been read
     */
    Shelf(Ground ground, Runnable wake) {
        this.ground = ground;
        this.wake = wake;
        this.disk = ground.disk();
        try {
            for (var name : disk.directories()) {
                if (name.matches("shard-[0-9]{1,6}")) {
                    found(Integer.parseInt(name.substring(6)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list what the disk holds", e);
        }
    }

    private void found(int shard) throws IOException {
        var state = state(shard);
        if (state.equals(GONE)) {
            for (var file : disk.list(Journal.directory(shard))) {
                disk.delete(Journal.directory(shard) + "/" + file);
            }
        } else if (!state.isEmpty() || Recovery.has(disk, shard)) {
            whole.put(shard, wholeness(state));
            logs.put(shard, recover(shard, Long.MAX_VALUE, wake));
        }
    }

    private static long wholeness(String state) {
        if (state.startsWith(WHOLE)) {
            return Long.parseLong(state.substring(WHOLE.length()));
        }
        return state.startsWith(DAMAGED)
                ? Holding.damaged(Long.parseLong(state.substring(DAMAGED.length())))
                : 0;
    }

    private String state(int shard) throws IOException {
        return new String(disk.read(stateFile(shard)), StandardCharsets.UTF_8).strip();
    }

    private static String stateFile(int shard) {
        return Journal.directory(shard) + "/state";
    }

    /** Reads a log, up to a version. */
    CompletableFuture<Recovery.Recovered> recover(int shard, long limit, Runnable wake) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return read(shard, limit);
                    } finally {
                        wake.run();
                    }
                },
                ground.executor());
    }

    private Recovery.Recovered read(int shard, long limit) {
        try {
            var found =
                    Recovery.recover(
                            disk,
                            shard,
                            ground.segmentBytes(),
                            limit,
                            ground.clock().micros(),
                            what -> damaged(shard, what));
            if (found.cutBytes() > 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "shard {0}: {1} bytes behind version {2} were cut off its log; {3}",
                        shard,
                        found.cutBytes(),
                        found.log().lastVersion(),
                        found.kept() == null ? "they held nothing" : found.kept());
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("shard " + shard, e);
        }
    }

    /** Said on disk before anything is cut off, or a later life would not know. */
    private void damaged(int shard, String what) {
        LOG.log(System.Logger.Level.ERROR, "shard {0}: {1}", shard, what);
        long view = whole.getOrDefault(shard, 0L);
        if (view > 0) {
            mark(shard, Holding.damaged(view));
        }
    }

    /** Whether everything has been read that can be. */
    boolean ready() {
        if (!ready) {
            for (var log : logs.values()) {
                if (!log.isDone()) {
                    return false;
                }
            }
            ready = true;
        }
        return broken == null;
    }

    /**
     * Looks at what has been read, and tries again what could not be.
     *
     * @return whether something can be read that could not be before
     */
    boolean step(long now) {
        boolean better = false;
        for (var entry : logs.entrySet()) {
            int shard = entry.getKey();
            var log = entry.getValue();
            var patience = unread.get(shard);
            if (log.isCompletedExceptionally()) {
                if (patience == null) {
                    patience = new Patience();
                    unread.put(shard, patience);
                    patience.failed(now);
                    failed(shard, log);
                } else if (!patience.waits(now)) {
                    patience.failed(now);
                    entry.setValue(recover(shard, Long.MAX_VALUE, wake));
                }
            } else if (patience != null && log.isDone()) {
                unread.remove(shard);
                better = true;
                broken = shard == 0 ? null : broken;
            }
        }
        return better;
    }

    private void failed(int shard, CompletableFuture<Recovery.Recovered> log) {
        var why =
                "cannot read the log of shard %d, and tries again: %s"
                        .formatted(shard, log.exceptionNow());
        LOG.log(System.Logger.Level.ERROR, why);
        broken = shard == 0 ? why : broken;
    }

    private boolean unreadable(int shard) {
        var log = logs.get(shard);
        return log != null && (!log.isDone() || log.isCompletedExceptionally());
    }

    /** Why the node cannot take part, or null. */
    @Nullable String broken() {
        return broken;
    }

    /** What lies here; call when {@link #ready}. */
    List<Holding> holdings() {
        var found = new ArrayList<Holding>();
        logs.forEach((shard, log) -> {
            boolean broken = unreadable(shard);
            long has = broken ? Holding.BROKEN : whole.getOrDefault(shard, 0L);
            long last = broken ? 0 : log.join().log().lastVersion();
            found.add(new Holding(shard, 0, false, has, -1, last));
        });
        return found;
    }

    /** The latest time in a log that lies here and can be read; call when {@link #ready}. */
    long latest() {
        return shards().stream()
                .map(logs::get)
                .mapToLong(log -> log == null ? 0 : log.join().log().lastTimestamp())
                .max()
                .orElse(0);
    }

    /** Numbers of the shards whose logs lie here and can be read. */
    List<Integer> shards() {
        return logs.keySet().stream().filter(shard -> !unreadable(shard)).toList();
    }

    /** The view in which a shard's log was last known to have no gap; 0 = it may have one. */
    long whole(int shard) {
        return whole.getOrDefault(shard, 0L);
    }

    /** Takes a log, which is here no longer; an empty one when there is none. */
    Recovery.Recovered take(int shard) {
        var log = logs.remove(shard);
        return log == null ? read(shard, Long.MAX_VALUE) : log.join();
    }

    /** Of a shard that lives in memory alone: what lies here was never agreed on. */
    void leave(int shard) {
        logs.remove(shard);
        whole.remove(shard);
    }

    /** Remembers on disk how whole a shard's log is, see {@link Holding#whole}. */
    void mark(int shard, long view) {
        say(shard, view > 0 ? WHOLE + view : DAMAGED + (-view - 1));
        whole.put(shard, view);
    }

    /** The shard is about to be deleted with all that it stored. */
    void forget(int shard) {
        say(shard, GONE);
        whole.remove(shard);
    }

    private void say(int shard, String state) {
        try {
            disk.replace(stateFile(shard), state.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + stateFile(shard), e);
        }
    }
}
