package dev.squall.bench.maps;

import dev.squall.log.Log;
import dev.squall.memory.Region;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.ShardReader;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A shard of a member: what a put is after it was ordered, and what a get reads. */
final class SquallMap implements LocalMap {

    private final int size;
    private final ShardStore store;
    private final KeyText keys = new KeyText();
    private final MemorySegment record;
    private long version;

    SquallMap(int size) {
        this.size = size;
        var pool = new PoolSpec("bench", StoreKind.VOLATILE, 1, 1, "", Retention.ALL, "any");
        this.store = new ShardStore(1, pool, new Log(), (_, _, _) -> {});
        this.record = Region.allocate(RecordLayout.HEADER_BYTES + KeyText.BYTES + size);
    }

    /** Versions and times are counted up from 1. */
    @Override
    public void put(int key, MemorySegment value) {
        RecordLayout.writeHeader(record, 0, RecordLayout.KIND_PUT, KeyText.BYTES, 0, size);
        long body = RecordLayout.HEADER_BYTES;
        MemorySegment.copy(keys.of(key), 0, record, ValueLayout.JAVA_BYTE, body, KeyText.BYTES);
        MemorySegment.copy(value, 0, record, body + KeyText.BYTES, size);
        version++;
        RecordLayout.stamp(record, 0, version);
        RecordLayout.seal(record, 0);
        store.apply(record, 0, version);
    }

    @Override
    public Reader reader() {
        return new StoreReader(store.reader(), size);
    }

    @Override
    public void close() {}

    private static final class StoreReader implements PastReader {
        private final ShardReader reader;
        private final int size;
        private final KeyText keys = new KeyText();

        StoreReader(ShardReader reader, int size) {
            this.reader = reader;
            this.size = size;
        }

        private void require(boolean found) {
            if (!found) {
                throw new IllegalStateException("a key is missing");
            }
        }

        @Override
        public long touch(int key) {
            require(reader.newest(keys.of(key), KeyText.BYTES));
            return reader.memory().get(WORD, reader.payloadAt() + size / 2);
        }

        @Override
        public long copy(int key, byte[] into) {
            require(reader.newest(keys.of(key), KeyText.BYTES));
            MemorySegment.copy(
                    reader.memory(), ValueLayout.JAVA_BYTE, reader.payloadAt(), into, 0, size);
            return Words.get(into, size / 2);
        }

        @Override
        public long touchAt(int key, long time) {
            require(reader.at(keys.of(key), KeyText.BYTES, time));
            return reader.memory().get(WORD, reader.payloadAt() + size / 2);
        }
    }
}
