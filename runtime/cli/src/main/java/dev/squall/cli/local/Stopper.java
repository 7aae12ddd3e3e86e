package dev.squall.cli.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stops recorded processes: those that feed the nodes first, then all nodes at once; each gets
 * SIGTERM, and SIGKILL after {@link #GRACE}. A pid that belongs to another process by now is left
 * alone.
 */
public final class Stopper {
    /** How long a process may take to put its affairs in order. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Consumer<String> report;
    private final Duration grace;

    /** A stopper that reports one line a process. */
    public Stopper(Consumer<String> report) {
        this(report, GRACE);
    }

    Stopper(Consumer<String> report, Duration grace) {
        this.report = report;
        this.grace = grace;
    }

    /**
     * Stops those that are alive and waits until they have ended.
     *
     * @return true when none of them is left
     */
    public boolean stop(List<ProcessRecord> processes) {
        List<ProcessRecord> latestFirst = new ArrayList<>(processes);
        Collections.reverse(latestFirst);
        boolean clean = stopTogether(latestFirst.stream().filter(p -> !p.isNode()).toList());
        return stopTogether(latestFirst.stream().filter(ProcessRecord::isNode).toList()) && clean;
    }

    private boolean stopTogether(List<ProcessRecord> processes) {
        List<ProcessRecord> asked =
                processes.stream()
                        .filter(process -> process.find().map(ProcessHandle::destroy).orElse(false))
                        .toList();
        long deadline = System.nanoTime() + grace.toNanos();
        boolean clean = true;
        for (ProcessRecord process : asked) {
            String name = process.role() + " (pid " + process.pid() + ")";
            if (ended(process, Duration.ofNanos(deadline - System.nanoTime()))) {
                report.accept("stopped " + name);
            } else {
                process.find().ifPresent(ProcessHandle::destroyForcibly);
                boolean gone = ended(process, KILL_LIMIT);
                clean &= gone;
                report.accept(
                        (gone ? "killed " : "could not kill ")
                                + name
                                + ": it had not stopped within "
                                + grace.toMillis()
                                + " ms");
            }
        }
        return clean;
    }

    /** Asks again and again: an exit can be awaited only by the parent, and we may be another. */
    private static boolean ended(ProcessRecord process, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (process.find().isPresent()) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                Thread.sleep(POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return process.find().isEmpty();
        }
        return true;
    }
}
