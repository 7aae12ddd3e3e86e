package dev.squall.bench.node;

/** What a node said to a request, by what it means for what is kept. */
public sealed interface Answer {

    /** A write was done, now or at an earlier attempt; its time is in microseconds since 1970. */
    record Stored(long version, long timestamp) implements Answer {}

    /** A version, its time in microseconds since 1970, and its bytes read as UTF-8. */
    record Found(long version, long timestamp, String text) implements Answer {}

    /** There is no object; the reason is the node's word for it. */
    record Absent(String reason) implements Answer {}

    /** The precondition does not hold. */
    record Mismatch() implements Answer {}

    /** Nothing was done; asking again may help. */
    record Refused(String why) implements Answer {}

    /** It may or may not have been done. */
    record Unknown(String why) implements Answer {}

    /** What no node should ever say to a request of ours. */
    record Strange(String what) implements Answer {}
}
