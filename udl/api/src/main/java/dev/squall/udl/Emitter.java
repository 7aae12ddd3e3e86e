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

    /**
     * Stores an object with a label: the version stays when its pool lets go of the rest.
     *
     * @param label one that the pool keeps ({@code retention.keep}); empty = none
     */
    default void put(String key, MemorySegment bytes, String label) {
        throw new UnsupportedOperationException("labels, by " + getClass());
    }

    /**
     * Gives a version that is there a label: it stays when its pool lets go of the rest. The last
     * word counts; an empty label takes it away.
     *
     * @param version which one, as {@link ObjectView#version()} says
     * @param label one that the pool keeps ({@code retention.keep}), or empty
     */
    default void label(String key, long version, String label) {
        throw new UnsupportedOperationException("labels, by " + getClass());
    }

    /** {@link #label(String, long, String)} of the version that is handled, or of any other. */
    default void label(ObjectView object, String label) {
        label(object.key(), object.version(), label);
    }

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
