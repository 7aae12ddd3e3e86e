package dev.squall.client.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.store.ReadResult;
import dev.squall.store.StoreKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was written reads as it was, and what anybody may send is refused and harms nothing. */
class FrameTest {

    private static final int FRAME_BYTES_MAX = 4 << 20;

    private static MemorySegment bytes(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private static List<Request> requests() {
        var once = new Request.Once("c1.k3.7/0", 5, 9);
        var part = new Request.Batch.Part("/p/ä", false, bytes(40), -1);
        var gone = new Request.Batch.Part("/p/b", true, RequestCodec.NO_BYTES, 7);
        return List.of(
                new Request.Put("/p/k", false, bytes(100), Request.Ack.DURABLE, -1, once),
                new Request.Put(
                        "/p/k",
                        true,
                        RequestCodec.NO_BYTES,
                        Request.Ack.BY_POOL,
                        3,
                        Request.Once.NONE),
                new Request.Put("/p/l", false, bytes(300_000), Request.Ack.ORDERED, 0, once),
                new Request.Get(
                        "/p/k", Request.Moment.TIME, 77, 500, new Request.Seen(3, 8, 1_000)),
                new Request.Keys(4, "/p/", "/p/a", Long.MAX_VALUE, 0, 100),
                new Request.Trigger("/p/t", true, bytes(17)),
                new Request.Batch(List.of(part, gone), Request.Ack.ORDERED, once),
                new Request.Watch(2, "/p/", Request.From.AFTER, 12, 1 << 20),
                new Request.Credit(512),
                new Request.Unwatch(),
                new Request.Routes("p"),
                new Request.Ping());
    }

    private static List<Answer> answers() {
        return List.of(
                new Answer.Welcome(2, "c2.abc.1", 9, 64 << 20, 4096),
                new Answer.Stored(3, 1L << 40 | 8, 1_700_000, true),
                new Answer.Mismatch(17),
                new Answer.Absent(),
                new Answer.Stale(4, 5),
                new Answer.Found(3, 9, 10, bytes(70_000)),
                new Answer.Missing(ReadResult.Why.TRIMMED),
                new Answer.KeyList(List.of("/p/a", "/p/ö"), true),
                new Answer.Replied(true, bytes(12)),
                new Answer.Batched(88, List.of(new Answer.Batched.Share(3, 4))),
                new Answer.Routed(
                        "p",
                        StoreKind.PERSISTENT,
                        "^/p/([^/]+)",
                        6,
                        List.of(new Answer.Address(1, "127.0.0.1", 7000)),
                        List.of(new Answer.Routed.Place(5, List.of(1, 2), List.of(1)))),
                new Answer.Elsewhere(List.of(2, 3)),
                new Answer.Failed(Failure.Kind.OUTCOME_UNKNOWN, "perhaps"),
                new Answer.Pong(3),
                new Answer.Event(3, 5, 6, false, true, -1, "/p/k", bytes(50)),
                new Answer.Passed(3, 7),
                new Answer.Trimmed(3, 7, 9));
    }

    /** The bytes of some frames, one behind the other. */
    private static byte[] sent(Outgoing out) throws IOException {
        var sink = new ByteArrayOutputStream();
        var channel = new Trickle(Channels.newChannel(sink));
        while (!out.isEmpty()) {
            out.send(channel);
        }
        return sink.toByteArray();
    }

    /** Takes a few bytes at a time. */
    private record Trickle(WritableByteChannel to) implements GatheringByteChannel {

        @Override
        public int write(ByteBuffer b) throws IOException {
            int n = Math.min(b.remaining(), 10_007);
            int limit = b.limit();
            to.write(b.limit(b.position() + n));
            b.limit(limit);
            return n;
        }

        @Override
        public long write(ByteBuffer[] all) throws IOException {
            return write(all, 0, all.length);
        }

        @Override
        public long write(ByteBuffer[] all, int offset, int length) throws IOException {
            return write(all[offset]);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    /** Payloads by their bytes, so that records can be compared. */
    private static String shown(Object message) {
        return message.toString().replaceAll("MemorySegment\\{[^}]*\\}", "bytes")
                + Arrays.toString(payload(message));
    }

    private static byte[] payload(Object message) {
        var payload =
                switch (message) {
                    case Request.Put m -> m.payload();
                    case Request.Trigger m -> m.payload();
                    case Request.Batch m -> m.parts().getFirst().payload();
                    case Answer.Found m -> m.payload();
                    case Answer.Replied m -> m.payload();
                    case Answer.Event m -> m.payload();
                    default -> MemorySegment.NULL;
                };
        return payload.toArray(ValueLayout.JAVA_BYTE);
    }

    private interface Reader {
        Object read(ByteBuffer frame) throws IOException;
    }

    private static List<String> received(byte[] bytes, Reader reader) throws IOException {
        var seen = new ArrayList<String>();
        var in = new Incoming(FRAME_BYTES_MAX);
        var held = new ArrayList<Slab>();
        var sink =
                new Incoming.Sink() {
                    @Override
                    public boolean ready() {
                        return true;
                    }

                    @Override
                    public void frame(ByteBuffer frame, Slab slab) throws IOException {
                        seen.add(Frame.id(frame) + " " + shown(reader.read(frame)));
                        if (seen.size() % 3 == 0) {
                            slab.hold();
                            held.add(slab);
                        }
                    }
                };
        var channel = channel(bytes);
        try {
            while (true) {
                in.receive(channel, sink);
            }
        } catch (EOFException _) {
            // all was read
        }
        held.forEach(Slab::release);
        assertEquals(0, in.heldBytes());
        return seen;
    }

    @Test
    void requestsReadAsTheyWereWritten() throws IOException {
        var out = new Outgoing();
        var wanted = new ArrayList<String>();
        for (int round = 0; round < 20; round++) {
            for (var request : requests()) {
                RequestCodec.write(out, round, request);
                wanted.add(round + " " + shown(request));
            }
        }
        assertEquals(wanted, received(sent(out), RequestCodec::read));
    }

    @Test
    void answersReadAsTheyWereWritten() throws IOException {
        var out = new Outgoing();
        var wanted = new ArrayList<String>();
        for (int round = 0; round < 20; round++) {
            for (var answer : answers()) {
                AnswerCodec.write(out, -round, answer);
                wanted.add(-round + " " + shown(answer));
            }
        }
        assertEquals(wanted, received(sent(out), AnswerCodec::read));
    }

    private static List<byte[]> frames(boolean ofRequests) throws IOException {
        var frames = new ArrayList<byte[]>();
        for (var message : ofRequests ? requests() : answers()) {
            var out = new Outgoing();
            switch (message) {
                case Request request -> RequestCodec.write(out, 1, request);
                case Answer answer -> AnswerCodec.write(out, 1, answer);
                default -> throw new AssertionError(message);
            }
            var bytes = sent(out);
            if (bytes.length < 4096) {
                frames.add(bytes);
            }
        }
        return frames;
    }

    /** Reads it as a peer would who believes nothing: it is a message, or refused. */
    private static boolean reads(byte[] frame, Reader reader) throws IOException {
        try {
            reader.read(ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN));
            return true;
        } catch (ProtocolException _) {
            return false;
        }
    }

    @Test
    void aFrameThatIsCutAnywhereOrHarmedIsReadOrRefused() throws IOException {
        var random = new Random(11);
        for (boolean ofRequests : new boolean[] {true, false}) {
            Reader reader = ofRequests ? RequestCodec::read : AnswerCodec::read;
            int refused = 0;
            for (var frame : frames(ofRequests)) {
                assertTrue(reads(frame, reader));
                for (int cut = 0; cut < frame.length; cut++) {
                    refused += reads(Arrays.copyOf(frame, cut), reader) ? 0 : 1;
                }
                for (int i = 0; i < 3000; i++) {
                    var harmed = frame.clone();
                    for (int flips = random.nextInt(4); flips >= 0; flips--) {
                        harmed[random.nextInt(harmed.length)] = (byte) random.nextInt();
                    }
                    refused += reads(harmed, reader) ? 0 : 1;
                }
            }
            assertTrue(refused > 1000, refused + " refused");
        }
    }

    @Test
    void noiseIsReadOrRefused() throws IOException {
        var random = new Random(12);
        for (int i = 0; i < 50_000; i++) {
            var noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 4) {
                noise[4] = (byte) (random.nextBoolean() ? random.nextInt(12) : 64 + (i % 18));
            }
            reads(noise, RequestCodec::read);
            reads(noise, AnswerCodec::read);
        }
    }

    @Test
    void aLengthThatNobodyMaySendIsRefused() {
        for (int length : new int[] {-1, 0, 15, FRAME_BYTES_MAX + 1, Integer.MIN_VALUE}) {
            var head = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putInt(0, length);
            assertThrows(
                    ProtocolException.class,
                    () -> received(head.array(), RequestCodec::read),
                    "length " + length);
        }
    }

    @Test
    void aGreetingNamesItsClusterOrIsRefused() throws IOException {
        assertEquals("tëst", Frame.cluster(Frame.greeting("tëst")));
        var random = new Random(13);
        var fine = new byte[Frame.GREETING_BYTES];
        Frame.greeting("test").get(0, fine);
        for (int i = 0; i < 20_000; i++) {
            var harmed = fine.clone();
            harmed[random.nextInt(24)] = (byte) random.nextInt();
            reads(harmed, Frame::cluster);
        }
        fine[4] = 2;
        assertThrows(ProtocolException.class, () -> Frame.cluster(ByteBuffer.wrap(fine)));
    }
}
