package dev.squall.client.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.AnswerCodec;
import dev.squall.client.frame.Frame;
import dev.squall.client.frame.Outgoing;
import dev.squall.client.frame.Request;
import dev.squall.client.frame.RequestCodec;
import dev.squall.store.ShardStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The door with its own sockets, stepped by the test: what guests may do, and what they may not.
 */
@Timeout(60)
class DoorTest {

    private static final int OBJECT_BYTES = 1 << 20;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Host host = new Keeping();
    private final List<Request.Put> puts = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();
    private int gets;
    private final List<SocketChannel> sockets = new ArrayList<>();
    private Door door = new Door(Clock.SYSTEM);
    private ServerSocketChannel server = listen();

    /** Keeps what it is asked until the test answers. */
    private final class Keeping implements Host {

        @Override
        public String cluster() {
            return "test";
        }

        @Override
        public Answer.Welcome welcome(long number, int requestsMax) {
            return new Answer.Welcome(1, "c" + number, 1, OBJECT_BYTES, requestsMax);
        }

        @Override
        public long view() {
            return 1;
        }

        @Override
        public void put(Request.Put put, Reply reply) {
            puts.add(put);
            replies.add(reply);
        }

        @Override
        public void get(Request.Get get, Reply reply) {
            gets++;
            var value = MemorySegment.ofArray(new byte[OBJECT_BYTES]);
            reply.answer(new Answer.Found(1, 1, 1, value));
        }

        @Override
        public void keys(Request.Keys keys, Reply reply) {
            replies.add(reply);
        }

        @Override
        public void trigger(Request.Trigger trigger, Reply reply) {
            replies.add(reply);
        }

        @Override
        public void batch(Request.Batch batch, Reply reply) {
            replies.add(reply);
        }

        @Override
        public Answer routes(String pool) {
            return new Answer.Failed(Failure.Kind.NOT_FOUND, pool);
        }

        @Override
        public Optional<ShardStore> store(int shard) {
            return Optional.empty();
        }

        @Override
        public List<Integer> holders(int shard) {
            return List.of(2);
        }

        @Override
        public long deliveries() {
            return 0;
        }

        @Override
        public void onDelivery(@Nullable Runnable bell) {}
    }

    private static ServerSocketChannel listen() {
        try {
            return ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void open() {
        door = new Door(Clock.SYSTEM);
        door.open(host);
        server = listen();
    }

    @AfterEach
    void close() throws IOException {
        door.onClose();
        for (var socket : sockets) {
            socket.close();
        }
        server.close();
    }

    /** A guest who has sent these bytes. */
    private SocketChannel guest(ByteBuffer said) throws IOException {
        var socket = SocketChannel.open(server.getLocalAddress());
        sockets.add(socket);
        var inside = server.accept();
        inside.configureBlocking(false);
        socket.configureBlocking(false);
        socket.write(said);
        door.take(inside, ByteBuffer.allocate(0));
        door.doWork();
        return socket;
    }

    private SocketChannel guest() throws IOException {
        var socket = guest(Frame.greeting("test"));
        assertInstanceOf(Answer.Welcome.class, answer(socket));
        return socket;
    }

    private void turns(String what, BooleanSupplier done) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain for " + what);
            door.doWork();
        }
    }

    private Answer answer(SocketChannel socket) throws IOException {
        var head = read(socket, Frame.HEADER_BYTES);
        var whole = ByteBuffer.allocate(head.getInt(0)).order(ByteOrder.LITTLE_ENDIAN);
        whole.put(head).put(read(socket, whole.remaining()));
        return AnswerCodec.read(whole.flip());
    }

    private ByteBuffer read(SocketChannel socket, int bytes) {
        var b = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        turns(
                "an answer",
                () -> {
                    try {
                        assertTrue(socket.read(b) >= 0, "the node has closed the connection");
                        return !b.hasRemaining();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        return b.flip();
    }

    private static Request.Put put(int size, int mark) {
        var payload = new byte[size];
        payload[0] = (byte) mark;
        return new Request.Put(
                "/p/" + mark,
                false,
                MemorySegment.ofArray(payload),
                Request.Ack.ORDERED,
                -1,
                Request.Once.NONE);
    }

    @Test
    void aGuestOfAnotherClusterIsToldSoAndLetGo() throws IOException {
        var socket = guest(Frame.greeting("other"));
        var failed = assertInstanceOf(Answer.Failed.class, answer(socket));
        assertEquals(Failure.Kind.INVALID, failed.kind());
        turns("the guest to be gone", () -> door.guests() == 0);
    }

    @Test
    void noiseEndsItsConnectionAndHarmsNobodyElse() throws IOException {
        var witness = guest();
        var random = new Random(3);
        for (int i = 0; i < 300; i++) {
            var noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            var said = ByteBuffer.allocate(Frame.GREETING_BYTES + noise.length);
            if (i % 2 == 0) {
                said.put(Frame.greeting("test"));
            }
            var socket = guest(said.put(noise).flip());
            door.doWork();
            socket.close();
        }
        turns("the noisy to be gone", () -> door.guests() == 1);
        var out = new Outgoing();
        RequestCodec.write(out, 5, new Request.Ping());
        out.send(witness);
        assertInstanceOf(Answer.Pong.class, answer(witness));
    }

    @Test
    void oneGuestTooManyIsToldSo() throws IOException {
        for (int i = 0; i < Door.GUESTS_MAX; i++) {
            guest();
        }
        var failed = assertInstanceOf(Answer.Failed.class, answer(guest(Frame.greeting("test"))));
        assertEquals(Failure.Kind.OVERLOADED, failed.kind());
        turns("it to be gone", () -> door.guests() == Door.GUESTS_MAX);
    }

    /**
     * What lies in the node's memory is what was sent, until it is answered; and no more is read.
     */
    @Test
    void payloadsStayUntilTheyAreAnsweredAndTooManyOfThemWait() throws IOException {
        var socket = guest();
        var out = new Outgoing();
        int sent = 2 * (int) (Guest.HELD_BYTES_MAX / OBJECT_BYTES);
        for (int i = 0; i < sent; i++) {
            RequestCodec.write(out, i, put(OBJECT_BYTES, i));
        }
        long[] idle = {0};
        turns(
                "the guest to be made wait",
                () -> {
                    long n = pushed(out, socket);
                    idle[0] = n == 0 && door.doWork() == 0 ? idle[0] + 1 : 0;
                    return idle[0] > 1000;
                });
        assertTrue(puts.size() < sent, puts.size() + " of " + sent + " were taken");
        assertTrue(puts.size() >= Guest.HELD_BYTES_MAX / OBJECT_BYTES - 1, "" + puts.size());
        int answered = 0;
        while (answered < sent) {
            turns("a put", () -> pushed(out, socket) >= 0 && !replies.isEmpty());
            for (var put : puts) {
                byte mark = put.payload().get(ValueLayout.JAVA_BYTE, 0);
                assertEquals("/p/" + (byte) answered, "/p/" + mark);
                answered++;
            }
            puts.clear();
            List.copyOf(replies).forEach(r -> r.answer(new Answer.Stored(1, 1, 1, false)));
            replies.clear();
        }
        for (int i = 0; i < sent; i++) {
            assertInstanceOf(Answer.Stored.class, answer(socket));
        }
    }

    private static long pushed(Outgoing out, SocketChannel socket) {
        try {
            return out.send(socket);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoDoesNotReadItsAnswersIsReadNoMore() throws IOException {
        var socket = guest();
        var out = new Outgoing();
        int sent = 64;
        for (int i = 0; i < sent; i++) {
            var seen = Request.Seen.NOTHING;
            RequestCodec.write(out, i, new Request.Get("/p/x", Request.Moment.NEWEST, 0, 0, seen));
        }
        out.send(socket);
        long[] idle = {0};
        turns(
                "the guest to be made wait",
                () -> {
                    idle[0] = door.doWork() == 0 ? idle[0] + 1 : 0;
                    return idle[0] > 1000;
                });
        assertTrue(gets < sent, gets + " of " + sent + " were read");
        for (int i = 0; i < sent; i++) {
            assertInstanceOf(Answer.Found.class, answer(socket));
        }
        assertEquals(sent, gets);
        assertEquals(1, door.guests());
    }
}
