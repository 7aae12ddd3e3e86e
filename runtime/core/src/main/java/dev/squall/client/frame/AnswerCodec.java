package dev.squall.client.frame;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.StoreKind;
import dev.squall.view.Member;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bytes of an {@link Answer}. Static only. */
public final class AnswerCodec {

    private static final int WELCOME = 64;
    private static final int STORED = 65;
    private static final int MISMATCH = 66;
    private static final int ABSENT = 67;
    private static final int STALE = 68;
    private static final int FOUND = 69;
    private static final int MISSING = 70;
    private static final int KEYS = 71;
    private static final int REPLIED = 72;
    private static final int BATCHED = 73;
    private static final int ROUTED = 74;
    private static final int ELSEWHERE = 75;
    private static final int FAILED = 76;
    private static final int PONG = 77;
    private static final int EVENT = 78;
    private static final int PASSED = 79;
    private static final int TRIMMED = 80;

    private static final int FLAG = 1;
    private static final int FLAG_LAST = 2;

    /** The longest message of a failure, in bytes; the rest is cut off. */
    private static final int MESSAGE_BYTES_MAX = 2048;

    private static final int HOST_BYTES_MAX = 255;

    /** By the number that stands for them. */
    private static final List<Failure.Kind> FAILURES =
            List.of(
                    Failure.Kind.INVALID,
                    Failure.Kind.NOT_FOUND,
                    Failure.Kind.PRECONDITION,
                    Failure.Kind.CONFLICT,
                    Failure.Kind.TOO_LARGE,
                    Failure.Kind.OVERLOADED,
                    Failure.Kind.FULL,
                    Failure.Kind.TOO_EARLY,
                    Failure.Kind.UNAVAILABLE,
                    Failure.Kind.OUTCOME_UNKNOWN,
                    Failure.Kind.LOGIC_FAILED,
                    Failure.Kind.NOT_AVAILABLE_YET);

    private static final List<ReadResult.Why> WHYS =
            List.of(
                    ReadResult.Why.NO_KEY,
                    ReadResult.Why.NOT_YET,
                    ReadResult.Why.DELETED,
                    ReadResult.Why.TRIMMED,
                    ReadResult.Why.DAMAGED);

    private static final List<StoreKind> STORES =
            List.of(StoreKind.VOLATILE, StoreKind.PERSISTENT, StoreKind.TRIGGER);

    private AnswerCodec() {}

    /** Appends an answer. */
    public static void write(Outgoing out, long id, Answer answer) {
        switch (answer) {
            case Answer.Stored a ->
                    out.begin(STORED, a.repeated() ? FLAG : 0, id, 20, 0)
                            .putInt(a.shard())
                            .putLong(a.version())
                            .putLong(a.timestamp());
            case Answer.Found a -> {
                out.begin(FOUND, 0, id, 20, a.payload().byteSize())
                        .putInt(a.shard())
                        .putLong(a.version())
                        .putLong(a.timestamp());
                out.payload(a.payload());
            }
            case Answer.Mismatch(long newest) -> out.begin(MISMATCH, 0, id, 8, 0).putLong(newest);
            case Answer.Absent() -> out.begin(ABSENT, 0, id, 0, 0);
            case Answer.Stale(long incarnation, long sequence) ->
                    out.begin(STALE, 0, id, 16, 0).putLong(incarnation).putLong(sequence);
            case Answer.Missing(var why) ->
                    out.begin(MISSING, 0, id, 1, 0).put((byte) WHYS.indexOf(why));
            case Answer.Replied(boolean given, var payload) -> {
                out.begin(REPLIED, given ? FLAG : 0, id, 0, payload.byteSize());
                out.payload(payload);
            }
            case Answer.Failed(var kind, var message) -> failed(out, id, kind, message);
            case Answer.Pong(long view) -> out.begin(PONG, 0, id, 8, 0).putLong(view);
            case Answer.Event event -> event(out, id, event);
            case Answer.Passed(int shard, long version) ->
                    out.begin(PASSED, 0, id, 12, 0).putInt(shard).putLong(version);
            case Answer.Trimmed(int shard, long after, long through) ->
                    out.begin(TRIMMED, 0, id, 20, 0).putInt(shard).putLong(after).putLong(through);
            case Answer.Elsewhere(var members) ->
                    ids(out.begin(ELSEWHERE, 0, id, idsBytes(members), 0), members);
            case Answer.Batched batched -> batched(out, id, batched);
            case Answer.KeyList list -> keys(out, id, list);
            case Answer.Welcome welcome -> welcome(out, id, welcome);
            case Answer.Routed routed -> routed(out, id, routed);
        }
    }

    private static void failed(Outgoing out, long id, Failure.Kind kind, String message) {
        byte[] text = Outgoing.utf8(message);
        if (text.length > MESSAGE_BYTES_MAX) {
            text = Outgoing.utf8(message.substring(0, MESSAGE_BYTES_MAX / 4) + "…");
        }
        var b = out.begin(FAILED, 0, id, 1 + Outgoing.sizeOf(text), 0);
        Outgoing.put(b.put((byte) FAILURES.indexOf(kind)), text);
    }

    private static void event(Outgoing out, long id, Answer.Event e) {
        byte[] key = Outgoing.utf8(e.key());
        int flags = (e.deleted() ? FLAG : 0) | (e.last() ? FLAG_LAST : 0);
        var b = out.begin(EVENT, flags, id, 28 + Outgoing.sizeOf(key), e.payload().byteSize());
        b.putInt(e.shard()).putLong(e.version()).putLong(e.timestamp()).putLong(e.size());
        Outgoing.put(b, key);
        out.payload(e.payload());
    }

    private static int idsBytes(List<Integer> ids) {
        return Integer.BYTES * (1 + ids.size());
    }

    private static void ids(ByteBuffer b, List<Integer> ids) {
        b.putInt(ids.size());
        ids.forEach(b::putInt);
    }

    private static void batched(Outgoing out, long id, Answer.Batched batched) {
        int fields = 12 + 12 * batched.shares().size();
        var b = out.begin(BATCHED, 0, id, fields, 0).putLong(batched.timestamp());
        b.putInt(batched.shares().size());
        batched.shares().forEach(s -> b.putInt(s.shard()).putLong(s.version()));
    }

    private static void keys(Outgoing out, long id, Answer.KeyList list) {
        var texts = list.keys().stream().map(Outgoing::utf8).toList();
        int fields = 4 + texts.stream().mapToInt(Outgoing::sizeOf).sum();
        var b = out.begin(KEYS, list.more() ? FLAG : 0, id, fields, 0).putInt(texts.size());
        texts.forEach(t -> Outgoing.put(b, t));
    }

    private static void welcome(Outgoing out, long id, Answer.Welcome w) {
        byte[] guest = Outgoing.utf8(w.guest());
        var b = out.begin(WELCOME, 0, id, 20 + Outgoing.sizeOf(guest), 0);
        b.putInt(w.node()).putLong(w.view()).putInt(w.objectBytes()).putInt(w.requests());
        Outgoing.put(b, guest);
    }

    private static void routed(Outgoing out, long id, Answer.Routed r) {
        byte[] pool = Outgoing.utf8(r.pool());
        byte[] affinity = Outgoing.utf8(r.affinity());
        int fields = 17 + Outgoing.sizeOf(pool) + Outgoing.sizeOf(affinity);
        for (var m : r.members()) {
            fields += 8 + Outgoing.sizeOf(Outgoing.utf8(m.host()));
        }
        for (var s : r.shards()) {
            fields += 4 + idsBytes(s.members()) + idsBytes(s.senders());
        }
        var b = out.begin(ROUTED, 0, id, fields, 0);
        b.put((byte) STORES.indexOf(r.kind())).putLong(r.view());
        Outgoing.put(b, pool);
        Outgoing.put(b, affinity);
        b.putInt(r.members().size());
        for (var m : r.members()) {
            b.putInt(m.node()).putInt(m.port());
            Outgoing.put(b, Outgoing.utf8(m.host()));
        }
        b.putInt(r.shards().size());
        for (var s : r.shards()) {
            b.putInt(s.shard());
            ids(b, s.members());
            ids(b, s.senders());
        }
    }

    /**
     * Reads an answer.
     *
     * @param frame a whole frame, of anybody
     */
    public static Answer read(ByteBuffer frame) throws ProtocolException {
        var r = new FrameReader(frame);
        var answer =
                switch (r.kind()) {
                    case WELCOME -> readWelcome(r);
                    case STORED -> new Answer.Stored(r.i32(), r.i64(), r.i64(), r.flag(FLAG));
                    case MISMATCH -> new Answer.Mismatch(r.i64());
                    case ABSENT -> new Answer.Absent();
                    case STALE -> new Answer.Stale(r.i64(), r.i64());
                    case FOUND -> new Answer.Found(r.i32(), r.i64(), r.i64(), r.rest());
                    case MISSING -> new Answer.Missing(RequestCodec.oneOf("why", WHYS, r.u8()));
                    case KEYS -> readKeys(r);
                    case REPLIED -> new Answer.Replied(r.flag(FLAG), r.rest());
                    case BATCHED -> readBatched(r);
                    case ROUTED -> readRouted(r);
                    case ELSEWHERE -> new Answer.Elsewhere(readIds(r));
                    case FAILED ->
                            new Answer.Failed(
                                    RequestCodec.oneOf("failure", FAILURES, r.u8()),
                                    r.text(MESSAGE_BYTES_MAX));
                    case PONG -> new Answer.Pong(r.i64());
                    case EVENT -> readEvent(r);
                    case PASSED -> new Answer.Passed(r.i32(), r.i64());
                    case TRIMMED -> new Answer.Trimmed(r.i32(), r.i64(), r.i64());
                    default -> throw new ProtocolException("an answer of kind " + r.kind());
                };
        r.end();
        return answer;
    }

    private static Answer.Welcome readWelcome(FrameReader r) throws ProtocolException {
        int node = r.i32();
        long view = r.i64();
        int objectBytes = r.i32();
        int requests = r.i32();
        if (node < 1 || objectBytes < 1 || requests < 1) {
            throw new ProtocolException(
                    "a welcome of node %d, objects of %d bytes, %d requests"
                            .formatted(node, objectBytes, requests));
        }
        var guest = r.text(Answer.Welcome.NAME_BYTES_MAX);
        return new Answer.Welcome(node, guest, view, objectBytes, requests);
    }

    private static Answer.Event readEvent(FrameReader r) throws ProtocolException {
        int shard = r.i32();
        long version = r.i64();
        long timestamp = r.i64();
        long size = r.i64();
        var key = r.text(Key.BYTES_MAX);
        boolean deleted = r.flag(FLAG);
        boolean last = r.flag(FLAG_LAST);
        return new Answer.Event(shard, version, timestamp, deleted, last, size, key, r.rest());
    }

    private static Answer.KeyList readKeys(FrameReader r) throws ProtocolException {
        int count = r.count(Request.Keys.LIMIT_MAX, Short.BYTES);
        var keys = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            keys.add(r.text(Key.BYTES_MAX));
        }
        return new Answer.KeyList(keys, r.flag(FLAG));
    }

    private static Answer.Batched readBatched(FrameReader r) throws ProtocolException {
        long timestamp = r.i64();
        int count = r.count(Integer.MAX_VALUE, 12);
        var shares = new ArrayList<Answer.Batched.Share>(count);
        for (int i = 0; i < count; i++) {
            shares.add(new Answer.Batched.Share(r.i32(), r.i64()));
        }
        return new Answer.Batched(timestamp, shares);
    }

    private static List<Integer> readIds(FrameReader r) throws ProtocolException {
        int count = r.count(Member.MEMBERS_MAX, Integer.BYTES);
        var ids = new ArrayList<Integer>(count);
        for (int i = 0; i < count; i++) {
            ids.add(r.i32());
        }
        return ids;
    }

    private static Answer.Routed readRouted(FrameReader r) throws ProtocolException {
        var kind = RequestCodec.oneOf("store", STORES, r.u8());
        long view = r.i64();
        var pool = r.text(Key.BYTES_MAX);
        var affinity = r.text(4 * PoolSpec.AFFINITY_CHARS_MAX);
        int count = r.count(Member.MEMBERS_MAX, 10);
        var members = new ArrayList<Answer.Address>(count);
        for (int i = 0; i < count; i++) {
            members.add(readAddress(r));
        }
        count = r.count(PoolSpec.SHARDS_MAX, 12);
        var shards = new ArrayList<Answer.Routed.Place>(count);
        for (int i = 0; i < count; i++) {
            shards.add(new Answer.Routed.Place(r.i32(), readIds(r), readIds(r)));
        }
        return new Answer.Routed(pool, kind, affinity, view, members, shards);
    }

    private static Answer.Address readAddress(FrameReader r) throws ProtocolException {
        int node = r.i32();
        int port = r.i32();
        if (port < 1 || port > 65_535) {
            throw new ProtocolException("port " + port + "; ports are 1 to 65535");
        }
        return new Answer.Address(node, r.text(HOST_BYTES_MAX), port);
    }
}
