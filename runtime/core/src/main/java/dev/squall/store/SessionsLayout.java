package dev.squall.store;

import dev.squall.store.ProducerTable.Ended;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A {@link ProducerTable} in bytes, little-endian and without padding; equal tables have equal
 * bytes. An empty table has none.
 *
 * <pre>
 *   sessions i32, each, eldest first:
 *     producer text, incarnation i64, floor i64, answers u8,
 *     each, oldest sequence number first: sequence i64, version i64, timestamp i64
 *   ended sessions i32, each, eldest first:
 *     producer text, incarnation i64, newest i64
 *   a text: length u8, UTF-8
 * </pre>
 */
final class SessionsLayout {

    private static final int COUNT_BYTES = Integer.BYTES;
    private static final int SESSION_BYTES = 1 + 2 * Long.BYTES + 1;
    private static final int ANSWER_BYTES = 3 * Long.BYTES;
    private static final int ENDED_BYTES = 1 + 2 * Long.BYTES;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment m;
    private long at;

    private SessionsLayout(MemorySegment m, long at) {
        this.m = m;
        this.at = at;
    }

    static int length(Map<String, Session> sessions, Map<String, Ended> ended) {
        if (sessions.isEmpty() && ended.isEmpty()) {
            return 0;
        }
        int length = 2 * COUNT_BYTES;
        for (var session : sessions.values()) {
            length += SESSION_BYTES + utf8(session.producer).length;
            length += session.count() * ANSWER_BYTES;
        }
        for (var producer : ended.keySet()) {
            length += ENDED_BYTES + utf8(producer).length;
        }
        return length;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes {@link #length} bytes. */
    static void write(
            MemorySegment m, long at, Map<String, Session> sessions, Map<String, Ended> ended) {
        if (sessions.isEmpty() && ended.isEmpty()) {
            return;
        }
        var out = new SessionsLayout(m, at);
        out.putInt(sessions.size());
        sessions.values().forEach(out::put);
        out.putInt(ended.size());
        ended.forEach((producer, last) -> {
            out.put(producer);
            out.putLong(last.incarnation());
            out.putLong(last.newest());
        });
    }

    private void put(Session session) {
        put(session.producer);
        putLong(session.incarnation);
        putLong(session.floor);
        m.set(BYTE, at++, (byte) session.count());
        session.each((sequence, version, timestamp) -> {
            putLong(sequence);
            putLong(version);
            putLong(timestamp);
        });
    }

    private void put(String text) {
        byte[] bytes = utf8(text);
        m.set(BYTE, at++, (byte) bytes.length);
        MemorySegment.copy(bytes, 0, m, BYTE, at, bytes.length);
        at += bytes.length;
    }

    private void putInt(int value) {
        m.set(INT, at, value);
        at += Integer.BYTES;
    }

    private void putLong(long value) {
        m.set(LONG, at, value);
        at += Long.BYTES;
    }

    /**
     * Reads what {@link #write} wrote, in the same order.
     *
     * @return where it ends
     */
    static long read(
            MemorySegment bytes, Consumer<Session> sessions, BiConsumer<String, Ended> ended) {
        if (bytes.byteSize() == 0) {
            return 0;
        }
        var in = new SessionsLayout(bytes, 0);
        for (int left = in.getInt(); left > 0; left--) {
            sessions.accept(in.session());
        }
        for (int left = in.getInt(); left > 0; left--) {
            ended.accept(in.text(), new Ended(in.getLong(), in.getLong()));
        }
        return in.at;
    }

    private Session session() {
        var session = new Session(text(), getLong(), getLong());
        for (int left = Byte.toUnsignedInt(m.get(BYTE, at++)); left > 0; left--) {
            session.add(getLong(), getLong(), getLong());
        }
        return session;
    }

    private String text() {
        byte[] bytes = new byte[Byte.toUnsignedInt(m.get(BYTE, at++))];
        MemorySegment.copy(m, BYTE, at, bytes, 0, bytes.length);
        at += bytes.length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private int getInt() {
        int value = m.get(INT, at);
        at += Integer.BYTES;
        return value;
    }

    private long getLong() {
        long value = m.get(LONG, at);
        at += Long.BYTES;
        return value;
    }
}
