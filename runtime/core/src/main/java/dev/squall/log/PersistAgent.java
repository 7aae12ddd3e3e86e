package dev.squall.log;

import dev.squall.base.Agent;
import dev.squall.base.Doorbell;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
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
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Doorbell doorbell = new Doorbell();
    private final Listener listener;

    public PersistAgent(Listener listener) {
        this.listener = listener;
    }

    /** Takes care of one more journal, from any thread. */
    public void add(Journal journal) {
        journals.add(journal);
    }

    /**
     * Deletes a journal's files, from any thread, by this agent.
     *
     * @return done when they are gone, or cannot be deleted
     */
    public CompletableFuture<Void> discard(Journal journal) {
        var gone = new CompletableFuture<Void>();
        tasks.add(() -> {
            end(journal, journal::deleteAll);
            gone.complete(null);
        });
        wake();
        return gone;
    }

    /**
     * Writes what is left, closes a journal, and then does something with its files; from any
     * thread, by this agent.
     */
    public void withdraw(Journal journal, Runnable then) {
        tasks.add(() ->
                end(
                        journal,
                        () -> {
                            journal.persist();
                            journal.close();
                            then.run();
                        }));
        wake();
    }

    /** The last that is done with a journal. */
    private interface End {
        void run() throws IOException;
    }

    private void end(Journal journal, End end) {
        journals.remove(journal);
        try {
            end.run();
        } catch (IOException e) {
            listener.failed(journal, e);
        }
    }

    @Override
    public int doWork() {
        int work = runTasks();
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

    private int runTasks() {
        int count = 0;
        var task = tasks.poll();
        while (task != null) {
            task.run();
            count++;
            task = tasks.poll();
        }
        return count;
    }

    @Override
    public void await(long nanosMax) {
        doorbell.await(nanosMax, this::behind);
    }

    private boolean behind() {
        if (!tasks.isEmpty()) {
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
