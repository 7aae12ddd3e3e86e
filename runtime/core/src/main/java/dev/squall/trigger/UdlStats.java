package dev.squall.trigger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What one UDL version has done on this node, and the last lines that it logged. Any thread. */
public final class UdlStats {

    /** Log lines kept of a UDL. */
    public static final int LINES_MAX = 500;

    /** The longest log line, in characters. */
    public static final int LINE_CHARS_MAX = 2000;

    /** Counters that a UDL may have. */
    public static final int COUNTERS_MAX = 64;

    final LongAdder handled = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder overdue = new LongAdder();
    final LongAdder busyNanos = new LongAdder();
    private final Map<String, LongAdder> counters = new ConcurrentSkipListMap<>();
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private volatile String lastError = "";

    /** Objects that were handled. */
    public long handled() {
        return handled.sum();
    }

    /** Objects whose handling threw. */
    public long failed() {
        return failed.sum();
    }

    /** Objects that never met the UDL: it could not be opened, or they were trimmed before. */
    public long dropped() {
        return dropped.sum();
    }

    /** Runs that took longer than the deadline. */
    public long overdue() {
        return overdue.sum();
    }

    /** Time spent in runs. */
    public long busyNanos() {
        return busyNanos.sum();
    }

    /** The newest failure, or the empty string. */
    public String lastError() {
        return lastError;
    }

    /** Something about this UDL went wrong outside its lanes. */
    public void error(String text) {
        lastError = text;
    }

    /** The UDL's own counters. */
    public Map<String, Long> counters() {
        var values = new TreeMap<String, Long>();
        counters.forEach((name, value) -> values.put(name, value.sum()));
        return values;
    }

    void count(String name, long amount) {
        if (!name.matches("[a-z][a-z0-9_]{0,62}") || amount < 0) {
            throw new IllegalArgumentException(
                    "counter '%s' by %d: lower-case words joined by _, amounts from 0 on"
                            .formatted(name, amount));
        }
        if (counters.size() >= COUNTERS_MAX && !counters.containsKey(name)) {
            throw new IllegalArgumentException(
                    "counter '%s': this UDL has %d counters, the most there may be"
                            .formatted(name, COUNTERS_MAX));
        }
        counters.computeIfAbsent(name, _ -> new LongAdder()).add(amount);
    }

    void log(String line) {
        synchronized (lines) {
            if (lines.size() == LINES_MAX) {
                lines.removeFirst();
            }
            lines.addLast(
                    line.length() > LINE_CHARS_MAX ? line.substring(0, LINE_CHARS_MAX) : line);
        }
    }

    /** The last lines, oldest first. */
    public List<String> lines() {
        synchronized (lines) {
            return new ArrayList<>(lines);
        }
    }
}
