package dev.squall.node;

import dev.squall.base.Failure;
import java.util.Locale;

/** How far a put has come when its caller is answered. */
public enum AckLevel {
    /** It waits at this node to be sent; it is lost with the node. */
    ACCEPTED,
    /** Every replica of the shard holds it, and its version is known. */
    ORDERED,
    /** Every replica of the shard has it on stable storage. */
    DURABLE,
    /** Every replica has applied it and would again after a restart: for metadata commands. */
    APPLIED;

    /** Parses what callers may ask for. */
    public static AckLevel parse(String text) {
        return switch (text) {
            case "accepted" -> ACCEPTED;
            case "ordered" -> ORDERED;
            case "durable" -> DURABLE;
            default ->
                    throw new Failure(
                            Failure.Kind.INVALID,
                            "ack is '" + text + "'; allowed are accepted, ordered, durable");
        };
    }

    /** The name used outside. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
