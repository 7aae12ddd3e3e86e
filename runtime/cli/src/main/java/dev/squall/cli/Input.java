package dev.squall.cli;

import dev.squall.cli.terminal.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the bytes to send come from: a file, or standard input, which is named {@code -}. */
final class Input {
    static final String STANDARD_INPUT = "-";

    /** Standard input is held in memory, because a busy node may ask for it again. */
    static final int MAX_STANDARD_INPUT_BYTES = 256 << 20;

    private Input() {}

    /** The bytes as a body that can be sent more than once. A file is not read into memory. */
    static BodyPublisher body(String source) throws IOException {
        if (source.equals(STANDARD_INPUT)) {
            return BodyPublishers.ofByteArray(standardInput());
        }
        try {
            return BodyPublishers.ofFile(existing(source));
        } catch (FileNotFoundException e) {
            throw cannotRead(source, e);
        }
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
