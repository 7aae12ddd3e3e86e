package dev.squall.client;

import dev.squall.client.frame.Answer;
import dev.squall.client.frame.AnswerCodec;
import dev.squall.client.frame.Frame;
import dev.squall.client.frame.Incoming;
import dev.squall.client.frame.Outgoing;
import dev.squall.client.frame.Request;
import dev.squall.client.frame.RequestCodec;
import dev.squall.client.frame.Slab;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connection to one member. Any thread sends: it appends its frame, and the first that comes
 * writes what it and those behind it have appended, so that many callers share a system call.
 * Everything else belongs to the client's own thread.
 */
final class Way implements Incoming.Sink {

    /** Takes what comes. */
    interface Listener {
        void welcome(Way way, Answer.Welcome welcome);

        void answer(Way way, long id, Answer answer);

        /** The socket takes no more for the moment. */
        void stuck(Way way);
    }

    final InetSocketAddress address;
    private final Listener listener;
    private final SocketChannel channel;
    private final SelectionKey selection;
    private final ByteBuffer greeting;
    private final Incoming in = new Incoming(Frame.bytesMax(0));
    private final ReentrantLock lock = new ReentrantLock();
    private final Outgoing out = new Outgoing();
    private final AtomicInteger writers = new AtomicInteger();
    private volatile boolean open;
    private boolean closed;
    private int objectBytesMax;
    private int node;

    /** When something was heard last, and when a sign of life was asked for. */
    long heard;

    long pinged;

    private Way(
            InetSocketAddress address,
            Listener listener,
            SocketChannel channel,
            Selector selector,
            ByteBuffer greeting,
            long now)
            throws IOException {
        this.address = address;
        this.listener = listener;
        this.channel = channel;
        this.greeting = greeting;
        this.heard = now;
        this.pinged = now;
        this.selection = channel.register(selector, SelectionKey.OP_CONNECT, this);
    }

    /** Begins to connect. Fails when that is over at once. */
    static Way to(
            InetSocketAddress address,
            String cluster,
            Selector selector,
            Listener listener,
            long now)
            throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var way = new Way(address, listener, channel, selector, Frame.greeting(cluster), now);
            if (channel.connect(address)) {
                way.connected();
            }
            return way;
        } catch (IOException | UnsupportedAddressTypeException e) {
            channel.close();
            throw e instanceof IOException io ? io : new IOException(e);
        }
    }

    /** Whether requests may be sent. */
    boolean isOpen() {
        return open;
    }

    boolean isClosed() {
        return closed;
    }

    int node() {
        return node;
    }

    /** The largest object that the member takes, in bytes. */
    int objectBytesMax() {
        return objectBytesMax;
    }

    private void connected() throws IOException {
        selection.interestOps(SelectionKey.OP_READ);
        if (channel.write(greeting) < Frame.GREETING_BYTES) {
            throw new IOException("the socket does not take a greeting");
        }
    }

    /** Its socket is ready for something. */
    void ready(long now) throws IOException {
        if (selection.isConnectable() && channel.finishConnect()) {
            connected();
        }
        if (selection.isReadable() && in.receive(channel, this) > 0) {
            heard = now;
        }
        if (!closed && selection.isValid() && selection.isWritable()) {
            flush();
        }
    }

    @Override
    public boolean ready() {
        return !closed;
    }

    @Override
    public void frame(ByteBuffer frame, Slab slab) throws IOException {
        var answer = AnswerCodec.read(frame);
        if (open) {
            listener.answer(this, Frame.id(frame), answer);
            return;
        }
        switch (answer) {
            case Answer.Welcome welcome -> {
                node = welcome.node();
                objectBytesMax = welcome.objectBytes();
                in.limit(Frame.bytesMax(welcome.objectBytes()));
                open = true;
                listener.welcome(this, welcome);
            }
            case Answer.Failed failed -> throw new IOException(failed.message());
            default -> throw new ProtocolException("an answer before the welcome: " + answer);
        }
    }

    /** Sends a call. Returns false when the way is closed: then it was not sent. */
    boolean send(Call<?> call, boolean now) {
        lock.lock();
        try {
            if (!open) {
                return false;
            }
            call.way = this;
            RequestCodec.write(out, call.id, call.asking.request(call));
        } finally {
            lock.unlock();
        }
        if (now) {
            push();
        }
        return true;
    }

    /** Appends a request of the client's own, to be sent with the turn. */
    void tell(long id, Request request) {
        lock.lock();
        try {
            if (open) {
                RequestCodec.write(out, id, request);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes, unless another thread does: that one looks again then. */
    private void push() {
        if (writers.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            if (!write()) {
                writers.set(0);
                listener.stuck(this);
                return;
            }
            int before = seen;
            seen = writers.addAndGet(-before);
        } while (seen > 0);
    }

    /** Sends what waits. Returns whether all of it has gone. */
    private boolean write() {
        lock.lock();
        try {
            if (open) {
                out.send(channel);
            }
            return !open || out.isEmpty();
        } catch (IOException _) {
            return false; // the client's thread meets the same, and ends the way
        } finally {
            lock.unlock();
        }
    }

    /** By the client's thread: sends, and asks to be told when the socket takes more. */
    void flush() throws IOException {
        lock.lock();
        try {
            if (open && !out.isEmpty()) {
                out.send(channel);
            }
            int interest =
                    out.isEmpty()
                            ? SelectionKey.OP_READ
                            : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
            if (open && selection.interestOps() != interest) {
                selection.interestOps(interest);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether something waits to be sent. */
    boolean isBusy() {
        lock.lock();
        try {
            return !out.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            open = false;
            closed = true;
            selection.cancel();
            channel.close();
        } catch (IOException _) {
            // Closing a broken socket may fail; it is gone either way.
        } finally {
            lock.unlock();
        }
    }
}
