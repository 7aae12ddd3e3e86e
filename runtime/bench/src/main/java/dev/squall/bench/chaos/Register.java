package dev.squall.bench.chaos;

import org.jspecify.annotations.Nullable;

/**
 * One key as the pages of Squall promise it: puts give it a greater version and a value, a delete a
 * greater version and none, a compare-and-set is done exactly when it names the newest version.
 *
 * @param version of the newest write; where {@code exact} is false, its version is greater
 * @param exact false after a write whose version nobody was told
 * @param live whether there is an object
 * @param stamp whose value it is
 */
record Register(long version, boolean exact, boolean live, String stamp) {

    /** A key that never was. */
    static final Register NEW = new Register(0, true, false, "");

    /** The state after an operation, or null if the operation cannot have had its answer here. */
    @Nullable Register after(Operation o) {
        return switch (o.outcome()) {
            case OK -> o.kind().writes() ? written(o) : seen(o);
            case ABSENT -> live ? null : this;
            case MISMATCH -> is(o.expected()) ? null : this;
            case UNKNOWN -> o.kind().writes() ? perhapsWritten(o) : null;
            case FAILED -> null;
        };
    }

    private @Nullable Register written(Operation o) {
        boolean possible = o.version() > version && permits(o);
        return possible ? new Register(o.version(), true, !deletes(o), value(o)) : null;
    }

    private @Nullable Register perhapsWritten(Operation o) {
        return permits(o) ? new Register(version, false, !deletes(o), value(o)) : null;
    }

    private @Nullable Register seen(Operation o) {
        boolean possible = live && mayBe(o.version()) && stamp.equals(o.stamp());
        return possible ? new Register(o.version(), true, true, stamp) : null;
    }

    private boolean permits(Operation o) {
        return switch (o.kind()) {
            case PUT -> true;
            case CAS -> mayBe(o.expected());
            case DELETE -> live;
            case READ, STABLE_READ -> false;
        };
    }

    /** Whether this may be the version of the object that is here; 0 = there is none. */
    private boolean mayBe(long wanted) {
        if (!live) {
            return wanted == 0;
        }
        return exact ? wanted == version : wanted > version;
    }

    /** Whether this certainly is the version of the object that is here; 0 = there is none. */
    private boolean is(long wanted) {
        return mayBe(wanted) && (exact || !live);
    }

    private static boolean deletes(Operation o) {
        return o.kind() == Operation.Kind.DELETE;
    }

    private static String value(Operation o) {
        return deletes(o) ? "" : o.stamp();
    }

    @Override
    public String toString() {
        return (live ? "the value of " + stamp : "no object")
                + (exact ? " at version " : " at a version above ")
                + version;
    }
}
