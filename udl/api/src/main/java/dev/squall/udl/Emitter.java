package dev.squall.udl;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Takes what a {@link Udl#handle} call answers.
 *
 * <p>A key that begins with a slash is absolute. Any other key begins with an <i>output name</i>,
 * which the graph maps to a prefix ({@code emit: {found: /events}} turns {@code found/gate} into
 * {@code /events/gate}).
 *
 * <p>Bytes are copied before the call returns, so their memory may be reused. A call that cannot be
 * taken now (its shard is full or wedged) waits for at most the lane's deadline, then throws {@link
 * IllegalStateException} with the reason; that fails this {@code handle} alone.
 */
public interface Emitter {

    /**
     * Stores an object.
     *
     * @param key absolute, or an output name followed by a path
     * @param bytes the payload, at most the node's object limit
     */
    void put(String key, MemorySegment bytes);

    /** Runs the UDLs bound to the key, without storing anything. */
    void trigger(String key, MemorySegment bytes);

    /**
     * Answers the caller who triggered this with {@code reply=wait}. The first answer wins; without
     * a caller it is dropped.
     */
    void reply(MemorySegment bytes);

    /** {@link #put(String, MemorySegment)} of an array. */
    default void put(String key, byte[] bytes) {
        put(key, MemorySegment.ofArray(bytes));
    }

    /** {@link #put(String, MemorySegment)} of a text, as UTF-8. */
    default void put(String key, String text) {
        put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@link #trigger(String, MemorySegment)} of an array. */
    default void trigger(String key, byte[] bytes) {
        trigger(key, MemorySegment.ofArray(bytes));
    }

    /** {@link #reply(MemorySegment)} of an array. */
    default void reply(byte[] bytes) {
        reply(MemorySegment.ofArray(bytes));
    }
}
