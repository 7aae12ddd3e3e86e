package dev.squall.client;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's own thread: reads answers and tells callers, makes connections, asks where pools
 * lie. What it writes itself leaves at the end of a turn, with one system call for each member.
 */
final class Loop implements Runnable, Way.Listener {

    private static final System.Logger LOG = System.getLogger(Loop.class.getName());

    /** Between two looks for calls whose time is over: 50 ms. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Where a pool lies is asked so often at most: 20 ms. */
    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A client that is closed waits so long for its thread: 5 s. */
    private static final long CLOSE_MILLIS_MAX = 5_000;

    private final Clock clock;
    private final Window window;
    private final Routing routing;
    private final Selector selector;
    private final Ways ways;
    private final Tries tries;
    private final Watches watches;
    private final Consumer<SelectionKey> ready = this::ready;
    private final Thread thread;

    /** Where a pool lies was asked there. */
    private record Asked(String pool, Way way) {}

    /** What other threads want done: a call or two of each, so the window is its limit. */
    private final ConcurrentLinkedQueue<Runnable> arrivals = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Set<Way> dirty = new LinkedHashSet<>();
    private final Map<String, Long> asked = new HashMap<>();
    private final Map<Long, Asked> asking = new HashMap<>();
    private volatile @Nullable String guest;
    private volatile boolean running = true;
    private String trouble = "no member has answered";
    private long controls;
    private long nextLook;

    Loop(ClientOptions options, Clock clock, Window window, Routing routing) {
        this.clock = clock;
        this.window = window;
        this.routing = routing;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.ways = new Ways(options, routing, selector, this, (int) clock.micros());
        this.tries = new Tries(options, clock, window, routing, this, ways);
        this.watches = new Watches(this, routing, ways);
        this.nextLook = clock.nanos();
        this.thread = Thread.ofPlatform().name("squall-client").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Whether this is the client's own thread, which must not wait. */
    boolean isHere() {
        return thread.equals(Thread.currentThread());
    }

    boolean isRunning() {
        return running;
    }

    /** The monotonic time, in nanoseconds. */
    long now() {
        return clock.nanos();
    }

    Watches watches() {
        return watches;
    }

    /** The name under which the client's changes are remembered; there once a way was open. */
    String guest() {
        var name = guest;
        if (name == null) {
            throw new IllegalStateException("no node has let this client in yet");
        }
        return name;
    }

    /** Sends a call by the caller's own thread, if it is clear to whom. */
    void begin(Call<?> call) {
        var way = ways.open(routing.members(call), 0);
        boolean here = isHere();
        if (way != null && call.bytes > way.objectBytesMax()) {
            tries.finish(call, Tries.tooLarge(call, way));
        } else if (way == null || !way.send(call, !here)) {
            run(() -> tries.park(call, 0));
        } else if (here) {
            dirty.add(way);
        }
    }

    /** What went wrong last. */
    String trouble() {
        return trouble;
    }

    /** Sends a call with this turn. Returns false when the way is closed. */
    boolean send(Way way, Call<?> call) {
        dirty.add(way);
        return way.send(call, false);
    }

    /** Has something done by this thread. */
    void run(Runnable task) {
        arrivals.add(task);
        wake();
    }

    private void wake() {
        if (waiting.get() && waiting.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    @Override
    public void run() {
        try {
            while (running) {
                turn();
                await();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "the client cannot go on", e);
        } finally {
            end();
        }
    }

    private void turn() throws IOException {
        long now = clock.nanos();
        selector.selectNow(ready);
        for (var task = arrivals.poll(); task != null; task = arrivals.poll()) {
            task.run();
        }
        tries.turn(now);
        watches.turn(now);
        ways.turn(now, tries.any() || watches.any());
        flush();
        if (now - nextLook >= 0) {
            nextLook = now + LOOK_NANOS;
            tries.look(now);
        }
    }

    private void await() throws IOException {
        waiting.set(true);
        try {
            if (arrivals.isEmpty() && dirty.isEmpty() && running) {
                boolean soon = tries.any() || watches.wantMore() || ways.connecting();
                selector.select(ready, soon ? 1 : TimeUnit.NANOSECONDS.toMillis(LOOK_NANOS));
            }
        } finally {
            waiting.set(false);
        }
    }

    private void ready(SelectionKey key) {
        var way = (Way) key.attachment();
        try {
            if (!way.isClosed()) {
                way.ready(clock.nanos());
            }
        } catch (IOException | CancelledKeyException e) {
            lose(way, String.valueOf(e.getMessage()));
        }
    }

    private void flush() {
        for (var way : dirty.toArray(Way[]::new)) {
            dirty.remove(way);
            try {
                way.flush();
            } catch (IOException e) {
                lose(way, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Sends a request of the client's own with this turn. */
    void tell(Way way, long id, Request request) {
        way.tell(id, request);
        dirty.add(way);
    }

    /** An id for a request of the client's own: below 0. */
    long control() {
        return --controls;
    }

    /** Asks a node where a pool lies. */
    void ask(String pool, long now) {
        var before = asked.get(pool);
        var way = ways.any();
        if (way != null && (before == null || now - before > ASK_NANOS)) {
            asked.put(pool, now);
            long id = control();
            asking.put(id, new Asked(pool, way));
            tell(way, id, new Request.Routes(pool));
        }
    }

    @Override
    public void welcome(Way way, Answer.Welcome welcome) {
        if (guest == null) {
            guest = welcome.guest();
        }
        if (ways.opened(way)) {
            routing.seen(welcome.view());
        }
    }

    @Override
    public void stuck(Way way) {
        run(() -> dirty.add(way));
    }

    @Override
    public void answer(Way way, long id, Answer answer) {
        if (id < 0) {
            control(way, id, answer);
        } else if (answer instanceof Answer.Pong(long view)) {
            routing.seen(view);
        } else {
            var call = window.find(id);
            if (call != null && call.way == way) { // else it was given up
                tries.answer(call, answer);
            }
        }
    }

    private void control(Way way, long id, Answer answer) {
        var question = asking.remove(id);
        if (question == null) {
            watches.answer(way, id, answer);
            return;
        }
        switch (answer) {
            case Answer.Routed routed -> learn(way, routed);
            case Answer.Failed failed -> {
                var why = Routing.failure(failed);
                tries.noRoute(question.pool, why);
                watches.noRoute(question.pool, why);
            }
            default -> lose(way, "an answer that was not asked for: " + answer);
        }
    }

    private void learn(Way way, Answer.Routed routed) {
        try {
            routing.learn(routed);
        } catch (Failure e) {
            lose(way, "where a pool lies: " + e.getMessage());
        }
    }

    /** A way is lost, and so is what was asked there. */
    void lose(Way way, String why) {
        way.close();
        ways.closed(way);
        dirty.remove(way);
        asking.values().removeIf(a -> a.way == way);
        trouble = "the way to the member at %s is lost: %s".formatted(way.address, why);
        tries.lost(way, new Failure(Failure.Kind.UNAVAILABLE, trouble));
        watches.lost(way);
    }

    void close() {
        running = false;
        selector.wakeup();
        if (!isHere()) {
            try {
                thread.join(CLOSE_MILLIS_MAX);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void end() {
        running = false;
        ways.close();
        tries.close();
        watches.close();
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a selector cannot be closed", e);
        }
    }
}
