package dev.squall.udl;

import java.lang.foreign.MemorySegment;

/**
 * One version of an object, seen in place: {@link #bytes()} is the node's log memory itself.
 *
 * <p>A view handed to {@link Udl#handle} is valid until that call returns; {@link #retain()} gives
 * one that stays valid for as long as it is referenced.
 */
public interface ObjectView {

    /** The object's key, a path such as {@code /cameras/gate}. */
    String key();

    /**
     * The version: grows with every change in the object's shard. 0 for a trigger, which is not
     * stored.
     */
    long version();

    /** The hybrid logical time of this version, in microseconds since 1970-01-01T00:00Z. */
    long timestamp();

    /** The payload: read-only log memory, never copied, never changed. */
    MemorySegment bytes();

    /** Whether this version says that the key was deleted; {@link #bytes()} is then empty. */
    default boolean deleted() {
        return false;
    }

    /**
     * Whether the object is larger than one record: {@link #bytes()} is then only a manifest of the
     * parts that it was stored in, and {@link UdlContext#read} reads the object itself.
     */
    default boolean bulk() {
        return false;
    }

    /** Bytes of the whole object; of one that is not {@link #bulk()} those of {@link #bytes()}. */
    default long length() {
        return bytes().byteSize();
    }

    /** Who put it ({@code id/incarnation/sequence}), or the empty string when nobody said. */
    String producer();

    /** The trace id (32 hex digits) that came with the object, or the empty string. */
    String traceId();

    /** The same object, valid after {@link Udl#handle} has returned. Keeps its log memory alive. */
    ObjectView retain();
}
