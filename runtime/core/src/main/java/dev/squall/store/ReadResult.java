package dev.squall.store;

import dev.squall.log.Log;

/** What a read found. */
public sealed interface ReadResult {

    /** An object. */
    record Found(StoredObject object) implements ReadResult {}

    /** Nothing, and why. */
    record Missing(Why why) implements ReadResult {

        static final Missing NO_KEY = new Missing(Why.NO_KEY);
        static final Missing NOT_YET = new Missing(Why.NOT_YET);
        static final Missing DELETED = new Missing(Why.DELETED);
        static final Missing TRIMMED = new Missing(Why.TRIMMED);
        static final Missing DAMAGED = new Missing(Why.DAMAGED);

        /** What to answer: nothing is said to be missing from a log in which harm was found. */
        Missing in(Log log) {
            return log.soundness().isHarmed() ? DAMAGED : this;
        }
    }

    /** Why there is nothing. */
    enum Why {
        NO_KEY("no such key"),
        NOT_YET("the key has no version that early"),
        DELETED("the key was deleted"),
        TRIMMED("this version is no longer kept (see the pool's retention)"),
        DAMAGED("this replica's disk gave other bytes than were written; it is being repaired");

        private final String text;

        Why(String text) {
            this.text = text;
        }

        /** For the answer's detail. */
        public String text() {
            return text;
        }
    }
}
