package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.store.BulkLayout;
import dev.squall.store.Keep;
import dev.squall.store.StoreKind;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A change that a caller asks for.
 *
 * @param key the object's key
 * @param delete whether the key is to be deleted
 * @param payload the object's bytes; must not change until the put is answered
 * @param ack when to answer
 * @param expected the version that the key must have now; 0 = no object, {@link RecordLayout#ANY} =
 *     no condition
 * @param producer who puts, or null
 * @param trace 32 hex digits, or empty
 * @param part which part of an object the payload is
 * @param label the number of its label among the pool's, see {@link Keep}; 0 = none
 */
public record Put(
        String key,
        boolean delete,
        MemorySegment payload,
        AckLevel ack,
        long expected,
        @Nullable Producer producer,
        String trace,
        Part part,
        int label) {

    /** How an object is put. */
    public enum Part {
        /** In one piece. */
        WHOLE,
        /** A chunk of a bulk object, see {@link BulkLayout}: nobody sees it by itself. */
        CHUNK,
        /** The manifest of a bulk object: it becomes the key's next version. */
        MANIFEST,
        /** No object: a version that is there has this label from here on. */
        LABEL;

        /** Whether it may be put at another member: chunks of one object stay together. */
        boolean goesOn() {
            return this == WHOLE || this == LABEL;
        }
    }

    public Put {
        Key.check(key);
        if (!trace.isEmpty() && !trace.matches("[0-9a-f]{32}")) {
            throw new Failure(
                    Failure.Kind.INVALID, "trace '" + trace + "' is not 32 hexadecimal digits");
        }
        if (expected < 0 && expected != RecordLayout.ANY) {
            throw new Failure(Failure.Kind.INVALID, "expected version " + expected);
        }
    }

    /** An object in one piece. */
    public Put(
            String key,
            boolean delete,
            MemorySegment payload,
            AckLevel ack,
            long expected,
            @Nullable Producer producer,
            String trace) {
        this(key, delete, payload, ack, expected, producer, trace, Part.WHOLE, 0);
    }

    /**
     * A chunk of a bulk object: ordered like any put, seen by nobody. It is answered when it can no
     * more get lost without its whole shard, for a manifest is put only of chunks that are there.
     */
    public static Put chunk(String key, StoreKind store, MemorySegment payload) {
        var ack =
                switch (store) {
                    case VOLATILE, TRIGGER -> AckLevel.ORDERED;
                    case PERSISTENT -> AckLevel.DURABLE;
                };
        return new Put(key, false, payload, ack, RecordLayout.ANY, null, "", Part.CHUNK, 0);
    }

    /** The same put, of these bytes. */
    public Put of(MemorySegment bytes) {
        return new Put(key, delete, bytes, ack, expected, producer, trace, part, label);
    }

    /** The same put, with a label. */
    public Put labelled(int number) {
        return new Put(key, delete, payload, ack, expected, producer, trace, part, number);
    }

    /**
     * Gives a version that is there a label, or takes it away.
     *
     * @param version which one; {@link RecordLayout#ANY} = the newest
     * @param number the label's, 0 = none any more
     */
    public static Put label(
            String key, long version, int number, AckLevel ack, @Nullable Producer producer) {
        return new Put(
                key, false, MemorySegment.NULL, ack, version, producer, "", Part.LABEL, number);
    }

    /** The same put, of a bulk object whose chunks have been ordered. */
    public Put manifest(MemorySegment manifest) {
        return new Put(key, false, manifest, ack, expected, producer, trace, Part.MANIFEST, 0);
    }

    /** A put without condition or producer. */
    public static Put of(String key, MemorySegment payload, AckLevel ack) {
        return new Put(key, false, payload, ack, RecordLayout.ANY, null, "");
    }

    /** A put that carries on a trace. */
    static Put traced(String key, MemorySegment payload, AckLevel ack, String trace) {
        return new Put(key, false, payload, ack, RecordLayout.ANY, null, trace);
    }

    /** A delete without condition or producer. */
    public static Put delete(String key, AckLevel ack) {
        return new Put(key, true, MemorySegment.NULL, ack, RecordLayout.ANY, null, "");
    }
}
