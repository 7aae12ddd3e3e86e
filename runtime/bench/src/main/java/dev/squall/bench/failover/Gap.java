package dev.squall.bench.failover;

import java.util.List;

/** How long puts stood still, as clients saw it. */
final class Gap {

    private Gap() {}

    /**
     * The longest time without an acknowledged put, in nanoseconds.
     *
     * @param acks of all lanes, in any order
     * @param without a node whose answers do not count; 0 = none
     * @param from the last answer before this counts too
     * @param until the time ends here, with an answer or without
     */
    static long longest(List<Ack> acks, int without, long from, long until) {
        var times =
                acks.stream()
                        .filter(a -> a.node() != without && a.completed() <= until)
                        .mapToLong(Ack::completed)
                        .sorted()
                        .toArray();
        long longest = 0;
        long before = from;
        for (long time : times) {
            if (time < from) {
                before = time;
            } else {
                longest = Math.max(longest, time - before);
                before = time;
            }
        }
        return Math.max(longest, until - before);
    }
}
