package dev.squall.log;

import dev.squall.base.Agent;
import dev.squall.base.Doorbell;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

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
    private final ConcurrentLinkedQueue<Journal> discarded = new ConcurrentLinkedQueue<>();
    private final Doorbell doorbell = new Doorbell();
    private final Listener listener;

    public PersistAgent(Listener listener) {
        this.listener = listener;
    }

    /** Takes care of one more journal, from any thread. */
    public void add(Journal journal) {
        journals.add(journal);
    }

    /** Deletes a journal's files, from any thread, by this agent. */
    public void discard(Journal journal) {
        discarded.add(journal);
        wake();
    }

    @Override
    public int doWork() {
        int work = discard();
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

    private int discard() {
        int count = 0;
        var journal = discarded.poll();
        while (journal != null) {
            journals.remove(journal);
            try {
                journal.deleteAll();
            } catch (IOException e) {
                listener.failed(journal, e);
            }
            count++;
            journal = discarded.poll();
        }
        return count;
    }

    @Override
    public void await(long nanosMax) {
        doorbell.await(nanosMax, this::behind);
    }

    private boolean behind() {
        if (!discarded.isEmpty()) {
            return true;
        }
        for (var journal : journals) {
            if (journal.behind()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void wake() {
        doorbell.ring();
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
