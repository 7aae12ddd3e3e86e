package dev.squall.log;

import dev.squall.base.Agent;
import dev.squall.base.Clock;
import dev.squall.base.Doorbell;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Carries the logs of a node to disk, on a thread of its own: a turn writes what every journal has
 * and syncs each once. The slower the disk, the larger the groups.
 *
 * <p>A journal whose disk refuses is tried again for ever (see {@link Patience}); the others go on.
 * The first failure that is told makes room for the node itself (see {@link Reserve}).
 */
public final class PersistAgent implements Agent {

    /** Told, on this agent's thread, what the group agent must publish. */
    public interface Listener {

        /** More is on disk. */
        void persisted();

        /** A journal's disk fails: the shard must be served by others until it is mended. */
        void failed(Journal journal, IOException e);

        /** A journal that had failed is on disk again, with all that its log has. */
        void mended(Journal journal);
    }

    private final CopyOnWriteArrayList<Journal> journals = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Doorbell doorbell = new Doorbell();
    private final Listener listener;
    private final Clock clock;
    private final Reserve reserve;

    public PersistAgent(Listener listener, Clock clock, Disk disk) {
        this.listener = listener;
        this.clock = clock;
        this.reserve = new Reserve(disk);
    }

    /** Takes care of one more journal, from any thread. */
    public void add(Journal journal) {
        journals.add(journal);
    }

    /** Something of the node's own found no room on the disk; from any thread. */
    public void makeRoom() {
        tasks.add(() -> {
            journals.forEach(Journal::makeRoom);
            reserve.release();
        });
        wake();
    }

    /**
     * Deletes a journal's files, from any thread, by this agent.
     *
     * @return done when they are gone, or cannot be deleted
     */
    public CompletableFuture<Void> discard(Journal journal) {
        var gone = new CompletableFuture<Void>();
        tasks.add(() -> {
            journals.remove(journal);
            try {
                journal.deleteAll();
            } catch (IOException e) {
                listener.failed(journal, e);
            }
            gone.complete(null);
        });
        wake();
        return gone;
    }

    /**
     * Writes what is left as far as the disk takes it, closes a journal, and then does something
     * with its files; from any thread, by this agent.
     */
    public void withdraw(Journal journal, Runnable then) {
        tasks.add(() -> {
            journals.remove(journal);
            try {
                journal.persist();
                journal.close();
            } catch (IOException _) {
                // What is not on disk is cut off, and the files are read next: that tells.
            }
            then.run();
        });
        wake();
    }

    /** Whether this takes care of a journal; by this agent. */
    public boolean has(Journal journal) {
        return journals.contains(journal);
    }

    /** Does something by this agent, from any thread: the one as long as it has the journal. */
    public void whileHas(Journal journal, Runnable then, Runnable otherwise) {
        tasks.add(() -> (has(journal) ? then : otherwise).run());
        wake();
    }

    @Override
    public int doWork() {
        int work = runTasks();
        long now = clock.nanos();
        for (var journal : journals) {
            if (!journal.patience.waits(now)) {
                work += persist(journal, now);
            }
        }
        if (work > 0) {
            listener.persisted();
        }
        return work;
    }

    private int persist(Journal journal, long now) {
        try {
            if (journal.shard() != 0 && journal.behind()) {
                reserve.hold();
            }
            int work = journal.persist() > 0 ? 1 : 0;
            if (journal.patience.worked()) {
                listener.mended(journal);
            }
            return work;
        } catch (IOException e) {
            journal.makeRoom();
            reserve.release();
            if (journal.patience.failed(now)) {
                listener.failed(journal, e);
            }
            return 0;
        }
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
        long now = clock.nanos();
        long nanos = nanosMax;
        for (var journal : journals) {
            if (journal.patience.waits(now)) {
                nanos = Math.min(nanos, journal.patience.next() - now);
            }
        }
        doorbell.await(nanos, () -> behind(now));
    }

    private boolean behind(long now) {
        if (!tasks.isEmpty()) {
            return true;
        }
        for (var journal : journals) {
            if (journal.behind() && !journal.patience.waits(now)) {
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
