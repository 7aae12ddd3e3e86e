package dev.squall.log;

import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether what is read of a log is what was written.
 *
 * <p>A record in memory was checked when it came, and is taken as it is: that costs one look at
 * whether the segment is a mapped file. A record in such a file is checked each time, for the
 * system may have read it from the disk just now: header and body before it is shown to anybody,
 * the header alone where only version, time and links are followed. What is found to be harmed is
 * remembered until its shard has been repaired.
 *
 * <p>Any thread may ask. Costs of checking: two CRC32C, of 88 bytes and of the body.
 */
public final class Soundness {

    /** {@link #harmed}: nothing was found. */
    public static final long UNHARMED = 0;

    /** Somebody was about to decide by bytes that are not what was written. No stack trace. */
    public static final class Harmed extends RuntimeException {

        Harmed(long location) {
            super(
                    "segment %d is harmed at byte %d"
                            .formatted(location >>> 32, Log.offset(location)),
                    null,
                    false,
                    false);
        }
    }

    private final AtomicLong harmed = new AtomicLong(UNHARMED);

    /** Whether a segment's memory is a mapped file. */
    static boolean onDisk(MemorySegment memory) {
        return memory.isReadOnly();
    }

    /**
     * Whether a record is what was written.
     *
     * @param memory what the log gave for the location
     */
    public boolean record(MemorySegment memory, long location) {
        return !onDisk(memory) || whole(memory, Log.offset(location)) || note(location);
    }

    /** Whether version, time, links and lengths of a record are what was written. */
    public boolean header(MemorySegment memory, long location) {
        return !onDisk(memory) || begins(memory, Log.offset(location)) || note(location);
    }

    private boolean note(long location) {
        harmed.compareAndSet(UNHARMED, location);
        return false;
    }

    /** False also when it cannot be read: a page of a mapped file throws an error then. */
    static boolean whole(MemorySegment m, long at) {
        try {
            return RecordLayout.valid(m, at, m.byteSize() - at);
        } catch (InternalError _) {
            return false;
        }
    }

    private static boolean begins(MemorySegment m, long at) {
        try {
            return RecordLayout.headerValid(m, at, m.byteSize() - at);
        } catch (InternalError _) {
            return false;
        }
    }

    /** The location of a record that is not what was written, or {@link #UNHARMED}. */
    public long harmed() {
        return harmed.get();
    }

    /** Whether harm is known that has not been repaired. */
    public boolean isHarmed() {
        return harmed.get() != UNHARMED;
    }

    /** Throws when version, time or links of a record, by which is decided, are harmed. */
    public void demand(MemorySegment memory, long location) {
        if (!header(memory, location)) {
            throw new Harmed(location);
        }
    }

    /** Throws when a record that is to be shown or sent is harmed. */
    public void demandAll(MemorySegment memory, long location) {
        if (!record(memory, location)) {
            throw new Harmed(location);
        }
    }

    /** Throws when any harm is known: by what cannot be followed nothing may be decided. */
    public void demandNone() {
        if (isHarmed()) {
            throw new Harmed(harmed());
        }
    }

    /** What was found is known. */
    public void forgive() {
        harmed.set(UNHARMED);
    }
}
