package dev.squall.trigger;

import dev.squall.base.Agent;
import dev.squall.base.Doorbell;
import dev.squall.base.Failure;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Udl;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a UDL and the objects that wait for it, on a thread of its own.
 *
 * <p>The queue is bounded by {@link #QUEUE_MAX}. A stored object that finds it full is not lost: it
 * stays in the log, and the lane reads it from there ({@link Backlog}). A trigger, which is stored
 * nowhere, is refused instead. Nothing that the UDL does reaches the thread that delivers, and
 * nothing that it throws ends the lane.
 */
final class Lane implements Agent {

    /** Objects that may wait in memory. */
    static final int QUEUE_MAX = 1024;

    private static final int RUNS_PER_TURN = 16;

    private record Task(ObjectView object, @Nullable CompletableFuture<Optional<byte[]>> reply) {}

    private final Binding binding;
    private final int index;
    private final Backlog.Wanted wanted;
    private final UdlRuntime runtime;
    private final UdlStats stats;
    private final LaneEmitter emitter;
    private final MpscAtomicArrayQueue<Task> queue = new MpscAtomicArrayQueue<>(QUEUE_MAX);
    private final Backlog backlog = new Backlog();
    private final Doorbell doorbell = new Doorbell();
    private volatile String state = "opening";
    private volatile Runnable retired = () -> {};
    private volatile boolean closed;
    private @Nullable Udl udl;

    /**
     * @param wanted which objects this lane handles; asked for those that it missed
     */
    Lane(Binding binding, int index, Backlog.Wanted wanted, UdlRuntime runtime) {
        this.binding = binding;
        this.index = index;
        this.wanted = wanted;
        this.runtime = runtime;
        this.stats = runtime.stats(binding.udl());
        this.emitter = new LaneEmitter(binding, runtime.effects());
    }

    /** {@code opening}, {@code running} or {@code failed: reason}. */
    String state() {
        return state;
    }

    /** Takes a stored object; called by the delivering thread, never blocks. */
    void offer(ShardStore store, long location, StoredObject object) {
        if (backlog.any() || !queue.offer(new Task(object, null))) {
            backlog.add(store, location);
        }
        doorbell.ring();
    }

    /** Takes a trigger. The answer comes when it was handled; refused when the lane is full. */
    CompletableFuture<Optional<byte[]>> offer(ObjectView object) {
        var reply = new CompletableFuture<Optional<byte[]>>();
        if (!queue.offer(new Task(object, reply))) {
            reply.completeExceptionally(
                    new Failure(
                            Failure.Kind.OVERLOADED,
                            "%d objects wait for %s already, the most there may be"
                                    .formatted(QUEUE_MAX, binding.udl())));
        }
        doorbell.ring();
        if (closed) {
            var why = binding.udl() + " was unbound meanwhile; again in a moment";
            reply.completeExceptionally(new Failure(Failure.Kind.UNAVAILABLE, why));
        }
        return reply;
    }

    @Override
    public int doWork() {
        if (state.equals("opening")) {
            open();
        }
        int work = 0;
        while (work < RUNS_PER_TURN) {
            var task = queue.poll();
            if (task == null) {
                break;
            }
            run(task);
            work++;
        }
        return work > 0 ? work : catchUp();
    }

    /** No new object comes. Once it has handled all that waits, also in the log, it says so. */
    void retire(Runnable whenDone) {
        retired = whenDone;
        doorbell.ring();
    }

    /** With the queue empty, objects that found it full are read from the log, oldest first. */
    private int catchUp() {
        if (!backlog.any()) {
            retired.run();
            return 0;
        }
        var step = backlog.next(wanted);
        if (step == null) {
            return 1;
        }
        if (step.trimmed()) {
            stats.dropped.increment();
            stats.error("objects were trimmed from the log before this UDL came to them");
        }
        if (step.object() != null) {
            run(new Task(step.object(), null));
        }
        return 1;
    }

    private void open() {
        try {
            var opened = runtime.instance(binding);
            opened.open(runtime.context(binding, stats));
            udl = opened;
            state = "running";
        } catch (Throwable e) {
            fail("cannot be opened", e);
            state = "failed: " + describe(e);
        }
    }

    private void run(Task task) {
        var instance = udl;
        if (instance == null) {
            stats.dropped.increment();
            refuse(task, Failure.Kind.UNAVAILABLE, state);
            return;
        }
        long start = runtime.clock().nanos();
        emitter.begin(task.object().traceId());
        try {
            instance.handle(task.object(), emitter);
            stats.handled.increment();
            if (task.reply() != null) {
                task.reply().complete(Optional.ofNullable(emitter.answer()));
            }
        } catch (Throwable e) {
            stats.failed.increment();
            fail("failed on " + task.object().key() + " version " + task.object().version(), e);
            refuse(task, kind(e), describe(e));
        }
        Thread.interrupted(); // left set by the logic, it would end every later wait at once
        long took = runtime.clock().nanos() - start;
        stats.busyNanos.add(took);
        if (took > binding.deadlineMillis() * 1_000_000) {
            stats.overdue.increment();
        }
    }

    /** An illegal argument is the caller's fault, anything else the logic's. */
    private static Failure.Kind kind(Throwable e) {
        return e instanceof IllegalArgumentException
                ? Failure.Kind.INVALID
                : Failure.Kind.LOGIC_FAILED;
    }

    private void refuse(Task task, Failure.Kind kind, String why) {
        if (task.reply() != null) {
            task.reply().completeExceptionally(new Failure(kind, binding.udl() + ": " + why));
        }
    }

    private void fail(String what, Throwable e) {
        stats.error(describe(e));
        stats.log("ERROR " + what + ": " + describe(e));
    }

    private static String describe(Throwable e) {
        var message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    @Override
    public void await(long nanosMax) {
        doorbell.await(nanosMax, () -> !queue.isEmpty() || backlog.any());
    }

    @Override
    public void wake() {
        doorbell.ring();
    }

    @Override
    public String role() {
        return "lane-" + binding.udl() + "/" + binding.entry() + "-" + index;
    }

    /** What waits in memory is still handled; then the instance is closed. */
    @Override
    public void onClose() {
        closed = true; // what is offered from here on may find nobody who polls
        var task = queue.poll();
        while (task != null) {
            run(task);
            task = queue.poll();
        }
        var instance = udl;
        if (instance != null) {
            try {
                instance.close();
            } catch (Throwable e) {
                fail("failed to close", e);
            }
        }
    }
}
