package dev.squall.sim;

import dev.squall.sim.check.Violation;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs seeds side by side. A run is one thread's and shares nothing with another, so each is the
 * same run however many there are beside it. Seeds are begun in order, and none after one that
 * failed: what is found is the first seed that fails, as if they had run one after the other.
 */
final class Seeds {

    /** The memory of finished runs is given back now and then, or mappings pile up. */
    private static final int SEEDS_PER_COLLECTION = 16;

    private final AtomicLong next = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final long last;
    private final LongConsumer progress;
    private @Nullable Found found;

    /** A seed under which something did not hold. */
    record Found(long seed, Violation violation) {}

    /**
     * What came of it.
     *
     * @param seeds how many were run
     * @param events how many things happened in them
     * @param found the first seed that failed, or null
     */
    record Outcome(long seeds, long events, @Nullable Found found) {}

    /** Runs one seed. */
    interface Run {
        /** Returns how many things happened in it. */
        long events(long seed);
    }

    private Seeds(long first, long count, LongConsumer progress) {
        this.next.set(first);
        this.last = first + count - 1;
        this.progress = progress;
    }

    /**
     * Runs seeds until one fails or all are done.
     *
     * @param first the first seed
     * @param count how many, from it on
     * @param jobs how many at the same time
     * @param run runs one; called by as many threads
     * @param progress told how many are done; called by as many threads
     */
    static Outcome run(long first, long count, int jobs, Run run, LongConsumer progress) {
        var seeds = new Seeds(first, count, progress);
        try (var threads = threads(jobs)) {
            var workers = new ArrayList<Future<?>>();
            Callable<Void> work = () -> seeds.work(run);
            for (int i = 0; i < jobs; i++) {
                workers.add(threads.submit(work));
            }
            for (var worker : workers) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run broke off", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while seeds were running", e);
        }
        return new Outcome(seeds.done.get(), seeds.events.get(), seeds.found());
    }

    /** As many threads as there are workers, each of which takes one seed after the other. */
    private static ExecutorService threads(int jobs) {
        var waiting = new ArrayBlockingQueue<Runnable>(jobs);
        return new ThreadPoolExecutor(jobs, jobs, 0, TimeUnit.SECONDS, waiting);
    }

    private @Nullable Void work(Run run) {
        long seed = next.getAndIncrement();
        while (seed <= last && found() == null) {
            try {
                events.addAndGet(run.events(seed));
            } catch (Violation violation) {
                found(new Found(seed, violation));
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + seed, e);
            }
            long count = done.incrementAndGet();
            progress.accept(count);
            if (count % SEEDS_PER_COLLECTION == 0) {
                System.gc();
            }
            seed = next.getAndIncrement();
        }
        return null;
    }

    private synchronized @Nullable Found found() {
        return found;
    }

    private synchronized void found(Found one) {
        if (found == null || one.seed() < found.seed()) {
            found = one;
        }
    }
}
