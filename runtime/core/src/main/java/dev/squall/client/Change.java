package dev.squall.client;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.client.frame.Request;
import dev.squall.client.frame.RequestCodec;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A change of one object.
 *
 * @param key the object's key
 * @param delete whether it is to be deleted
 * @param bytes its bytes, which must not change until the answer is there
 * @param expected the version that the key must have now; 0 = no object, -1 = no condition
 * @param ack when it is answered
 */
public record Change(
        String key, boolean delete, MemorySegment bytes, long expected, Request.Ack ack) {

    private static final long ANY = -1;

    public Change {
        if (Key.pool(Key.check(key)).equals(Key.SYSTEM_POOL)) {
            throw new Failure(Failure.Kind.INVALID, key + ": the pool belongs to the nodes");
        }
    }

    /**
     * A put, answered as the key's pool does: once durable if it is persistent, else once ordered.
     */
    public static Change put(String key, MemorySegment bytes) {
        return new Change(key, false, bytes, ANY, Request.Ack.BY_POOL);
    }

    /** The same of an array. */
    public static Change put(String key, byte[] bytes) {
        return put(key, MemorySegment.ofArray(bytes));
    }

    /** The same of a text. */
    public static Change put(String key, String text) {
        return put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A delete. */
    public static Change delete(String key) {
        return new Change(key, true, RequestCodec.NO_BYTES, ANY, Request.Ack.BY_POOL);
    }

    /** Only if the key is at this version. */
    public Change ifVersion(long version) {
        return new Change(key, delete, bytes, version, ack);
    }

    /** Only if there is no object. */
    public Change ifAbsent() {
        return ifVersion(0);
    }

    /** Answered once every replica holds it. */
    public Change ordered() {
        return new Change(key, delete, bytes, expected, Request.Ack.ORDERED);
    }

    /** Answered once every replica has it on stable storage. */
    public Change durable() {
        return new Change(key, delete, bytes, expected, Request.Ack.DURABLE);
    }
}
