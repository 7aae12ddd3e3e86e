package dev.squall.bench.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * A directory that is deleted with everything in it when closed, or when this process ends by a
 * signal.
 */
public final class Scratch implements AutoCloseable {

    private final Path path;
    private final Thread hook = Thread.ofPlatform().name("scratch").unstarted(this::delete);

    private Scratch(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Makes one in a directory, which is made too when it is missing. */
    public static Scratch in(Path parent) throws IOException {
        Files.createDirectories(parent);
        return new Scratch(Files.createTempDirectory(parent, "squall-bench-"));
    }

    public Path path() {
        return path;
    }

    private void delete() {
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }

    @Override
    public void close() {
        if (Runtime.getRuntime().removeShutdownHook(hook)) {
            delete();
        }
    }
}
