package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.wire.RecordLayout;
import java.nio.charset.StandardCharsets;

/**
 * Who puts, and the number of this put, so that a retry is recognised.
 *
 * @param id the producer's name, at most {@link RecordLayout#PRODUCER_BYTES_MAX} bytes
 * @param incarnation grows with every start of the producer
 * @param sequence grows with every put of an incarnation
 */
public record Producer(String id, long incarnation, long sequence) {

    public Producer {
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > RecordLayout.PRODUCER_BYTES_MAX) {
            throw invalid(
                    "a producer id of %d bytes; allowed are 1 to %d"
                            .formatted(bytes, RecordLayout.PRODUCER_BYTES_MAX));
        }
        if (incarnation < 0 || sequence < 0) {
            throw invalid(
                    "producer incarnation %d and sequence %d must not be negative"
                            .formatted(incarnation, sequence));
        }
    }

    /** Parses {@code id/incarnation/sequence}; the id itself may contain slashes. */
    public static Producer parse(String text) {
        int last = text.lastIndexOf('/');
        int middle = last < 1 ? -1 : text.lastIndexOf('/', last - 1);
        if (middle < 1) {
            throw invalid("producer '" + text + "' is not <id>/<incarnation>/<seq>");
        }
        try {
            return new Producer(
                    text.substring(0, middle),
                    Long.parseLong(text.substring(middle + 1, last)),
                    Long.parseLong(text.substring(last + 1)));
        } catch (NumberFormatException _) {
            throw invalid("producer '" + text + "' is not <id>/<incarnation>/<seq>");
        }
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
