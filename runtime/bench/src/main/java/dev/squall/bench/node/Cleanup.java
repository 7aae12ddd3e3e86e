package dev.squall.bench.node;

import dev.squall.base.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/**
 * What must be undone at the end, the last thing first: when closed, or when this process ends by a
 * signal. One list for all, since a directory can go only after the processes that write into it.
 * Any thread.
 */
public final class Cleanup implements AutoCloseable {

    /** One thing to undo; what fails is told and does not keep the rest from being undone. */
    public interface Action {
        void run() throws Exception;
    }

    private final Deque<Action> actions = new ArrayDeque<>();
    private final Thread hook = Thread.ofPlatform().name("cleanup").unstarted(this::undo);
    private boolean undone;

    public Cleanup() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Adds an action; once all is undone it runs at once, and the caller fails. */
    public void add(Action action) {
        synchronized (this) {
            if (!undone) {
                actions.push(action);
                return;
            }
        }
        attempt(action);
        throw new Failure(Failure.Kind.UNAVAILABLE, "this process is ending");
    }

    /** A new directory below another one; it goes at the end with everything in it. */
    public Path directory(Path parent) throws IOException {
        Files.createDirectories(parent);
        var directory = Files.createTempDirectory(parent, "squall-bench-").toAbsolutePath();
        add(() -> delete(directory));
        return directory;
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void undo() {
        synchronized (this) {
            undone = true;
        }
        // Nothing is added from here on.
        while (!actions.isEmpty()) {
            attempt(actions.pop());
        }
    }

    private static void attempt(Action action) {
        try {
            action.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            System.err.println("squall bench: could not clean up: " + e);
        }
    }

    @Override
    public void close() {
        if (Runtime.getRuntime().removeShutdownHook(hook)) {
            undo();
        }
    }
}
