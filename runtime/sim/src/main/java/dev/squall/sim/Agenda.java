package dev.squall.sim;

import java.util.PriorityQueue;

/**
 * Simulated time: what is to happen, in order. Time stands still while something happens and jumps
 * to the next entry then. Entries of one instant happen in the order in which they were made.
 */
final class Agenda {

    private record Entry(long nanos, long number, Runnable task) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long nanos;
    private long made;
    private long steps;

    /** Nanoseconds since the run began. */
    long nanos() {
        return nanos;
    }

    /** How many things have happened. */
    long steps() {
        return steps;
    }

    /** Does something so many nanoseconds from now. */
    void after(long delay, Runnable task) {
        at(nanos + Math.max(delay, 0), task);
    }

    /** Does something at a time, or now when that has passed. */
    void at(long time, Runnable task) {
        entries.add(new Entry(Math.max(time, nanos), made++, task));
    }

    /** Lets the next thing happen. Returns false when there is none. */
    boolean step() {
        var next = entries.poll();
        if (next == null) {
            return false;
        }
        nanos = next.nanos();
        steps++;
        next.task().run();
        return true;
    }
}
