package dev.squall.store;

/**
 * A version that has a label.
 *
 * @param key its key
 * @param version the object's
 * @param timestamp the object's, microseconds
 * @param label the number of its label, see {@link Keep}
 * @param record the version of the record that holds it: its own, until it is carried forward
 * @param location where that record stands
 * @param bytes what the record takes in a log
 * @param next the version that came after it; 0 = it is its key's newest
 * @param nextTime the time of that
 */
public record Labelled(
        String key,
        long version,
        long timestamp,
        int label,
        long record,
        long location,
        long bytes,
        long next,
        long nextTime) {

    Labelled as(int other) {
        return new Labelled(
                key, version, timestamp, other, record, location, bytes, next, nextTime);
    }

    Labelled before(long newer, long newerTime) {
        return new Labelled(
                key, version, timestamp, label, record, location, bytes, newer, newerTime);
    }
}
