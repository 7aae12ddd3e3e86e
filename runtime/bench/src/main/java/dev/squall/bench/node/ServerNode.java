package dev.squall.bench.node;

import dev.squall.base.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node, in a process of its own, over all its lives. Changed by one thread; {@link #url} may be
 * asked by any.
 */
public final class ServerNode {

    /** How long a process may take to end: 20 s, a little more than a node's own limit. */
    private static final int END_SECONDS_MAX = 20;

    /** Lines of its log that are told when it fails. */
    private static final int LOG_LINES = 12;

    private final int id;
    private final URI url;
    private final List<String> command;
    private final Path log;
    private @Nullable Process process;

    ServerNode(int id, URI url, List<String> command, Path log) {
        this.id = id;
        this.url = url;
        this.command = command;
        this.log = log;
    }

    public int id() {
        return id;
    }

    /** Its REST. */
    public URI url() {
        return url;
    }

    /** Starts its process, which must not be running. */
    public void start() {
        if (alive()) {
            throw new IllegalStateException("node " + id + " runs already");
        }
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start node " + id, e);
        }
    }

    public boolean alive() {
        var running = process;
        return running != null && running.isAlive();
    }

    private Process running() {
        var running = process;
        if (running == null) {
            throw new IllegalStateException("node " + id + " was never started");
        }
        return running;
    }

    /** The id of its process, the last one if it has ended. */
    public long pid() {
        return running().pid();
    }

    /** SIGKILL. Returns at once. */
    public void kill() {
        running().destroyForcibly();
    }

    /** SIGTERM. Returns at once. */
    public void terminate() {
        running().destroy();
    }

    /** SIGSTOP: it still takes connections, for the kernel does that, and says nothing. */
    public void pause() {
        Shell.must("kill -STOP " + pid());
    }

    /** SIGCONT. */
    public void resume() {
        Shell.works("kill -CONT " + pid()); // it may have ended meanwhile
    }

    /** Has its virtual machine collect garbage, and with it the memory that nobody references. */
    public void collect() {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Shell.must(jcmd + " " + pid() + " GC.run");
    }

    /** Waits for the end of its process. Returns whether it ended in time. */
    public boolean awaitEnd() throws InterruptedException {
        return running().waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
    }

    /** Kills its process, paused or not, if there is one, and waits for its end. */
    void end() throws InterruptedException {
        if (alive()) {
            kill();
            awaitEnd();
        }
    }

    /** Memory and handles of its process now. */
    public ProcessFigures figures() {
        return ProcessFigures.of(pid());
    }

    /** Says what it did not do, with the end of its log. */
    public Failure failure(String what) {
        return new Failure(
                Failure.Kind.UNAVAILABLE, "node %d %s%n%s".formatted(id, what, logEnd()));
    }

    private String logEnd() {
        try {
            var text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            var lines = text.lines().toList();
            return String.join(
                    System.lineSeparator(),
                    lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }
}
