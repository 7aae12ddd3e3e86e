package dev.squall.store;

import dev.squall.base.Key;
import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Reads one shard without making garbage: a cursor that stands on the record it found last. What it
 * shows is the log's own memory, read-only by custom: nobody ever changes it.
 *
 * <p><b>Lease.</b> As long as the cursor stands on a record, or the caller holds its {@link
 * #memory}, these bytes stay, whatever the shard drops meanwhile. {@link #release} lets go.
 *
 * <p>One thread at a time; as many readers a shard as one likes, who neither wait for each other
 * nor for the writer.
 */
public final class ShardReader {

    private final Log log;
    private final ShardIndex index;
    private final byte[] key = new byte[Key.BYTES_MAX];
    private MemorySegment memory = MemorySegment.NULL;
    private long at;
    private int keyLength;

    ShardReader(Log log, ShardIndex index) {
        this.log = log;
        this.index = index;
    }

    /**
     * Goes to a key's newest version.
     *
     * @return false when there is no such key, it was deleted, or the record is damaged
     */
    public boolean newest(String key) {
        int length = encode(key);
        return length >= 0 && newest(this.key, length);
    }

    /** The same for a key in UTF-8: the first bytes of an array. */
    public boolean newest(byte[] utf8, int length) {
        long head = index.newest(utf8, length);
        // Dropped or carried forward this moment: then it is looked for once more.
        boolean there = head <= 0 || log.memory(head) != null;
        return stand(there ? head : index.newest(utf8, length), length);
    }

    /**
     * Goes to a key's newest version not after a time.
     *
     * @param micros since 1970; what is read there changes no more once the shard's frontier has
     *     passed it
     * @return false when there is none, or no longer, it is a delete, or damaged
     */
    public boolean at(String key, long micros) {
        int length = encode(key);
        return length >= 0 && at(this.key, length, micros);
    }

    /** The same for a key in UTF-8: the first bytes of an array. */
    public boolean at(byte[] utf8, int length, long micros) {
        long head = index.newest(utf8, length);
        long found = index.notAfter(utf8, length, head, By.TIME, micros);
        boolean there = found <= 0 || log.memory(found) != null;
        return stand(there ? found : index.notAfter(utf8, length, head, By.TIME, micros), length);
    }

    private boolean stand(long location, int length) {
        var there = location <= 0 ? null : log.memory(location);
        if (there == null || !log.soundness().record(there, location)) {
            return false;
        }
        memory = there;
        at = Log.offset(location);
        keyLength = length;
        return RecordLayout.kind(there, at) != RecordLayout.KIND_DELETE;
    }

    /** Writes a key as UTF-8. Returns its length, or -1 when it is too long for any key. */
    private int encode(String text) {
        int length = text.length();
        if (length > key.length) {
            return -1;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return encodeAll(text);
            }
            key[i] = (byte) c;
        }
        return length;
    }

    private int encodeAll(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > key.length) {
            return -1;
        }
        System.arraycopy(utf8, 0, key, 0, utf8.length);
        return utf8.length;
    }

    /** The log memory that holds the record; the payload lies in it at {@link #payloadAt}. */
    public MemorySegment memory() {
        return memory;
    }

    /** Where in {@link #memory} the payload begins. */
    public long payloadAt() {
        // Most have no producer. As a branch, and with the key's length as the caller gave it, the
        // processor fetches the payload without waiting for the record's header.
        int producerLength = RecordLayout.producerLength(memory, at);
        long known = at + RecordLayout.HEADER_BYTES + keyLength;
        if (producerLength != 0) {
            return known + producerLength;
        }
        return known;
    }

    /** The payload's bytes. */
    public int size() {
        return RecordLayout.payloadLength(memory, at);
    }

    public long version() {
        return RecordLayout.objectVersion(memory, at);
    }

    /** The version's time, in microseconds since 1970. */
    public long timestamp() {
        return RecordLayout.objectTimestamp(memory, at);
    }

    /** The payload as a read-only segment: a small object, unless the compiler sees through it. */
    public MemorySegment bytes() {
        return memory.asSlice(payloadAt(), size()).asReadOnly();
    }

    /** Lets go of the record. */
    public void release() {
        memory = MemorySegment.NULL;
        at = 0;
    }
}
