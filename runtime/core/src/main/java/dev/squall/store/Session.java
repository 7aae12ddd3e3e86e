package dev.squall.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One producer's latest incarnation, as far as its shard remembers it: which of the newest {@link
 * ProducerTable#WINDOW} sequence numbers were applied, and as what.
 */
final class Session {

    private static final int WINDOW = ProducerTable.WINDOW;

    final String producer;
    final long incarnation;

    /** Sequence numbers up to this were forgotten while the producer was silent; -1 = none were. */
    final long floor;

    private long newest = -1;
    private long heard;
    private final long[] sequences = new long[WINDOW];
    private final long[] versions = new long[WINDOW];
    private final long[] timestamps = new long[WINDOW];

    Session(String producer, long incarnation, long floor) {
        this.producer = producer;
        this.incarnation = incarnation;
        this.floor = floor;
        Arrays.fill(sequences, -1);
    }

    /** The same session after what another shard knows of it, too. */
    Session with(Session other) {
        var both = new Session(producer, incarnation, Math.max(floor, other.floor));
        each(both::add);
        other.each(both::add);
        // Of what has left the window nothing may be left, or who reads the table knows less.
        var clean = new Session(producer, incarnation, both.floor);
        both.each(clean::add);
        return clean;
    }

    /** The time of its newest version, in microseconds. */
    long heard() {
        return heard;
    }

    /** The newest sequence number that was applied, or forgotten. */
    long newest() {
        return Math.max(newest, floor);
    }

    void add(long sequence, long version, long timestamp) {
        int slot = (int) (sequence % WINDOW);
        if (sequences[slot] > sequence) {
            return; // too old for the window
        }
        sequences[slot] = sequence;
        versions[slot] = version;
        timestamps[slot] = timestamp;
        newest = Math.max(newest, sequence);
        heard = Math.max(heard, timestamp);
    }

    /** What is known of a sequence number, or null when it may be applied. */
    @Nullable Outcome known(long sequence) {
        if (sequence <= Math.max(floor, newest - WINDOW)) {
            return new Outcome.Stale(incarnation, newest());
        }
        int slot = (int) (sequence % WINDOW);
        return sequences[slot] == sequence
                ? new Outcome.Repeated(versions[slot], timestamps[slot])
                : null;
    }

    /** Takes what is remembered of one sequence number. */
    interface Each {
        void answer(long sequence, long version, long timestamp);
    }

    /** Shows what is remembered, from the oldest sequence number in the window to the newest. */
    void each(Each each) {
        for (long s = Math.max(0, newest - WINDOW + 1); s <= newest; s++) {
            int slot = (int) (s % WINDOW);
            if (sequences[slot] == s) {
                each.answer(s, versions[slot], timestamps[slot]);
            }
        }
    }

    /** How many sequence numbers {@link #each} shows. */
    int count() {
        int count = 0;
        for (long s = Math.max(0, newest - WINDOW + 1); s <= newest; s++) {
            count += sequences[(int) (s % WINDOW)] == s ? 1 : 0;
        }
        return count;
    }
}
