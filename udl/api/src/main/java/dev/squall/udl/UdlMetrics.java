package dev.squall.udl;

/** Counters of one UDL. Names are lower-case words joined by underscores, at most 64 of them. */
public interface UdlMetrics {

    /**
     * Adds to a counter, which begins at 0.
     *
     * @throws IllegalArgumentException for a bad name, a negative amount or a 65th counter
     */
    void count(String name, long amount);
}
