package dev.squall.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the runs of an agent so that a later run has a greater number.
 *
 * <p>The number is the start time in milliseconds since the epoch. That alone grows as long as the
 * clock is not set back between two runs; with a state file it always grows: the run takes at least
 * one more than the file says, and writes it down, on disk, before it puts anything.
 */
final class Incarnation {
    /** A state file holds one number; anything longer is not ours. */
    private static final int MAX_FILE_BYTES = 32;

    private Incarnation() {}

    /** The number of a run that begins now, remembered in {@code state} unless that is null. */
    static long begin(long epochMillis, @Nullable Path state) throws IOException {
        if (state == null) {
            return epochMillis;
        }
        long incarnation = Math.max(epochMillis, last(state) + 1);
        write(state, incarnation);
        return incarnation;
    }

    private static long last(Path state) throws IOException {
        if (!Files.exists(state)) {
            return 0;
        }
        long size = Files.size(state);
        if (size <= MAX_FILE_BYTES) {
            try {
                return Long.parseLong(Files.readString(state, US_ASCII).strip());
            } catch (NumberFormatException e) {
                // falls through to the same complaint as a file that is too long
            }
        }
        throw new IOException(
                "%s (%d bytes) holds no incarnation number; name another file with --state"
                        .formatted(state, size));
    }

    /** Replaces the file in one step: a crash leaves the old number or the new one. */
    private static void write(Path state, long incarnation) throws IOException {
        Path fresh = state.resolveSibling(state.getFileName() + ".new");
        try (var file =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            var text = ByteBuffer.wrap((incarnation + "\n").getBytes(US_ASCII));
            while (text.hasRemaining()) {
                file.write(text);
            }
            file.force(true);
        }
        Files.move(
                fresh, state, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
