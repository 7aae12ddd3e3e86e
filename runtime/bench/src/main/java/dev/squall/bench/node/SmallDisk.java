package dev.squall.bench.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system in memory, small enough to be filled. Needs root; {@link #possible} finds out. */
public final class SmallDisk {

    /** Its size: 192 MiB, several segments of a few shards' logs. */
    private static final int MEBIBYTES = 192;

    private static final int BLOCK_BYTES = 64 << 10;

    private final Path filler;

    private SmallDisk(Path directory) {
        this.filler = directory.resolve("filler");
    }

    /** Whether this machine lets this process mount one on this directory. */
    static boolean possible(Path directory) {
        boolean possible = Shell.works("mount -t tmpfs -o size=1m squall " + directory);
        if (possible) {
            Shell.must("umount " + directory);
        }
        return possible;
    }

    /** Mounts one on a directory that is there; it goes with the cleanup. */
    static SmallDisk mount(Path directory, Cleanup cleanup) {
        Shell.must("mount -t tmpfs -o size=%dm squall %s".formatted(MEBIBYTES, directory));
        cleanup.add(() -> Shell.must("umount -l " + directory));
        return new SmallDisk(directory);
    }

    /** Takes all its room, to the last byte. Returns how many bytes that were. */
    public long fill() throws IOException {
        long taken = 0;
        try (var file =
                FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int block = BLOCK_BYTES;
            while (block > 0) {
                try {
                    taken += file.write(ByteBuffer.allocate(block), taken);
                } catch (IOException _) {
                    block /= 2; // no room for a whole block: then for a smaller one
                }
            }
        }
        return taken;
    }

    /** Gives the room back. */
    public void free() throws IOException {
        Files.deleteIfExists(filler);
    }
}
