package dev.squall.cli;

import dev.squall.cli.terminal.Failure;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Where the bytes to send come from: a file, or standard input, which is named {@code -}. */
final class Input {
    static final String STANDARD_INPUT = "-";

    /** Standard input that is needed whole is held in memory. */
    static final int MAX_STANDARD_INPUT_BYTES = 256 << 20;

    /** So much of standard input is kept, so that it can be sent again to a busy node. */
    static final int KEPT_BYTES = 1 << 20;

    private Input() {}

    /**
     * The bytes as a body, read as they are sent. It can be sent more than once, but for standard
     * input of more than {@link #KEPT_BYTES}.
     */
    static BodyPublisher body(String source) throws IOException {
        if (source.equals(STANDARD_INPUT)) {
            byte[] kept = System.in.readNBytes(KEPT_BYTES);
            return kept.length < KEPT_BYTES
                    ? BodyPublishers.ofByteArray(kept)
                    : once(new SequenceInputStream(new ByteArrayInputStream(kept), System.in));
        }
        try {
            return BodyPublishers.ofFile(existing(source));
        } catch (FileNotFoundException e) {
            throw cannotRead(source, e);
        }
    }

    private static BodyPublisher once(InputStream stream) {
        var sent = new AtomicBoolean();
        return BodyPublishers.ofInputStream(() -> {
            if (sent.getAndSet(true)) {
                throw new Failure(
                        "standard input has over %d bytes and cannot be sent again"
                                .formatted(KEPT_BYTES),
                        "Repeat the command, or put the bytes into a file and name the file.");
            }
            return stream;
        });
    }

    /** The bytes themselves. */
    static byte[] bytes(String source) throws IOException {
        return source.equals(STANDARD_INPUT)
                ? standardInput()
                : Files.readAllBytes(existing(source));
    }

    private static Path existing(String source) {
        Path file = Path.of(source);
        if (!Files.isRegularFile(file)) {
            throw cannotRead(source, null);
        }
        return file;
    }

    private static byte[] standardInput() throws IOException {
        byte[] bytes = System.in.readNBytes(MAX_STANDARD_INPUT_BYTES + 1);
        if (bytes.length > MAX_STANDARD_INPUT_BYTES) {
            throw new Failure(
                    "standard input has over " + MAX_STANDARD_INPUT_BYTES + " bytes",
                    "Put it into a file and name the file.");
        }
        return bytes;
    }

    private static Failure cannotRead(String source, @Nullable IOException cause) {
        var failure =
                new Failure(
                        "cannot read the file '" + source + "'",
                        "Check its name, or use - for standard input.");
        if (cause != null) {
            failure.addSuppressed(cause);
        }
        return failure;
    }
}
