package dev.squall.bench.maps.peer;

import dev.squall.bench.maps.LocalMap;
import dev.squall.bench.maps.Words;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/** LMDB by lmdbjava: values are read where they are mapped, in one long transaction a reader. */
public final class LmdbMap implements LocalMap {

    private static final int PUTS_A_TRANSACTION = 100_000;

    private final int size;
    private final Env<ByteBuffer> env;
    private final Dbi<ByteBuffer> db;
    private final ByteBuffer key = key();
    private Txn<ByteBuffer> writing;
    private int puts;

    /**
     * @param size bytes of a value
     * @param keys how many there will be
     * @param directory where its file lies
     */
    public LmdbMap(int size, int keys, Path directory) {
        this.size = size;
        this.env =
                Env.create()
                        .setMapSize(((long) keys * (size + 4096 / 16) * 3) + (64 << 20))
                        .setMaxReaders(64)
                        .open(directory.toFile(), EnvFlags.MDB_NOSYNC, EnvFlags.MDB_NOTLS);
        this.db = env.openDbi((String) null, DbiFlags.MDB_CREATE);
        this.writing = env.txnWrite();
    }

    private static ByteBuffer key() {
        return ByteBuffer.allocateDirect(4).order(ByteOrder.BIG_ENDIAN);
    }

    @Override
    public void put(int number, MemorySegment value) {
        db.put(writing, key.putInt(0, number), value.asByteBuffer(), PutFlags.MDB_APPEND);
        puts++;
        if (puts % PUTS_A_TRANSACTION == 0) {
            writing.commit();
            writing = env.txnWrite();
        }
    }

    @Override
    public void filled() {
        writing.commit();
    }

    @Override
    public Reader reader() {
        var txn = env.txnRead();
        var own = key();
        return new Reader() {
            private ByteBuffer value(int number) {
                var value = db.get(txn, own.putInt(0, number));
                if (value == null) {
                    throw new IllegalStateException("a key is missing");
                }
                return value.order(ByteOrder.nativeOrder());
            }

            @Override
            public long touch(int number) {
                return value(number).getLong(size / 2);
            }

            @Override
            public long copy(int number, byte[] into) {
                value(number).get(0, into, 0, size);
                return Words.get(into, size / 2);
            }
        };
    }

    @Override
    public void close() throws IOException {
        // Readers hold transactions to the end of the process; the map goes with it.
    }
}
