package dev.squall.trigger;

import dev.squall.base.Agent;
import dev.squall.base.Clock;
import dev.squall.udl.Models;
import dev.squall.udl.Udl;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What all lanes of a node share: the code of each UDL version, loaded once, and its statistics.
 * Any thread.
 */
public final class UdlRuntime {

    /** Runs an agent on a thread of its own until the handle is closed. */
    public interface Threads {

        /** Starts the agent. */
        Running start(Agent agent);
    }

    /** A running agent. */
    public interface Running extends AutoCloseable {

        /** Stops the agent without waiting for it. */
        @Override
        void close();
    }

    private final int node;
    private final Clock clock;
    private final Effects effects;
    private final Models models;
    private final Threads threads;
    private final Function<String, byte[]> jars;
    private final Map<String, UdlJar> loaded = new ConcurrentHashMap<>();
    private final Map<String, UdlClassLoader> loaders = new ConcurrentHashMap<>();
    private final Map<String, UdlStats> stats = new ConcurrentHashMap<>();

    /**
     * @param node this node's id
     * @param effects what user logic may do
     * @param models the node's models
     * @param threads runs the lanes
     * @param jars reads a jar by its SHA-256
     */
    public UdlRuntime(
            int node,
            Clock clock,
            Effects effects,
            Models models,
            Threads threads,
            Function<String, byte[]> jars) {
        this.node = node;
        this.clock = clock;
        this.effects = effects;
        this.models = models;
        this.threads = threads;
        this.jars = jars;
    }

    Clock clock() {
        return clock;
    }

    Effects effects() {
        return effects;
    }

    Threads threads() {
        return threads;
    }

    /** The statistics of a UDL version, by {@code name:version}. */
    public UdlStats stats(String udl) {
        return stats.computeIfAbsent(udl, _ -> new UdlStats());
    }

    /** A jar by its SHA-256, read and checked once. */
    public UdlJar jar(String sha256) {
        return loaded.computeIfAbsent(sha256, s -> UdlJar.read(jars.apply(s)));
    }

    /** Forgets a version's code; its classes go when its lanes have closed. */
    public void forget(String sha256) {
        loaded.remove(sha256);
        loaders.remove(sha256);
    }

    Udl instance(Binding binding) throws ReflectiveOperationException {
        var loader = loaders.computeIfAbsent(binding.sha256(), sha -> jar(sha).classLoader());
        var type = loader.loadClass(binding.type()).asSubclass(Udl.class);
        return type.getDeclaredConstructor().newInstance();
    }

    LaneContext context(Binding binding, UdlStats stats) {
        var log = new UdlLogger(binding.udl(), stats);
        return new LaneContext(binding, node, stats, log, effects, models);
    }
}
