package dev.squall.node;

import dev.squall.base.Agent;
import dev.squall.trigger.UdlRuntime;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The one loop of the system: runs an agent on a thread of its own. Busy agents are called again at
 * once; idle ones first spin, then yield, then sleep until their doorbell rings, or sleep at once
 * where cores are few, so that three nodes on two cores do not starve each other and an idle node
 * costs next to nothing. {@link Threads} may say otherwise.
 */
final class AgentRunner implements Runnable, UdlRuntime.Running {

    /** From so many cores on, a thread may keep one busy while it waits for another. */
    private static final int CORES_TO_SPIN = 5;

    private static final boolean SPINS_PAY =
            Runtime.getRuntime().availableProcessors() >= CORES_TO_SPIN;

    /**
     * Idle turns before yielding. On few cores the thread that one waits for needs this core: with
     * three nodes on two, ten idle turns before each sleep made an ordered put through shared
     * memory take 33 us where none made it take 19 us.
     */
    private static final int SPINS = SPINS_PAY ? 200 : 0;

    /**
     * Idle turns with a yield in between, before sleeping. A thread that yields on a full machine
     * waits for a whole time slice of every other, one that slept is let in when its doorbell
     * rings: with fewer cores than pollers, yielding costs milliseconds where sleeping costs
     * microseconds.
     */
    private static final int YIELDS = SPINS_PAY ? 10 : 0;

    /** The longest sleep: 1 s. Doorbells end it; an agent with deadlines sleeps less by itself. */
    private static final long SLEEP_NANOS_MAX = 1_000_000_000;

    private final Agent agent;
    private final BiConsumer<Agent, Throwable> onFailure;
    private final Thread thread;
    private final List<Integer> cpus;
    private final long spins;
    private final long yields;
    private volatile boolean running = true;

    private AgentRunner(Agent agent, Threads threads, BiConsumer<Agent, Throwable> onFailure) {
        this.agent = agent;
        this.cpus = threads.cpus();
        this.spins =
                switch (threads.idle()) {
                    case AUTO -> SPINS;
                    case SPIN -> Long.MAX_VALUE;
                    case YIELD, PARK -> 0;
                };
        this.yields =
                switch (threads.idle()) {
                    case AUTO -> SPINS + YIELDS;
                    case YIELD -> Long.MAX_VALUE;
                    case SPIN, PARK -> 0;
                };
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name(agent.role()).daemon().unstarted(this);
    }

    /**
     * Starts an agent.
     *
     * @param threads where it runs and how it waits
     * @param onFailure told when the agent throws; it is not called again then
     */
    static AgentRunner start(Agent agent, Threads threads, BiConsumer<Agent, Throwable> onFailure) {
        var runner = new AgentRunner(agent, threads, onFailure);
        runner.thread.start();
        return runner;
    }

    @Override
    public void run() {
        long idle = 0;
        try {
            if (!cpus.isEmpty()) {
                Affinity.bind(cpus);
            }
            while (running) {
                if (agent.doWork() > 0) {
                    idle = 0;
                } else {
                    rest(idle++);
                }
            }
        } catch (Throwable e) {
            onFailure.accept(agent, e);
        } finally {
            agent.onClose();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a yield only hastens: nothing relies on it
    private void rest(long idle) {
        if (idle < spins) {
            Thread.onSpinWait();
        } else if (idle < yields) {
            Thread.yield();
        } else {
            agent.await(SLEEP_NANOS_MAX);
        }
    }

    /** Asks the thread to end, without waiting for it. */
    @Override
    public void close() {
        running = false;
        agent.wake();
    }

    /** Waits, at most this long, until the thread has ended. */
    void join(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
