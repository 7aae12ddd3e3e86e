package dev.squall.sim.check;

import dev.squall.base.Version;
import dev.squall.node.Put;
import dev.squall.store.BulkLayout;
import dev.squall.store.StoredObject;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * One record in a log, as far as all replicas must have it alike: an object, or a batch of them,
 * which has neither key nor condition of its own.
 *
 * @param version its version
 * @param timestamp its time
 * @param key the object's key
 * @param delete whether the key was deleted
 * @param expected the version that its caller required, or {@link RecordLayout#ANY}
 * @param producer who put it and with which number; empty when nobody said
 * @param imported whether another shard had it before
 * @param chunk whether it is a part of a bulk object
 * @param size bytes of its payload
 * @param crc CRC32C of its payload
 * @param objects the objects that it makes visible, in their order
 * @param ticket names the batch over several shards that it is of, or empty
 * @param shards who takes part in that, the home first
 * @param label the number of its label; of {@link #about} of that
 * @param about of a record about a label: the version that it is about; else 0
 * @param carried whether it carries that version forward
 */
public record Entry(
        long version,
        long timestamp,
        String key,
        boolean delete,
        long expected,
        String producer,
        boolean imported,
        boolean chunk,
        int size,
        int crc,
        List<Item> objects,
        String ticket,
        List<Integer> shards,
        int label,
        long about,
        boolean carried) {

    /**
     * One object.
     *
     * @param version its own, wherever it was put
     * @param placed the version that its record has in this log
     * @param expected the version that its caller required, or {@link RecordLayout#ANY}
     */
    record Item(
            long version,
            long placed,
            long timestamp,
            String key,
            boolean delete,
            long expected,
            int size,
            int crc,
            int label) {

        static Item of(MemorySegment m, long at) {
            int size = RecordLayout.payloadLength(m, at);
            return new Item(
                    RecordLayout.objectVersion(m, at),
                    RecordLayout.version(m, at),
                    RecordLayout.objectTimestamp(m, at),
                    Entry.key(m, at),
                    RecordLayout.kind(m, at) == RecordLayout.KIND_DELETE,
                    required(m, at),
                    size,
                    Entry.crc(m.asSlice(RecordLayout.payloadAt(m, at), size)),
                    LabelLayout.number(m, at));
        }

        /** Whether another shard had it before. */
        boolean imported() {
            return version != placed;
        }
    }

    static Entry of(MemorySegment m, long at) {
        int size = RecordLayout.payloadLength(m, at);
        var producer = undecided(m, at) ? "" : RecordLayout.producer(m, at);
        return new Entry(
                RecordLayout.version(m, at),
                RecordLayout.timestamp(m, at),
                key(m, at),
                RecordLayout.kind(m, at) == RecordLayout.KIND_DELETE,
                required(m, at),
                producer.isEmpty()
                        ? ""
                        : producer
                                + "/"
                                + RecordLayout.incarnation(m, at)
                                + "/"
                                + RecordLayout.sequence(m, at),
                RecordLayout.imported(m, at),
                RecordLayout.kind(m, at) == RecordLayout.KIND_CHUNK,
                size,
                // The parts of a batch carry places in this one log: what counts are the objects.
                batch(m, at) ? 0 : crc(m.asSlice(RecordLayout.payloadAt(m, at), size)),
                objects(m, at),
                ticket(m, at),
                shards(m, at),
                LabelLayout.number(m, at),
                LabelLayout.isAbout(m, at) ? RecordLayout.expected(m, at) : 0,
                LabelLayout.isKept(m, at));
    }

    /** Whether it is nobody's number: it counts when it is committed, or was counted before. */
    private static boolean undecided(MemorySegment m, long at) {
        int kind = RecordLayout.kind(m, at);
        return kind == RecordLayout.KIND_PREPARE
                || kind == RecordLayout.KIND_TICKET
                || kind == RecordLayout.KIND_KEPT;
    }

    private static boolean several(MemorySegment m, long at) {
        return switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_BATCH, RecordLayout.KIND_PREPARE, RecordLayout.KIND_TICKET ->
                    BatchLayout.shards(m, at) > 1;
            default -> false;
        };
    }

    private static String ticket(MemorySegment m, long at) {
        return several(m, at)
                ? "%d/%d/%d"
                        .formatted(
                                BatchLayout.born(m, at),
                                BatchLayout.node(m, at),
                                BatchLayout.serial(m, at))
                : "";
    }

    private static List<Integer> shards(MemorySegment m, long at) {
        return several(m, at)
                ? IntStream.range(0, BatchLayout.shards(m, at))
                        .mapToObj(i -> BatchLayout.shard(m, at, i))
                        .toList()
                : List.of();
    }

    /** What its caller required; of an import nobody does. */
    private static long required(MemorySegment m, long at) {
        boolean nobody = RecordLayout.imported(m, at) || LabelLayout.isAbout(m, at);
        return nobody ? RecordLayout.ANY : RecordLayout.expected(m, at);
    }

    private static boolean batch(MemorySegment m, long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_BATCH;
    }

    private static List<Item> objects(MemorySegment m, long at) {
        if (RecordLayout.kind(m, at) == RecordLayout.KIND_CHUNK) {
            // One that is taken over is no news: it may come again.
            return RecordLayout.imported(m, at) ? List.of() : List.of(Item.of(m, at));
        }
        var items = new ArrayList<Item>();
        for (long o = BatchLayout.firstObject(m, at); o >= 0; o = BatchLayout.nextObject(m, o)) {
            items.add(Item.of(m, o));
        }
        return List.copyOf(items);
    }

    /** Whether it gives a version a label, or takes it away. */
    boolean isLabel() {
        return about != 0 && !carried;
    }

    /** An object as its readers see it, wherever it stands now. */
    static String seen(StoredObject object) {
        var item = Item.of(object.memory(), object.at());
        return "%s at %d %s, %d B crc %08x by '%s'"
                .formatted(
                        text(item.version),
                        item.timestamp,
                        item.key,
                        item.size,
                        item.crc,
                        object.producer());
    }

    /** The earliest time of what it makes visible; of an import that of its place in this log. */
    long earliest() {
        return imported
                ? timestamp
                : objects.stream().mapToLong(Item::timestamp).min().orElse(timestamp);
    }

    /** A chunk is no version of its key, and is called by a name of its own. */
    private static String key(MemorySegment m, long at) {
        var key = RecordLayout.key(m, at);
        return RecordLayout.kind(m, at) == RecordLayout.KIND_CHUNK
                ? chunk(key, m, RecordLayout.payloadAt(m, at))
                : key;
    }

    /** What the put of a key is called. */
    static String key(Put put) {
        return put.part() == Put.Part.CHUNK ? chunk(put.key(), put.payload(), 0) : put.key();
    }

    private static String chunk(String key, MemorySegment payload, long at) {
        return key + "#" + BulkLayout.chunkName(payload, at);
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
        if (key.isEmpty() && imported) {
            return "%s at %d of producer '%s' or a move"
                    .formatted(text(version), timestamp, producer);
        }
        if (key.isEmpty()) {
            var keys = objects.stream().map(Item::key).toList();
            var by = producer.isEmpty() ? "" : " by " + producer;
            var of = ticket.isEmpty() ? "" : " of ticket " + ticket;
            return "%s at %d batch of %s%s%s".formatted(text(version), timestamp, keys, by, of);
        }
        if (about != 0) {
            return "%s at %d label %d of %s of %s%s"
                    .formatted(
                            text(version),
                            timestamp,
                            label,
                            text(about),
                            key,
                            carried ? ", carried forward" : "");
        }
        return "%s at %d %s %s %d B crc %08x%s"
                .formatted(
                        text(version),
                        timestamp,
                        delete ? "delete" : "put",
                        key,
                        size,
                        crc,
                        (imported ? " taken over" : "")
                                + (producer.isEmpty() ? "" : " by " + producer));
    }
}
