package dev.squall.bench.recovery;

import dev.squall.log.FileDisk;
import dev.squall.store.ShardStore;
import java.nio.file.Path;

/**
 * The process that opens a shard as a node does at its start, and then checks what it has not read.
 * Argument: the directory. Prints: the bytes of the log, nanoseconds to open it, keys, 1 if by a
 * checkpoint, nanoseconds to check the rest.
 */
public final class OpenMain {

    private OpenMain() {}

    /** Runs. */
    public static void main(String[] args) throws Exception {
        long begin = System.nanoTime();
        var found = History.recover(new FileDisk(Path.of(args[0])));
        var store = new ShardStore(History.SHARD, History.pool(), found.log(), (_, _, _) -> {});
        store.recover(found.checkpoint());
        long opened = System.nanoTime();
        while (found.scrub().step()) {
            Thread.onSpinWait();
        }
        long checked = System.nanoTime();
        System.out.printf(
                "%d %d %d %d %d%n",
                found.log().bytes(),
                opened - begin,
                store.keyCount(),
                found.checkpoint() == null ? 0 : 1,
                checked - opened);
    }
}
