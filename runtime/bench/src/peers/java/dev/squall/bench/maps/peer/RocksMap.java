package dev.squall.bench.maps.peer;

import dev.squall.bench.maps.LocalMap;
import dev.squall.bench.maps.Words;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** RocksDB: no log, no compression, everything compacted and in its cache, direct buffers. */
public final class RocksMap implements LocalMap {

    private static final long CACHE_BYTES = 6L << 30;

    static {
        RocksDB.loadLibrary();
    }

    private final int size;
    private final RocksDB db;
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final ByteBuffer key = key();
    private final ByteBuffer value;

    /**
     * @param size bytes of a value
     * @param keys how many there will be
     * @param directory where its files lie
     */
    public RocksMap(int size, int keys, Path directory) throws RocksDBException {
        this.size = size;
        this.value = ByteBuffer.allocateDirect(size);
        var table =
                new BlockBasedTableConfig()
                        .setBlockCache(new LRUCache(CACHE_BYTES))
                        .setFilterPolicy(new BloomFilter(10));
        var options =
                new Options()
                        .setCreateIfMissing(true)
                        .setCompressionType(CompressionType.NO_COMPRESSION)
                        .setTableFormatConfig(table);
        this.db = RocksDB.open(options, directory.resolve("rocks").toString());
    }

    private static ByteBuffer key() {
        return ByteBuffer.allocateDirect(4).order(ByteOrder.BIG_ENDIAN);
    }

    @Override
    public void put(int number, MemorySegment source) throws IOException {
        try {
            key.putInt(0, number).clear();
            value.put(0, source.asByteBuffer(), 0, size).clear();
            db.put(unlogged, key, value);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void filled() throws IOException {
        try {
            db.compactRange();
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public Reader reader() {
        var own = key();
        var into = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        var options = new ReadOptions().setVerifyChecksums(false);
        return new Reader() {
            private void read(int number) {
                try {
                    own.putInt(0, number).clear();
                    into.clear();
                    if (db.get(options, own, into) != size) {
                        throw new IllegalStateException("a key is missing");
                    }
                } catch (RocksDBException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public long touch(int number) {
                read(number);
                return into.getLong(size / 2);
            }

            @Override
            public long copy(int number, byte[] copy) {
                read(number);
                into.get(0, copy, 0, size);
                return Words.get(copy, size / 2);
            }
        };
    }

    @Override
    public void close() {
        db.close();
    }
}
