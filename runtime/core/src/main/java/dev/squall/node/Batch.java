package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of several keys that a caller asks for: all of them or none.
 *
 * @param parts at most {@link BatchLayout#PARTS_MAX}, each of another key
 * @param ack when to answer
 * @param producer who puts, or null; the whole batch has one sequence number
 * @param trace 32 hex digits, or empty
 */
public record Batch(List<Part> parts, AckLevel ack, @Nullable Producer producer, String trace) {

    /**
     * One of the changes.
     *
     * @param key the object's key
     * @param delete whether the key is to be deleted
     * @param payload the object's bytes; must not change until the batch is answered
     * @param expected the version that the key must have now; 0 = no object, {@link
     *     RecordLayout#ANY} = no condition
     */
    public record Part(String key, boolean delete, MemorySegment payload, long expected) {

        public Part {
            Key.check(key);
            if (Key.pool(key).equals(Key.SYSTEM_POOL)) {
                throw new Failure(
                        Failure.Kind.INVALID, "the pool .squall belongs to the nodes: " + key);
            }
        }
    }

    public Batch {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new Failure(Failure.Kind.INVALID, "a batch without a put or delete");
        }
        if (parts.size() > BatchLayout.PARTS_MAX) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "%d keys; a batch has at most %d"
                            .formatted(parts.size(), BatchLayout.PARTS_MAX));
        }
        var keys = new HashSet<String>();
        for (var part : parts) {
            if (!keys.add(part.key())) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "%s is twice in the batch; each key changes once".formatted(part.key()));
            }
        }
    }

    /** The bytes of all objects. */
    long bytes() {
        return parts.stream().mapToLong(p -> p.payload().byteSize()).sum();
    }
}
