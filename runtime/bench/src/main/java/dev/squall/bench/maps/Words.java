package dev.squall.bench.maps;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Words in arrays of bytes, in the order of the machine. */
public final class Words {

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Words() {}

    /** The word that begins at a place. */
    public static long get(byte[] bytes, int at) {
        return (long) WORD.get(bytes, at);
    }

    /** Stores the word that begins at a place. */
    static void set(byte[] bytes, int at, long word) {
        WORD.set(bytes, at, word);
    }
}
