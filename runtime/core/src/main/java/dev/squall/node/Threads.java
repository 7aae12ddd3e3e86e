package dev.squall.node;

import dev.squall.base.Agent;
import dev.squall.base.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Where a node's agents run, and how the group agent waits when it has nothing to do. The others
 * wait for slower things than a peer, and sleep.
 *
 * @param idle how the group agent waits
 * @param cpus the processors that agents may run on; empty = all that the process may
 */
public record Threads(Idle idle, List<Integer> cpus) {

    /** How an agent waits. */
    public enum Idle {
        /** Looks again a few times where cores are many, then sleeps. */
        AUTO,
        /** Looks again at once, always: takes a core for itself. */
        SPIN,
        /** Looks again whenever nobody else wants its core: takes what others leave. */
        YIELD,
        /** Sleeps at once. */
        PARK
    }

    /** Any processor, and waiting as fits their number. */
    public static final Threads DEFAULT = new Threads(Idle.AUTO, List.of());

    public Threads {
        cpus = List.copyOf(cpus);
        for (int cpu : cpus) {
            if (cpu < 0 || cpu > Affinity.CPU_MAX) {
                throw NodeConfig.invalid(
                        "squall.threads.cpus", cpu, "is none of 0 to " + Affinity.CPU_MAX);
            }
        }
    }

    /**
     * Reads what people write.
     *
     * @param idle {@code auto}, {@code spin}, {@code yield} or {@code park}
     * @param cpus {@code 0,2,3}; empty = all
     */
    public static Threads parse(String idle, String cpus) {
        try {
            return new Threads(
                    Idle.valueOf(idle.toUpperCase(Locale.ROOT)),
                    Arrays.stream(cpus.split(","))
                            .map(String::strip)
                            .filter(c -> !c.isEmpty())
                            .map(Integer::valueOf)
                            .toList());
        } catch (NumberFormatException _) {
            throw NodeConfig.invalid(
                    "squall.threads.cpus", cpus, "must be numbers with commas, such as 0,2,3");
        } catch (IllegalArgumentException _) {
            throw NodeConfig.invalid(
                    "squall.threads.idle", idle, "must be auto, spin, yield or park");
        }
    }

    /** Refuses processors that this process may not run on. */
    void check() {
        if (cpus.isEmpty()) {
            return;
        }
        var allowed = Affinity.allowed();
        if (!allowed.containsAll(cpus)) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "squall.threads.cpus = %s, but this process may run on %s"
                            .formatted(cpus, allowed));
        }
    }

    /** Starts an agent that sleeps when it has nothing to do. */
    AgentRunner start(Agent agent, BiConsumer<Agent, Throwable> onFailure) {
        return AgentRunner.start(agent, new Threads(Idle.AUTO, cpus), onFailure);
    }

    /** Starts the group agent. */
    AgentRunner lead(Agent agent, BiConsumer<Agent, Throwable> onFailure) {
        return AgentRunner.start(agent, this, onFailure);
    }
}
