package dev.squall.node;

import dev.squall.log.Disk;
import dev.squall.log.Journal;
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
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The logs that this node's disk held when it started, until it is known what becomes of them: each
 * is taken by the shard's replica, or dropped when the shard is no longer here.
 *
 * <p>Beside the log of a shard, {@code shard-N/state} says {@code whole VIEW}, {@code filling} or
 * {@code gone}. A log that was being filled from a peer when the node died is not what the shard
 * agreed on, however long it is. One that was being deleted may have lost its beginning, and is.
 *
 * <p>Belongs to the group agent; recoveries run on the ground's executor.
 */
final class Shelf {

    private static final System.Logger LOG = System.getLogger(Shelf.class.getName());

    private static final String WHOLE = "whole ";
    private static final String FILLING = "filling";
    private static final String GONE = "gone";

    private final Ground ground;
    private final Disk disk;
    private final Map<Integer, CompletableFuture<Recovery.Recovered>> logs = new TreeMap<>();
    private final Map<Integer, Long> whole = new TreeMap<>();
    private boolean ready;
    private @Nullable String broken;

    /**
     * Begins to read what is there.
     *
     * @param wake called when a log has been read
     */
    Shelf(Ground ground, Runnable wake) {
        this.ground = ground;
        this.disk = ground.disk();
        try {
            for (var name : disk.directories()) {
                if (name.matches("shard-[0-9]{1,6}")) {
                    found(Integer.parseInt(name.substring(6)), wake);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list what the disk holds", e);
        }
    }

    private void found(int shard, Runnable wake) throws IOException {
        var state = state(shard);
        if (state.equals(GONE)) {
            for (var file : disk.list(Journal.directory(shard))) {
                disk.delete(Journal.directory(shard) + "/" + file);
            }
        } else if (!state.isEmpty() || Recovery.has(disk, shard)) {
            logs.put(shard, recover(shard, Long.MAX_VALUE, wake));
            whole.put(shard, state.startsWith(WHOLE) ? Long.parseLong(state.substring(6)) : 0);
        }
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
                            disk, shard, ground.segmentBytes(), limit, ground.clock().micros());
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

    /** Whether everything has been read. */
    boolean ready() {
        if (!ready) {
            for (var log : logs.values()) {
                if (!log.isDone()) {
                    return false;
                }
            }
            ready = true;
            logs.forEach(this::check);
        }
        return ready && broken == null;
    }

    private void check(int shard, CompletableFuture<Recovery.Recovered> log) {
        try {
            var _ = log.join();
        } catch (CompletionException e) {
            var cause = e.getCause();
            broken = "cannot read the log of shard %d: %s".formatted(shard, cause);
            LOG.log(System.Logger.Level.ERROR, broken, cause);
        }
    }

    /** Why the node cannot take part, or null. */
    @Nullable String broken() {
        return broken;
    }

    /** What lies here; call when {@link #ready}. */
    List<Holding> holdings() {
        var found = new ArrayList<Holding>();
        logs.forEach((shard, log) ->
                found.add(
                        new Holding(
                                shard,
                                0,
                                false,
                                whole.getOrDefault(shard, 0L),
                                -1,
                                log.join().log().lastVersion())));
        return found;
    }

    /** Numbers of the shards whose logs lie here. */
    List<Integer> shards() {
        return List.copyOf(logs.keySet());
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

    /** Remembers on disk in which view a shard's log had no gap; 0 = it is about to be filled. */
    void mark(int shard, long view) {
        say(shard, view > 0 ? WHOLE + view : FILLING);
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
