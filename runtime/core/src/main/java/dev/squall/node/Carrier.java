package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.store.BulkLayout;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.table.ShardColumn;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * Brings keys, and what is known of producers, from one shard into another at a node that holds
 * both: what is not there yet goes into the other's queue, ahead of the puts that wait.
 *
 * <p>Belongs to the group agent, and to one view.
 */
final class Carrier {

    private final ShardReplica from;
    private final ShardReplica to;
    private final Clock clock;
    private final Set<String> keys = new HashSet<>();
    private final Set<String> producers = new HashSet<>();
    private final Set<Piece> pieces = new HashSet<>();
    private long bytes;
    private long given = -1;
    private boolean failed;

    /** A chunk of an upload. */
    private record Piece(long upload, int index) {}

    Carrier(ShardReplica from, ShardReplica to, Clock clock) {
        this.from = from;
        this.to = to;
        this.clock = clock;
    }

    /**
     * Whether both shards have everything that was agreed on, and the one that gives has it as safe
     * as it will ever be: what is known in the other shard counts as acknowledged there.
     */
    boolean ready() {
        boolean both =
                from.phase() == ShardReplica.Phase.READY && to.phase() == ShardReplica.Phase.READY;
        if (both && given < 0) {
            given = source().log().lastVersion();
        }
        return both && safe(from, given) && !source().log().soundness().isHarmed();
    }

    ShardStore source() {
        return loaded(from);
    }

    private static ShardStore loaded(ShardReplica replica) {
        var store = replica.store();
        if (store == null) {
            throw new IllegalStateException("shard " + replica.id + " has not recovered yet");
        }
        return store;
    }

    /** Whether everything is there already. */
    boolean done() {
        return loaded(to).imports().done(from.id);
    }

    /** The newest version of the other shard. */
    long last() {
        return loaded(to).log().lastVersion();
    }

    /** Whether all members that count have a version of the other shard, on disk if it has one. */
    boolean safe(long version) {
        return safe(to, version);
    }

    private static boolean safe(ShardReplica replica, long version) {
        var epoch = replica.epoch();
        return epoch != null && epoch.minOfFilled(ShardColumn.PERSISTED) >= version;
    }

    /** Bytes that are under way. */
    long bytes() {
        return bytes;
    }

    /** Whether something that was under way did not get there. */
    boolean failed() {
        return failed;
    }

    /** Sees to it that a key's newest version is in the other shard before what is sent next. */
    void key(String key) {
        var object = loaded(from).reads().newestAt(key, Long.MAX_VALUE);
        failed |= source().log().soundness().isHarmed(); // it is there, but cannot be told what
        if (object != null && wanted(key, object) && keys.add(key)) {
            if (object.bulk()) {
                chunks(object.bytes());
            }
            int label = source().kept().number(key, object.version());
            send(ImportRecord.of(object, from.id, label), () -> keys.remove(key));
        }
    }

    private boolean wanted(String key, StoredObject object) {
        var there = loaded(to).reads().newestAt(key, Long.MAX_VALUE);
        return there == null ? !object.deleted() : there.version() < object.version();
    }

    /** Sees to it that the other shard has the chunks which a manifest names, if they are kept. */
    private void chunks(MemorySegment manifest) {
        long upload = BulkLayout.upload(manifest, 0);
        for (int i = 0; i < BulkLayout.chunks(manifest, 0); i++) {
            var chunk = loaded(from).reads().chunkRecord(upload, i);
            if (chunk != null) {
                chunk(chunk);
            }
        }
    }

    private void chunk(StoredObject chunk) {
        var bytes = chunk.bytes();
        var piece = new Piece(BulkLayout.chunkUpload(bytes, 0), BulkLayout.chunkIndex(bytes, 0));
        boolean there = loaded(to).reads().chunkRecord(piece.upload, piece.index) != null;
        if (!there && pieces.add(piece)) {
            send(ImportRecord.of(chunk, from.id, 0), () -> pieces.remove(piece));
        }
    }

    /** Sees to it that the other shard knows a producer before what is sent next. */
    void producer(String id) {
        var record = producers.add(id) ? loaded(from).imports().producer(id) : null;
        if (record != null) {
            send(ImportRecord.of(record, from.id), () -> {});
        }
    }

    /** Sends a record; says when it is there. */
    void send(ImportRecord record, Runnable there) {
        int length = record.length();
        bytes += length;
        to.puts.ahead(
                PendingPut.imported(
                        record,
                        new PutCaller() {
                            @Override
                            public void answered(PutAnswer answer) {
                                bytes -= length;
                                there.run();
                            }

                            @Override
                            public void failed(Failure failure) {
                                failed = true;
                            }
                        },
                        clock.nanos() + NodeCore.SEND_NANOS_MAX));
    }
}
