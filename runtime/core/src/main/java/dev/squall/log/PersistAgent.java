package dev.squall.log;

import dev.squall.base.Agent;
import java.io.IOException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Carries the logs of a node to disk, on a thread of its own: a turn writes what every journal has
 * and syncs each once. The slower the disk, the larger the groups.
 */
public final class PersistAgent implements Agent {

    /** Told, on this agent's thread, what the group agent must publish. */
    public interface Listener {

        /** More is on disk. */
        void persisted();

        /** A journal's disk has failed; the shard must stop acknowledging. */
        void failed(Journal journal, IOException e);
    }

    private final CopyOnWriteArrayList<Journal> journals = new CopyOnWriteArrayList<>();
    private final Semaphore doorbell = new Semaphore(0);
    private final Listener listener;

    public PersistAgent(Listener listener) {
        this.listener = listener;
    }

    /** Takes care of one more journal, from any thread. */
    public void add(Journal journal) {
        journals.add(journal);
    }

    /** Leaves a journal alone from now on, from any thread. */
    public void remove(Journal journal) {
        journals.remove(journal);
    }

    @Override
    public int doWork() {
        int work = 0;
        for (var journal : journals) {
            try {
                if (journal.persist() > 0) {
                    work++;
                }
            } catch (IOException e) {
                journals.remove(journal);
                listener.failed(journal, e);
            }
        }
        if (work > 0) {
            listener.persisted();
        }
        return work;
    }

    @Override
    public void await(long nanosMax) {
        try {
            if (doorbell.tryAcquire(nanosMax, TimeUnit.NANOSECONDS)) {
                doorbell.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void wake() {
        if (doorbell.availablePermits() == 0) {
            doorbell.release();
        }
    }

    @Override
    public String role() {
        return "persist";
    }

    @Override
    public void onClose() {
        doWork();
        for (var journal : journals) {
            try {
                journal.close();
            } catch (IOException e) {
                listener.failed(journal, e);
            }
        }
    }
}
