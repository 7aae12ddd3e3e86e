package dev.squall.bench.disk;

import dev.squall.bench.report.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * What the disk itself does: appends records to one file, a group at a time, and waits for
 * fdatasync after each group. A durable put cannot be faster than the disk below it. It is measured
 * before and after what it is compared with, since disks have moods.
 */
public final class DiskFloor {

    /** The file begins anew at this size: 256 MiB. */
    private static final long FILE_BYTES_MAX = 256L << 20;

    private final Path file;
    private final int size;
    private final int group;
    private final Histogram latencies = new Histogram(3);
    private long nanos;

    /**
     * A disk to be measured.
     *
     * @param directory on the disk in question
     * @param size bytes of a record
     * @param group records that share an fdatasync
     */
    public DiskFloor(Path directory, int size, int group) {
        this.file = directory.resolve("floor");
        this.size = size;
        this.group = group;
    }

    /** Appends and syncs for a while. */
    public void run(double seconds) throws IOException {
        var bytes = new byte[Math.toIntExact((long) size * group)];
        new Random(size).nextBytes(bytes);
        var buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long last = System.nanoTime();
            long end = last + (long) (seconds * 1e9);
            long at = 0;
            while (last < end) {
                append(channel, buffer, at);
                at += bytes.length;
                long now = System.nanoTime();
                latencies.recordValue(now - last);
                nanos += now - last;
                last = now;
                if (at > FILE_BYTES_MAX) {
                    channel.truncate(0);
                    channel.force(true);
                    at = 0;
                    last = System.nanoTime();
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void append(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
        long to = at;
        buffer.rewind();
        while (buffer.hasRemaining()) {
            to += channel.write(buffer, to);
        }
        channel.force(false);
    }

    /** What was measured so far; operations are records, latencies those of a group. */
    public Row row() {
        double records = (double) latencies.getTotalCount() * group;
        var workload = group == 1 ? "append+fdatasync" : "append x%d+fdatasync".formatted(group);
        return Row.of("disk", workload, size, 1, records * 1e9 / nanos, null, latencies);
    }
}
