package dev.squall.edge;

import java.net.URI;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which node to ask next.
 *
 * <p>The uplink stays with a node as long as it answers; a connection that lives is the cheapest
 * one. A node that fails rests: for as long as it asked to, and at least {@link
 * #FIRST_REST_MILLIS}, doubled with each failure up to {@link #MAX_REST_MILLIS}, half of it by
 * chance, so that agents that lost the same node do not come back in step. Meanwhile the next node
 * in the list is asked at once.
 *
 * <p>Single thread; no clock of its own.
 */
final class NodeRing {
    static final long FIRST_REST_MILLIS = 100;
    static final long MAX_REST_MILLIS = 5_000;

    /** A node that asks for a longer rest is asked again after this all the same. */
    static final long MAX_RETRY_AFTER_MILLIS = 30_000;

    private final List<URI> nodes;
    private final RandomGenerator chance;
    private final long[] restsUntil;
    private final int[] failures;
    private int current;

    NodeRing(List<URI> nodes, RandomGenerator chance) {
        this.nodes = List.copyOf(nodes);
        this.chance = chance;
        this.restsUntil = new long[nodes.size()];
        this.failures = new int[nodes.size()];
    }

    /** The node in use. */
    URI current() {
        return nodes.get(current);
    }

    /**
     * Moves on from a node that rests to the next one that does not, or to the one whose rest ends
     * first.
     *
     * @return when the node that is now {@link #current} may be asked: now, or later
     */
    long pick(long nowNanos) {
        int best = current;
        for (int step = 0; step < nodes.size(); step++) {
            int candidate = (current + step) % nodes.size();
            if (restsUntil[candidate] <= nowNanos) {
                best = candidate;
                break;
            }
            if (restsUntil[candidate] < restsUntil[best]) {
                best = candidate;
            }
        }
        current = best;
        return Math.max(nowNanos, restsUntil[best]);
    }

    /**
     * The current node gave no usable answer.
     *
     * @return how often it failed in a row
     */
    int failed(long nowNanos, long retryAfterMillis) {
        int count = ++failures[current];
        restsUntil[current] = nowNanos + restNanos(count, retryAfterMillis);
        return count;
    }

    /**
     * The current node answered.
     *
     * @return how often it had failed in a row before
     */
    int worked() {
        int count = failures[current];
        failures[current] = 0;
        restsUntil[current] = 0;
        return count;
    }

    /** How long to wait after so many failures in a row, given what the other side asked for. */
    long restNanos(int failuresInRow, long retryAfterMillis) {
        long doubled = FIRST_REST_MILLIS << Math.min(failuresInRow - 1, Integer.SIZE - 1);
        long backoffMicros = 1_000 * Math.min(doubled, MAX_REST_MILLIS);
        long shaken = backoffMicros / 2 + chance.nextLong(backoffMicros / 2 + 1);
        long asked = 1_000 * Math.min(retryAfterMillis, MAX_RETRY_AFTER_MILLIS);
        return 1_000 * Math.max(shaken, asked);
    }
}
