package dev.squall.cli.local;

import dev.squall.cli.terminal.Failure;
import dev.squall.cli.tls.Trust;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A cluster that this program has started: from the checks before, over its nodes' start, to its
 * stop. The cluster's file is written after each start, so that at no moment a process runs that
 * `squall down` would not find. The main thread starts; the shutdown hook may {@link #stop} at any
 * moment.
 */
public final class LocalCluster {
    /** From the first start until the last node must be ready. */
    static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private static final Duration READY_POLL = Duration.ofMillis(200);

    private final ClusterPlan plan;
    private final Home home;
    private final Consumer<String> say;
    private final Children children = new Children();
    private final AtomicBoolean released = new AtomicBoolean();

    public LocalCluster(ClusterPlan plan, Home home, Consumer<String> say) {
        this.plan = plan;
        this.home = home;
        this.say = say;
    }

    /**
     * Fails when something stands in the way: a live cluster, data of another size, a taken port.
     */
    public void check() {
        Path dir = plan.dir();
        ClusterFile.read(dir)
                .map(ClusterFile::live)
                .filter(live -> !live.isEmpty())
                .ifPresent(live -> {
                    ProcessRecord one = live.getFirst();
                    throw new Failure(
                            "a cluster runs on %s already (%s, pid %d)"
                                    .formatted(dir, one.role(), one.pid()),
                            "Stop it with `squall down --data %s`, or choose another --data."
                                    .formatted(dir));
                });
        plan.checkSameSize();
        Ports.checkFree(plan);
    }

    /** Starts all nodes and waits until each says that it is ready. */
    public void startNodes() {
        List<ProcessRecord> started = new ArrayList<>();
        for (NodePlan node : plan.nodes()) {
            plan.configure(node);
            started.add(start(node.role(), home.node(node.config()), node.log()));
        }
        awaitReady(started);
    }

    /** Starts an edge agent with these arguments. */
    public void startEdge(List<String> arguments) {
        var believes = plan.tls() ? List.of(Trust.option(plan.authority())) : List.<String>of();
        start("edge agent", home.edge(arguments, believes), plan.edgeDir().resolve("edge.log"));
    }

    private ProcessRecord start(String role, List<String> command, Path log) {
        ProcessRecord started = children.start(role, command, Home.ENVIRONMENT, log);
        record(true);
        return started;
    }

    private void record(boolean supervised) {
        List<ProcessRecord> all = new ArrayList<>();
        if (supervised) {
            all.add(ProcessRecord.supervisor());
        }
        all.addAll(children.records());
        ClusterFile.of(plan.urls(), all).write(plan.dir());
    }

    private void awaitReady(List<ProcessRecord> processes) {
        long start = System.nanoTime();
        List<NodePlan> waiting = new ArrayList<>(plan.nodes());
        try (var readiness = new Readiness()) {
            while (!waiting.isEmpty()) {
                for (NodePlan node : List.copyOf(waiting)) {
                    children.checkAlive(processes.get(node.id() - 1));
                    if (readiness.ready(node.url())) {
                        waiting.remove(node);
                        say.accept(ready(node, processes.get(node.id() - 1), start));
                    }
                }
                if (!waiting.isEmpty() && System.nanoTime() - start > READY_LIMIT.toNanos()) {
                    NodePlan late = waiting.getFirst();
                    throw new Failure(
                            "%s was not ready within %d s. The end of %s:%n%s"
                                    .formatted(
                                            late.role(),
                                            READY_LIMIT.toSeconds(),
                                            late.log(),
                                            Children.lastLines(late.log())),
                            "Everything is stopped again; the logs stay in " + plan.dir() + ".");
                }
                Thread.sleep(READY_POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("the start was interrupted", "", e);
        }
    }

    private static String ready(NodePlan node, ProcessRecord process, long start) {
        return "  %s ready after %.1f s (pid %d, %s)"
                .formatted(
                        node.role(), (System.nanoTime() - start) / 1e9, process.pid(), node.url());
    }

    /** What runs, for the user. */
    public List<ProcessRecord> processes() {
        return children.records();
    }

    /** A sentence on a process that has ended by itself since the last call. */
    public Optional<String> takeEnded() {
        return released.get() ? Optional.empty() : children.takeEnded();
    }

    /** Whether at least one node is alive. */
    public boolean anyNodeAlive() {
        return children.anyNodeAlive();
    }

    /**
     * Leaves the processes running after this program's end; from now on `squall down` stops them.
     */
    public synchronized void detach() {
        if (released.compareAndSet(false, true)) {
            record(false);
        }
    }

    /**
     * Stops everything that was started here; does nothing after {@link #detach}. A second caller
     * waits for the first: the shutdown hook must not return while the main thread is still
     * stopping.
     */
    public synchronized void stop() {
        if (!released.compareAndSet(false, true)) {
            return;
        }
        List<ProcessRecord> running = children.close();
        if (!running.isEmpty() && new Stopper(say).stop(running)) {
            ClusterFile.delete(plan.dir());
        }
    }
}
