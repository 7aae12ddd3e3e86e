package dev.squall.client.door;

import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.AnswerCodec;
import dev.squall.client.frame.Frame;
import dev.squall.client.frame.Incoming;
import dev.squall.client.frame.Outgoing;
import dev.squall.client.frame.Request;
import dev.squall.client.frame.RequestCodec;
import dev.squall.client.frame.Slab;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;

/**
 * One client's connection. What it may have under way is limited in number and bytes; when it is at
 * a limit, or does not read its answers, nothing more is read of it, and TCP tells it to wait.
 * Belongs to the door's agent.
 */
final class Guest implements Incoming.Sink {

    /** Requests of one guest that may be under way. */
    static final int REQUESTS_MAX = 4096;

    /** Bytes of its requests that the node may keep: 64 MiB, or one object. */
    static final long HELD_BYTES_MAX = 64 << 20;

    /** Bytes of answers that may wait for a guest before nothing more is read of it: 8 MiB. */
    static final long ANSWER_BYTES_MAX = 8 << 20;

    /** Watches of one guest, each of one shard. */
    static final int FEEDS_MAX = 1024;

    private final Door door;
    final SocketChannel channel;
    final SelectionKey selection;
    private final ByteBuffer greeting = ByteBuffer.allocate(Frame.GREETING_BYTES);
    private final Incoming in;
    private final Outgoing out = new Outgoing();
    private final Map<Long, Feed> feeds = new HashMap<>();
    private boolean greeted;
    private boolean closed;
    private boolean leaving;
    private boolean moreToRead;
    private int underway;
    private long counted;
    private long heard;

    Guest(Door door, SocketChannel channel, SelectionKey selection, long now) {
        this.door = door;
        this.channel = channel;
        this.selection = selection;
        this.in = new Incoming(Frame.FIELDS_BYTES_MAX);
        this.heard = now;
    }

    /** Bytes that were read before the connection came here. */
    void begun(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining() && greeting.hasRemaining()) {
            greeting.put(bytes.get());
        }
        in.begin(bytes);
        greet();
    }

    /** Reads what has come. Returns how much that was. */
    long receive(long now) throws IOException {
        long n = 0;
        if (greeting.hasRemaining()) {
            int read = channel.read(greeting);
            if (read < 0) {
                throw new EOFException("the guest left before its greeting");
            }
            n += read;
            greet();
        }
        if (greeted && !leaving && ready()) {
            n += in.receive(channel, this);
            count();
            moreToRead = !ready();
        }
        heard = n > 0 ? now : heard;
        return n;
    }

    /** Goes on with what was left unread at a limit. Returns whether it could. */
    boolean resume(long now) throws IOException {
        if (!moreToRead || closed || !ready()) {
            return false;
        }
        receive(now);
        return true;
    }

    /** Tells the door how much is kept for this guest now. */
    private void count() {
        long now = in.heldBytes();
        door.held(now - counted);
        counted = now;
    }

    private void greet() throws IOException {
        if (greeted || greeting.hasRemaining()) {
            return;
        }
        greeted = true;
        try {
            var wanted = Frame.cluster(greeting);
            if (!wanted.equals(door.host().cluster())) {
                refuse(
                        "this node belongs to cluster '%s', not '%s'"
                                .formatted(door.host().cluster(), wanted));
                return;
            }
        } catch (ProtocolException e) {
            refuse(String.valueOf(e.getMessage()));
            return;
        }
        var welcome = door.welcome();
        in.limit(Frame.bytesMax(welcome.objectBytes()));
        tell(0, welcome);
    }

    private void refuse(String why) {
        leave(new Answer.Failed(Failure.Kind.INVALID, why));
    }

    /** The last word: when it is sent, the connection ends. */
    void leave(Answer last) {
        leaving = true;
        tell(0, last);
    }

    @Override
    public boolean ready() {
        return !leaving
                && underway < REQUESTS_MAX
                && in.heldBytes() < HELD_BYTES_MAX
                && !isFull()
                && door.hasRoom();
    }

    /** Whether it has to read its answers first. */
    boolean isFull() {
        return out.bytes() >= ANSWER_BYTES_MAX;
    }

    @Override
    public void frame(ByteBuffer frame, Slab slab) throws IOException {
        long id = Frame.id(frame);
        switch (RequestCodec.read(frame)) {
            case Request.Ping() -> tell(id, new Answer.Pong(door.host().view()));
            case Request.Routes(var pool) -> tell(id, door.host().routes(pool));
            case Request.Watch watch -> watch(id, watch);
            case Request.Credit(long bytes) -> {
                var feed = feeds.get(id);
                if (feed != null) {
                    feed.more(bytes);
                    door.feedsHaveMore();
                }
            }
            case Request.Unwatch() -> {
                if (feeds.remove(id) != null) {
                    door.feeds(-1);
                }
            }
            case Request.Put put -> door.host().put(put, asked(id, slab));
            case Request.Get get -> door.host().get(get, asked(id, slab));
            case Request.Keys keys -> door.host().keys(keys, asked(id, slab));
            case Request.Trigger trigger -> door.host().trigger(trigger, asked(id, slab));
            case Request.Batch batch -> door.host().batch(batch, asked(id, slab));
        }
    }

    private Asked asked(long id, Slab slab) {
        underway++;
        slab.hold();
        return new Asked(door, this, id, slab);
    }

    private void watch(long id, Request.Watch watch) {
        if (feeds.size() == FEEDS_MAX || feeds.containsKey(id)) {
            tell(
                    id,
                    new Answer.Failed(
                            Failure.Kind.OVERLOADED,
                            "%d shards are watched by this client; the limit is %d"
                                    .formatted(feeds.size(), FEEDS_MAX)));
            return;
        }
        feeds.put(id, new Feed(this, id, watch));
        door.feeds(1);
    }

    /** Ends a watch with a word. */
    void endFeed(long id, Answer last) {
        if (feeds.remove(id) != null) {
            door.feeds(-1);
            tell(id, last);
        }
    }

    /** Lets the feeds read on. Returns whether one has more to read at once. */
    boolean stepFeeds(long now) {
        boolean more = false;
        for (var feed : feeds.values().toArray(Feed[]::new)) {
            more |= feed.step(door.host(), now);
        }
        return more;
    }

    /** A request has come to its end. */
    void answered(Asked asked) {
        underway--;
        asked.slab.release();
        if (!closed) {
            count();
            var answer = asked.answer();
            if (answer != null) {
                tell(asked.id, answer);
            }
        }
    }

    /** Says something, at the end of the turn. */
    void tell(long id, Answer answer) {
        if (!closed) {
            AnswerCodec.write(out, id, answer);
            door.dirty(this);
        }
    }

    /** Sends what waits, and asks the selector to say when the socket takes more. */
    long send() throws IOException {
        if (closed) {
            return 0;
        }
        long n = out.send(channel);
        boolean more = !out.isEmpty();
        if (leaving && !more) {
            throw new EOFException("the guest was told to go");
        }
        int interest = more ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (!ready()) {
            interest &= ~SelectionKey.OP_READ;
            moreToRead = true;
        }
        if (selection.interestOps() != interest) {
            selection.interestOps(interest);
        }
        return n;
    }

    /** Whether it could not be read of, and can be now. */
    boolean waitsForRoom() {
        return moreToRead;
    }

    long heardNanos() {
        return heard;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        door.feeds(-feeds.size());
        feeds.clear();
        door.held(-counted);
        selection.cancel();
        try {
            channel.close();
        } catch (IOException _) {
            // Closing a broken socket may fail; it is gone either way.
        }
    }
}
