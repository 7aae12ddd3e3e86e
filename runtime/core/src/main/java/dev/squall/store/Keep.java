package dev.squall.store;

import dev.squall.base.Failure;
import dev.squall.wire.LabelLayout;
import java.util.HashSet;
import java.util.List;

/**
 * What stays of a pool when the rest goes: versions with one of these labels, as long as they have
 * it, whatever the pool's {@link Retention} lets go of.
 *
 * @param labels what labels a version of the pool may have; empty = none is ever kept by one. A
 *     record says which by its place in this list, from 1
 * @param bytes how much of each shard may be labelled at most, as records in the log
 */
public record Keep(List<String> labels, long bytes) {

    /** Nothing is kept by a label. */
    public static final Keep NONE = new Keep(List.of(), 0);

    /** What may be labelled of a shard unless its pool says otherwise: 64 MiB. */
    public static final long BYTES_DEFAULT = 64L << 20;

    /** Versions of a shard that may be labelled: 65,536. Each costs some 300 bytes of heap. */
    public static final int VERSIONS_MAX = 1 << 16;

    /** The longest label, in characters. */
    public static final int LABEL_CHARS_MAX = 64;

    public Keep {
        labels = List.copyOf(labels);
        if (labels.size() > LabelLayout.NUMBER_MAX) {
            throw invalid(
                    "retention.keep has %d labels; the limit is %d"
                            .formatted(labels.size(), LabelLayout.NUMBER_MAX));
        }
        for (var label : labels) {
            if (!label.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || label.length() > LABEL_CHARS_MAX) {
                throw invalid(
                        "label '%s' is none: letters, digits and . _ - after a letter or digit, %d"
                                .concat(" characters at most")
                                .formatted(label, LABEL_CHARS_MAX));
            }
        }
        if (new HashSet<>(labels).size() < labels.size()) {
            throw invalid("retention.keep names a label twice: " + labels);
        }
        if (bytes < 0 || (bytes > 0) == labels.isEmpty()) {
            throw invalid(
                    "retention.keep has labels %s and %d bytes; it needs both"
                            .formatted(labels, bytes));
        }
    }

    /** Whether anything may be kept by a label. */
    public boolean is() {
        return !labels.isEmpty();
    }

    /**
     * The number of a label in records; 0 for the empty one, which takes a label away.
     *
     * @throws Failure when the pool has no such label
     */
    public int number(String label) {
        if (!label.isEmpty() && !labels.contains(label)) {
            throw invalid(
                    "label '%s' is none of the pool's, which are %s: they are what its"
                            .concat(" retention.keep names")
                            .formatted(label, labels));
        }
        return labels.indexOf(label) + 1;
    }

    /** The label of a number; empty for 0. */
    public String label(int number) {
        return number < 1 || number > labels.size() ? "" : labels.get(number - 1);
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
