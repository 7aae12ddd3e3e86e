package dev.squall.log;

import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * Room on the disk that is taken before anybody needs it, so that a node whose disk is full can
 * still say so to the others: votes and the metadata need a few kilobytes each time the group
 * changes. The logs of pools are written only while the reserve is held; when one of them finds the
 * disk full, the reserve is given up, and what the node itself must write finds room.
 *
 * <p>To hold it again is also the test whether the disk can be written again. Belongs to the
 * persist agent.
 */
final class Reserve {

    /** The room: 1 MiB. */
    static final int RESERVE_BYTES = 1 << 20;

    private static final String FILE = "reserve";

    private final Disk disk;
    private boolean held;

    Reserve(Disk disk) {
        this.disk = disk;
    }

    /**
     * Takes the room, unless it is held already.
     *
     * @throws IOException when the disk has not got it
     */
    void hold() throws IOException {
        if (held) {
            return;
        }
        try (var file = disk.open(FILE);
                var arena = Arena.ofConfined()) {
            long there = file.size();
            if (there < RESERVE_BYTES) {
                // Written, not just lengthened: a file with holes has no room of its own.
                file.write(arena.allocate(RESERVE_BYTES), 0, RESERVE_BYTES, 0);
                file.sync();
            }
        }
        held = true;
    }

    /** Gives the room to whoever writes next. */
    void release() {
        held = false;
        try {
            disk.delete(FILE);
        } catch (IOException _) {
            // A disk that lets nothing be deleted has other worries; the next hold() tells.
        }
    }
}
