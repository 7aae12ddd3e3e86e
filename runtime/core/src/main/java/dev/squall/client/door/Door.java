package dev.squall.client.door;

import dev.squall.base.Agent;
import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.base.SelectorDoorbell;
import dev.squall.client.frame.Answer;
import dev.squall.fabric.Guests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients in: an agent with a thread of its own that reads requests off their connections,
 * hands them to the node, and sends what has become of them. Connections come from the fabric,
 * whose port they share. All that a turn brings for one guest leaves with one system call.
 *
 * <p><b>The order agent is not to wait.</b> It answers by one offer to a queue, and wakes this
 * agent only if that sleeps. What guests may have under way is limited ({@link Guest#REQUESTS_MAX},
 * {@link Guest#HELD_BYTES_MAX}, {@link #HELD_BYTES_MAX}), and a shard that is full refuses.
 *
 * <p>{@link #take} and {@link #answered} from any thread; the rest belongs to the agent.
 */
public final class Door implements Agent, Guests {

    private static final System.Logger LOG = System.getLogger(Door.class.getName());

    /** Clients at a time; one more is told so and let go. */
    public static final int GUESTS_MAX = 256;

    /** Connections that have just come in and wait for this agent. */
    private static final int ARRIVALS_MAX = 64;

    /** Bytes of requests that the node keeps for all guests: 256 MiB. */
    public static final long HELD_BYTES_MAX = 256L << 20;

    /** A guest that says nothing for so long is let go; clients give a sign more often: 30 s. */
    public static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    /** Between two looks for silent guests: 1 s. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int ANSWERS_CHUNK = 1024;

    private final Clock clock;
    private final Selector selector;
    private final SelectorDoorbell doorbell;
    private final MpscAtomicArrayQueue<Arrival> arrivals = new MpscAtomicArrayQueue<>(ARRIVALS_MAX);

    /** As many as all guests may have under way, at most. */
    private final MpscUnboundedAtomicArrayQueue<Asked> answers =
            new MpscUnboundedAtomicArrayQueue<>(ANSWERS_CHUNK);

    private final AtomicInteger inside = new AtomicInteger();
    private final Consumer<SelectionKey> ready = this::ready;
    private final List<Guest> guests = new ArrayList<>();
    private final LinkedHashSet<Guest> dirty = new LinkedHashSet<>();
    private @Nullable Host host;
    private volatile @Nullable Thread agent;
    private long welcomed;
    private long held;
    private long seen;
    private int feeds;
    private boolean feedsHaveMore;
    private long nextLook;
    private long turnWork;

    private record Arrival(SocketChannel channel, ByteBuffer begun) {}

    public Door(Clock clock) {
        this.clock = clock;
        this.nextLook = clock.nanos();
        try {
            this.selector = Selector.open();
            this.doorbell = new SelectorDoorbell(selector, this::ready, this::hasWork);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node behind it; before the first turn. */
    public void open(Host node) {
        host = node;
    }

    Host host() {
        var node = host;
        if (node == null) {
            throw new IllegalStateException("the door leads nowhere yet");
        }
        return node;
    }

    /** Clients that are connected. */
    public int guests() {
        return inside.get();
    }

    @Override
    public void take(SocketChannel channel, ByteBuffer begun) {
        if (arrivals.offer(new Arrival(channel, begun))) {
            wake();
        } else {
            Guests.NONE.take(channel, begun);
        }
    }

    /** A request has its answer; one that has it at once counts against its guest at once. */
    void answered(Asked asked) {
        if (Thread.currentThread().equals(agent)) {
            asked.guest.answered(asked);
        } else {
            answers.offer(asked);
            wake();
        }
    }

    @Override
    public int doWork() {
        turnWork = 0;
        agent = Thread.currentThread();
        long now = clock.nanos();
        try {
            selector.selectNow(ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        arrive(now);
        drain();
        stepFeeds();
        send(now);
        if (now - nextLook >= 0) {
            nextLook = now + LOOK_NANOS;
            letGoOfTheSilent(now);
        }
        return (int) Math.min(turnWork, Integer.MAX_VALUE);
    }

    private void ready(SelectionKey key) {
        var guest = (Guest) key.attachment();
        try {
            if (!guest.isClosed() && key.isReadable()) {
                turnWork += guest.receive(clock.nanos());
            }
            if (!guest.isClosed() && key.isValid() && key.isWritable()) {
                dirty.add(guest);
            }
        } catch (IOException | RuntimeException e) {
            lose(guest, e);
        }
    }

    private void arrive(long now) {
        var next = arrivals.poll();
        while (next != null) {
            turnWork++;
            welcome(next, now);
            next = arrivals.poll();
        }
    }

    private void welcome(Arrival arrival, long now) {
        try {
            var key = arrival.channel.register(selector, SelectionKey.OP_READ);
            var guest = new Guest(this, arrival.channel, key, now);
            key.attach(guest);
            guests.add(guest);
            inside.set(guests.size());
            try {
                if (guests.size() > GUESTS_MAX) {
                    guest.leave(
                            new Answer.Failed(
                                    Failure.Kind.OVERLOADED,
                                    GUESTS_MAX + " clients are connected, the most there may be"));
                } else {
                    guest.begun(arrival.begun);
                }
            } catch (IOException | RuntimeException e) {
                lose(guest, e);
            }
        } catch (IOException _) {
            Guests.NONE.take(arrival.channel, arrival.begun); // it was reset meanwhile
        }
    }

    Answer.Welcome welcome() {
        return host().welcome(++welcomed, Guest.REQUESTS_MAX);
    }

    private void drain() {
        var asked = answers.poll();
        while (asked != null) {
            turnWork++;
            asked.guest.answered(asked);
            asked = answers.poll();
        }
    }

    private void stepFeeds() {
        if (feeds == 0) {
            return;
        }
        long now = host().deliveries();
        if (now == seen && !feedsHaveMore) {
            return;
        }
        seen = now;
        feedsHaveMore = false;
        for (var guest : List.copyOf(guests)) {
            try {
                feedsHaveMore |= guest.stepFeeds(clock.nanos());
            } catch (RuntimeException e) {
                lose(guest, e);
            }
        }
        turnWork++;
    }

    private void send(long now) {
        while (!dirty.isEmpty()) {
            var some = dirty.toArray(Guest[]::new);
            dirty.clear();
            for (var guest : some) {
                send(guest);
            }
        }
        for (int i = 0; i < guests.size(); i++) {
            var guest = guests.get(i);
            if (guest.waitsForRoom()) {
                resume(guest, now);
            }
        }
    }

    private void send(Guest guest) {
        try {
            long sent = guest.send();
            turnWork += sent;
            if (sent > 0 && feeds > 0) {
                feedsHaveMore = true; // who was full may take more
            }
        } catch (IOException | RuntimeException e) {
            lose(guest, e);
        }
    }

    private void resume(Guest guest, long now) {
        try {
            if (guest.resume(now)) {
                turnWork++;
                dirty.add(guest);
            }
        } catch (IOException | RuntimeException e) {
            lose(guest, e);
        }
    }

    private void letGoOfTheSilent(long now) {
        for (var guest : List.copyOf(guests)) {
            if (now - guest.heardNanos() > SILENCE_NANOS_MAX) {
                lose(guest);
            }
        }
    }

    /** What goes wrong with a guest is its loss alone; what is no fault of the wire is logged. */
    private void lose(Guest guest, Exception e) {
        if (e instanceof RuntimeException) {
            LOG.log(System.Logger.Level.WARNING, "a client's connection is given up", e);
        }
        lose(guest);
    }

    private void lose(Guest guest) {
        guest.close();
        guests.remove(guest);
        dirty.remove(guest);
        inside.set(guests.size());
        turnWork++;
    }

    /** A guest has something to be sent. */
    void dirty(Guest guest) {
        dirty.add(guest);
    }

    /** So many bytes more are kept. */
    void held(long bytes) {
        held += bytes;
    }

    boolean hasRoom() {
        return held < HELD_BYTES_MAX;
    }

    /** So many shards more are watched. */
    void feeds(int more) {
        int before = feeds;
        feeds += more;
        if (more > 0) {
            feedsHaveMore = true;
        }
        if ((before == 0) != (feeds == 0)) {
            host().onDelivery(feeds == 0 ? null : this::wake);
        }
    }

    void feedsHaveMore() {
        feedsHaveMore = true;
    }

    private boolean hasWork() {
        return !answers.isEmpty()
                || !arrivals.isEmpty()
                || !dirty.isEmpty()
                || (feeds > 0 && (feedsHaveMore || host().deliveries() != seen));
    }

    @Override
    public void await(long nanosMax) {
        doorbell.await(nanosMax, () -> false);
    }

    @Override
    public void wake() {
        doorbell.ring();
    }

    @Override
    public String role() {
        return "squall-door";
    }

    @Override
    public void onClose() {
        List.copyOf(guests).forEach(this::lose);
        var late = arrivals.poll();
        while (late != null) {
            Guests.NONE.take(late.channel, late.begun);
            late = arrivals.poll();
        }
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
