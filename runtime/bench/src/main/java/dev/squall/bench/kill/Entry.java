package dev.squall.bench.kill;

import dev.squall.bench.member.Message;

/**
 * One version of one object, as it was acknowledged or as it was found.
 *
 * @param key its key
 * @param version its version
 * @param timestamp its time, in microseconds
 * @param stamp which put made it; {@link #HARMED} when its bytes do not say
 * @param checksum over its bytes
 */
public record Entry(String key, long version, long timestamp, String stamp, int checksum) {

    /** The stamp of bytes that are not what somebody put. */
    public static final String HARMED = "harmed";

    /** Reads what a member told. */
    public static Entry read(Message m) {
        return new Entry(
                m.text("key"),
                m.number("version"),
                m.number("timestamp"),
                m.text("stamp"),
                m.integer("checksum"));
    }

    /** What may be there only once. */
    String place() {
        return key + "@" + version;
    }
}
