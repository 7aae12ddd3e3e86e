package dev.squall.edge;

import java.util.Locale;

/** The level that a put is to reach before the node answers. */
enum Ack {
    /** Whatever the pool's kind implies. */
    DEFAULT,
    ACCEPTED,
    ORDERED,
    DURABLE;

    /** The query of the put's URL, with its question mark; empty for the default. */
    String query() {
        return this == DEFAULT ? "" : "?ack=" + name().toLowerCase(Locale.ROOT);
    }
}
