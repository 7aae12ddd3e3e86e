package dev.squall.store;

import java.util.Locale;

/** What a pool does with an object. */
public enum StoreKind {
    /** Keeps it in memory at all replicas. */
    VOLATILE,
    /** Keeps it in memory and on disk at all replicas. */
    PERSISTENT,
    /** Runs the UDLs bound to it and keeps nothing. */
    TRIGGER;

    /** The name used outside. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
