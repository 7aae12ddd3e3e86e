package dev.squall.sim.check;

import dev.squall.base.Version;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * One version in a log, as far as all replicas must have it alike.
 *
 * @param version its version
 * @param timestamp its time
 * @param key the object's key
 * @param delete whether the key was deleted
 * @param expected the version that its caller required, or {@link RecordLayout#ANY}
 * @param producer who put it and with which number; empty when nobody said
 * @param size bytes of its payload
 * @param crc CRC32C of its payload
 */
public record Entry(
        long version,
        long timestamp,
        String key,
        boolean delete,
        long expected,
        String producer,
        int size,
        int crc) {

    static Entry of(MemorySegment m, long at) {
        int size = RecordLayout.payloadLength(m, at);
        var producer = RecordLayout.producer(m, at);
        return new Entry(
                RecordLayout.version(m, at),
                RecordLayout.timestamp(m, at),
                RecordLayout.key(m, at),
                RecordLayout.kind(m, at) == RecordLayout.KIND_DELETE,
                RecordLayout.expected(m, at),
                producer.isEmpty()
                        ? ""
                        : producer
                                + "/"
                                + RecordLayout.incarnation(m, at)
                                + "/"
                                + RecordLayout.sequence(m, at),
                size,
                crc(m.asSlice(RecordLayout.payloadAt(m, at), size)));
    }

    static int crc(MemorySegment bytes) {
        var crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return (int) crc.getValue();
    }

    /** A version as people read it: {@code view:sequence}. */
    public static String text(long version) {
        return version == Version.NONE
                ? "none"
                : Version.view(version) + ":" + Version.sequence(version);
    }

    @Override
    public String toString() {
        return "%s at %d %s %s %d B crc %08x%s"
                .formatted(
                        text(version),
                        timestamp,
                        delete ? "delete" : "put",
                        key,
                        size,
                        crc,
                        producer.isEmpty() ? "" : " by " + producer);
    }
}
