package dev.squall.cli.local;

import dev.squall.cli.terminal.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes that one `squall up` has started, in the order of their start. Each stands in a
 * session of its own, so that neither Ctrl-C nor the end of the terminal reaches it: stopping them
 * is this program's decision alone, and a detached cluster stays. Thread-safe: the shutdown hook
 * may read it while the main thread starts the next one.
 */
public final class Children {
    private static final File NOTHING = new File("/dev/null");

    /** How to leave the terminal; both replace themselves by the command and so keep the pid. */
    private static final List<String> LEAVE_TERMINAL = List.of("/usr/bin/setsid", "/usr/bin/nohup");

    private static final int MAX_LOG_LINES = 25;
    private static final int MAX_LOG_BYTES = 64 << 10;

    private record Child(ProcessRecord known, Process process) {}

    private final List<Child> children = new ArrayList<>();
    private boolean closed;

    /**
     * Starts a process with its output in the log; a log of an earlier run is kept as {@code .1}.
     *
     * @param role its name to people
     * @param environment added to this process's own
     */
    public synchronized ProcessRecord start(
            String role, List<String> command, Map<String, String> environment, Path log) {
        if (closed) {
            throw new Failure("the cluster is being stopped", "");
        }
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            if (Files.exists(log)) {
                Path earlier = log.resolveSibling(log.getFileName() + ".1");
                Files.move(log, earlier, StandardCopyOption.REPLACE_EXISTING);
            }
            var builder = new ProcessBuilder(ownSession(command));
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true)
                    .redirectInput(NOTHING)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            Process process = builder.start();
            var known = ProcessRecord.of(role, process.pid(), log.toString());
            children.add(new Child(known, process));
            return known;
        } catch (IOException e) {
            throw new Failure("cannot start " + role + ": " + e.getMessage(), "", e);
        }
    }

    private static List<String> ownSession(List<String> command) {
        List<String> whole = new ArrayList<>();
        LEAVE_TERMINAL.stream()
                .filter(tool -> new File(tool).canExecute())
                .findFirst()
                .ifPresent(whole::add);
        whole.addAll(command);
        return whole;
    }

    /** All that were started, also those that have ended since. */
    public synchronized List<ProcessRecord> records() {
        return children.stream().map(Child::known).toList();
    }

    /** Whether any node is still alive. */
    public synchronized boolean anyNodeAlive() {
        return children.stream()
                .anyMatch(child -> child.known().isNode() && child.process().isAlive());
    }

    /** Fails with the last lines of the log when this process has ended. */
    public synchronized void checkAlive(ProcessRecord known) {
        for (Child child : children) {
            if (child.known().equals(known) && !child.process().isAlive()) {
                throw new Failure(
                        "%s (pid %d) ended with exit code %d. The end of %s:%n%s"
                                .formatted(
                                        known.role(),
                                        known.pid(),
                                        child.process().exitValue(),
                                        known.log(),
                                        lastLines(Path.of(known.log()))),
                        "");
            }
        }
    }

    /** The first process that has ended by itself since the last call, and forgets it. */
    public synchronized Optional<String> takeEnded() {
        for (Child child : children) {
            if (!child.process().isAlive()) {
                children.remove(child);
                return Optional.of(
                        "%s (pid %d) ended with exit code %d; see %s"
                                .formatted(
                                        child.known().role(),
                                        child.known().pid(),
                                        child.process().exitValue(),
                                        child.known().log()));
            }
        }
        return Optional.empty();
    }

    /** No more starts from here on; what runs is returned, to be stopped. */
    public synchronized List<ProcessRecord> close() {
        closed = true;
        return records();
    }

    /** The last {@value #MAX_LOG_LINES} lines of a log, indented. */
    public static String lastLines(Path log) {
        try (var file = Files.newByteChannel(log)) {
            file.position(Math.max(0, file.size() - MAX_LOG_BYTES));
            var bytes = ByteBuffer.allocate(MAX_LOG_BYTES);
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
            List<String> lines =
                    new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
            List<String> tail =
                    lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES), lines.size());
            return tail.isEmpty() ? "    (empty)" : "    " + String.join("\n    ", tail);
        } catch (IOException e) {
            return "    (cannot be read: " + e.getMessage() + ")";
        }
    }
}
