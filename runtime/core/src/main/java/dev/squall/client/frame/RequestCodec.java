package dev.squall.client.frame;

import dev.squall.base.Key;
import dev.squall.wire.BatchLayout;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bytes of a {@link Request}. Static only. */
public final class RequestCodec {

    private static final int PUT = 1;
    private static final int GET = 2;
    private static final int KEYS = 3;
    private static final int TRIGGER = 4;
    private static final int BATCH = 5;
    private static final int WATCH = 6;
    private static final int CREDIT = 7;
    private static final int UNWATCH = 8;
    private static final int ROUTES = 9;
    private static final int PING = 10;

    private static final int DELETE = 1;
    private static final int REPLY = 1;

    private static final int ONCE_BYTES = 2 * Long.BYTES;
    private static final int PART_BYTES = 1 + Long.BYTES + Integer.BYTES;

    private static final List<Request.Ack> ACKS =
            List.of(Request.Ack.BY_POOL, Request.Ack.ORDERED, Request.Ack.DURABLE);
    private static final List<Request.Moment> MOMENTS =
            List.of(Request.Moment.NEWEST, Request.Moment.VERSION, Request.Moment.TIME);
    private static final List<Request.From> FROMS =
            List.of(Request.From.NOW, Request.From.AFTER, Request.From.FIRST);

    private RequestCodec() {}

    /** Appends a request. */
    public static void write(Outgoing out, long id, Request request) {
        switch (request) {
            case Request.Put put -> put(out, id, put);
            case Request.Get get -> get(out, id, get);
            case Request.Keys keys -> keys(out, id, keys);
            case Request.Trigger trigger -> trigger(out, id, trigger);
            case Request.Batch batch -> batch(out, id, batch);
            case Request.Watch watch -> watch(out, id, watch);
            case Request.Credit(long bytes) ->
                    out.begin(CREDIT, 0, id, Long.BYTES, 0).putLong(bytes);
            case Request.Unwatch() -> out.begin(UNWATCH, 0, id, 0, 0);
            case Request.Routes(var pool) -> {
                byte[] name = Outgoing.utf8(pool);
                Outgoing.put(out.begin(ROUTES, 0, id, Outgoing.sizeOf(name), 0), name);
            }
            case Request.Ping() -> out.begin(PING, 0, id, 0, 0);
        }
    }

    private static void put(Outgoing out, long id, Request.Put put) {
        byte[] key = Outgoing.utf8(put.key());
        byte[] producer = Outgoing.utf8(put.once().producer());
        int fields = 1 + Long.BYTES + ONCE_BYTES + Outgoing.sizeOf(key) + Outgoing.sizeOf(producer);
        int flags = put.delete() ? DELETE : 0;
        var b = out.begin(PUT, flags, id, fields, put.payload().byteSize());
        b.put((byte) ACKS.indexOf(put.ack())).putLong(put.expected());
        once(b, put.once(), producer);
        Outgoing.put(b, key);
        out.payload(put.payload());
    }

    private static void once(ByteBuffer b, Request.Once once, byte[] producer) {
        b.putLong(once.incarnation()).putLong(once.sequence());
        Outgoing.put(b, producer);
    }

    private static void get(Outgoing out, long id, Request.Get get) {
        byte[] key = Outgoing.utf8(get.key());
        int fields = 1 + 3 * Long.BYTES + 2 * Integer.BYTES + Outgoing.sizeOf(key);
        var b = out.begin(GET, 0, id, fields, 0);
        b.put((byte) MOMENTS.indexOf(get.moment())).putLong(get.at()).putInt(get.waitMillis());
        b.putInt(get.seen().shard()).putLong(get.seen().version()).putLong(get.seen().time());
        Outgoing.put(b, key);
    }

    private static void keys(Outgoing out, long id, Request.Keys keys) {
        byte[] prefix = Outgoing.utf8(keys.prefix());
        byte[] after = Outgoing.utf8(keys.after());
        int fields =
                Long.BYTES + 3 * Integer.BYTES + Outgoing.sizeOf(prefix) + Outgoing.sizeOf(after);
        var b = out.begin(KEYS, 0, id, fields, 0);
        b.putInt(keys.shard()).putLong(keys.time()).putInt(keys.waitMillis());
        b.putInt(keys.limit());
        Outgoing.put(b, prefix);
        Outgoing.put(b, after);
    }

    private static void trigger(Outgoing out, long id, Request.Trigger trigger) {
        byte[] key = Outgoing.utf8(trigger.key());
        int flags = trigger.reply() ? REPLY : 0;
        long size = trigger.payload().byteSize();
        Outgoing.put(out.begin(TRIGGER, flags, id, Outgoing.sizeOf(key), size), key);
        out.payload(trigger.payload());
    }

    private static void batch(Outgoing out, long id, Request.Batch batch) {
        byte[] producer = Outgoing.utf8(batch.once().producer());
        var keys = new ArrayList<byte[]>();
        int fields = 1 + ONCE_BYTES + Outgoing.sizeOf(producer) + Integer.BYTES;
        long payloads = 0;
        for (var part : batch.parts()) {
            byte[] key = Outgoing.utf8(part.key());
            keys.add(key);
            fields += PART_BYTES + Outgoing.sizeOf(key);
            payloads += part.payload().byteSize();
        }
        var b = out.begin(BATCH, 0, id, fields, payloads);
        b.put((byte) ACKS.indexOf(batch.ack()));
        once(b, batch.once(), producer);
        b.putInt(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            var part = batch.parts().get(i);
            b.put((byte) (part.delete() ? DELETE : 0)).putLong(part.expected());
            b.putInt((int) part.payload().byteSize());
            Outgoing.put(b, keys.get(i));
        }
        batch.parts().forEach(part -> out.payload(part.payload()));
    }

    private static void watch(Outgoing out, long id, Request.Watch watch) {
        byte[] prefix = Outgoing.utf8(watch.prefix());
        int fields = 1 + Integer.BYTES + 2 * Long.BYTES + Outgoing.sizeOf(prefix);
        var b = out.begin(WATCH, 0, id, fields, 0);
        b.put((byte) FROMS.indexOf(watch.from())).putInt(watch.shard());
        b.putLong(watch.version()).putLong(watch.credit());
        Outgoing.put(b, prefix);
    }

    /**
     * Reads a request.
     *
     * @param frame a whole frame, of anybody
     */
    public static Request read(ByteBuffer frame) throws ProtocolException {
        var r = new FrameReader(frame);
        var request =
                switch (r.kind()) {
                    case PUT -> readPut(r);
                    case GET -> readGet(r);
                    case KEYS -> readKeys(r);
                    case TRIGGER -> new Request.Trigger(key(r), r.flag(REPLY), r.rest());
                    case BATCH -> readBatch(r);
                    case WATCH -> readWatch(r);
                    case CREDIT -> new Request.Credit(notNegative("credit", r.i64()));
                    case UNWATCH -> new Request.Unwatch();
                    case ROUTES -> new Request.Routes(r.text(Key.BYTES_MAX));
                    case PING -> new Request.Ping();
                    default -> throw new ProtocolException("a request of kind " + r.kind());
                };
        r.end();
        return request;
    }

    private static Request.Put readPut(FrameReader r) throws ProtocolException {
        var ack = oneOf("ack", ACKS, r.u8());
        long expected = r.i64();
        var once = readOnce(r);
        var key = key(r);
        return new Request.Put(key, r.flag(DELETE), r.rest(), ack, expected, once);
    }

    private static Request.Once readOnce(FrameReader r) throws ProtocolException {
        long incarnation = r.i64();
        long sequence = r.i64();
        var producer = r.text(Request.Once.PRODUCER_BYTES_MAX);
        return producer.isEmpty()
                ? Request.Once.NONE
                : new Request.Once(producer, incarnation, sequence);
    }

    private static Request.Get readGet(FrameReader r) throws ProtocolException {
        var moment = oneOf("moment", MOMENTS, r.u8());
        long at = r.i64();
        int waitMillis = (int) notNegative("wait", r.i32());
        var seen = new Request.Seen(r.i32(), r.i64(), r.i64());
        return new Request.Get(key(r), moment, at, waitMillis, seen);
    }

    private static Request.Keys readKeys(FrameReader r) throws ProtocolException {
        int shard = r.i32();
        long time = r.i64();
        int waitMillis = (int) notNegative("wait", r.i32());
        int limit = r.i32();
        if (limit < 1 || limit > Request.Keys.LIMIT_MAX) {
            throw new ProtocolException(
                    "%d keys at once; allowed are 1 to %d"
                            .formatted(limit, Request.Keys.LIMIT_MAX));
        }
        return new Request.Keys(shard, key(r), key(r), time, waitMillis, limit);
    }

    private static Request.Batch readBatch(FrameReader r) throws ProtocolException {
        var ack = oneOf("ack", ACKS, r.u8());
        var once = readOnce(r);
        int count = r.count(BatchLayout.PARTS_MAX, PART_BYTES + Short.BYTES);
        var heads = new ArrayList<Head>(count);
        for (int i = 0; i < count; i++) {
            heads.add(new Head((r.u8() & DELETE) != 0, r.i64(), r.i32(), key(r)));
        }
        var parts = new ArrayList<Request.Batch.Part>(count);
        for (var head : heads) {
            var payload = r.bytes(head.length);
            parts.add(new Request.Batch.Part(head.key, head.delete, payload, head.expected));
        }
        return new Request.Batch(parts, ack, once);
    }

    private record Head(boolean delete, long expected, int length, String key) {}

    private static Request.Watch readWatch(FrameReader r) throws ProtocolException {
        var from = oneOf("from", FROMS, r.u8());
        int shard = r.i32();
        long version = notNegative("version", r.i64());
        long credit = notNegative("credit", r.i64());
        return new Request.Watch(shard, key(r), from, version, credit);
    }

    private static String key(FrameReader r) throws ProtocolException {
        return r.text(Key.BYTES_MAX);
    }

    static <T> T oneOf(String what, List<T> all, int index) throws ProtocolException {
        if (index >= all.size()) {
            throw new ProtocolException("%s %d; there are %d".formatted(what, index, all.size()));
        }
        return all.get(index);
    }

    private static long notNegative(String what, long value) throws ProtocolException {
        if (value < 0) {
            throw new ProtocolException(what + " " + value + " is negative");
        }
        return value;
    }

    /** A payload without bytes. */
    public static final MemorySegment NO_BYTES = MemorySegment.ofArray(new byte[0]);
}
