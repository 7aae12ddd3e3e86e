package dev.squall.base;

/** Assertions of the control plane, always on: a broken invariant stops the agent that met it. */
public final class Check {

    private Check() {}

    /** Throws when the condition does not hold. */
    public static void that(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException(what);
        }
    }

    /** Throws when the condition does not hold, with the number that broke it. */
    public static void that(boolean condition, String what, long value) {
        if (!condition) {
            throw new IllegalStateException(what + ": " + value);
        }
    }
}
