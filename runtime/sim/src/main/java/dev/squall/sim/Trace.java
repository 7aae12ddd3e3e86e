package dev.squall.sim;

import java.util.Locale;

/**
 * What happened, one line each: simulated time, node, what, and the numbers. The same seed gives
 * the same lines, byte for byte.
 */
public final class Trace {

    /** Takes the lines. */
    public interface Sink {
        void line(String line);
    }

    private final Agenda agenda;
    private final Sink sink;
    private final boolean on;

    Trace(Agenda agenda, Sink sink, boolean on) {
        this.agenda = agenda;
        this.sink = sink;
        this.on = on;
    }

    /** Whether anybody reads the lines: ask before making one. */
    boolean on() {
        return on;
    }

    /**
     * One event.
     *
     * @param node where; 0 = not at one node
     * @param what a word
     * @param text the rest
     */
    void say(int node, String what, String text) {
        if (on) {
            long micros = agenda.nanos() / 1000;
            sink.line(
                    String.format(
                            Locale.ROOT,
                            "%4d.%06d  %-6s  %-10s  %s",
                            micros / 1_000_000,
                            micros % 1_000_000,
                            node == 0 ? "" : "node " + node,
                            what,
                            text));
        }
    }
}
