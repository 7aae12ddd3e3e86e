package dev.squall.sim.check;

import dev.squall.node.AckLevel;
import dev.squall.node.Batch;
import dev.squall.node.Producer;
import dev.squall.node.Put;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A put or batch that a client has asked for.
 *
 * @param number counts the puts of a run
 * @param node the member that was asked
 * @param producer who asks, or null
 * @param ack when to answer
 * @param changes what is asked for
 */
public record Asked(
        long number, int node, @Nullable Producer producer, AckLevel ack, List<Change> changes) {

    /**
     * One object.
     *
     * @param size of its bytes
     * @param crc CRC32C of its bytes
     * @param label the number of its label
     */
    public record Change(String key, boolean delete, int size, int crc, int label) {}

    /**
     * By whom, and with which number, as {@link Entry#producer} says it; empty when nobody said.
     */
    String by() {
        return producer == null
                ? ""
                : producer.id() + "/" + producer.incarnation() + "/" + producer.sequence();
    }

    private static int size(MemorySegment payload) {
        return (int) payload.byteSize();
    }

    public static Asked of(long number, int node, Put put) {
        var change =
                new Change(
                        Entry.key(put),
                        put.delete(),
                        size(put.payload()),
                        Entry.crc(put.payload()),
                        put.label());
        boolean label = put.part() == Put.Part.LABEL; // changes no object
        var changes = label ? List.<Change>of() : List.of(change);
        return new Asked(number, node, put.producer(), put.ack(), changes);
    }

    public static Asked of(long number, int node, Batch batch) {
        var changes =
                batch.parts().stream()
                        .map(p ->
                                new Change(
                                        p.key(),
                                        p.delete(),
                                        size(p.payload()),
                                        Entry.crc(p.payload()),
                                        0))
                        .toList();
        return new Asked(number, node, batch.producer(), batch.ack(), changes);
    }

    @Override
    public String toString() {
        return "put %d of %s (%s, ack %s) at node %d"
                .formatted(
                        number,
                        changes.size() == 1
                                ? changes.getFirst().key()
                                : changes.stream().map(Change::key).toList(),
                        producer == null ? "no producer" : producer,
                        ack.label(),
                        node);
    }
}
