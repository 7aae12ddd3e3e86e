package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What the newest version of a key, its head, allows to come after it: whether a change finds the
 * key as its caller wants it, and from which time on. A head is a place in the log, 0 = none. For
 * the shard's writer.
 */
final class Heads {

    private final Log log;

    Heads(Log log) {
        this.log = log;
    }

    /** The time of a key's next version, which is greater than that of its last. */
    long after(long head, long stamp) {
        return head == 0 ? stamp : Math.max(stamp, timestampAt(head) + 1);
    }

    /** Why a change may not come after this head, or null. */
    @Nullable Outcome refusal(MemorySegment m, long at, long head) {
        long expected = RecordLayout.expected(m, at);
        boolean delete = isDelete(m, at);
        if (expected == RecordLayout.ANY && !delete) {
            return null;
        }
        long newest = version(head);
        if (expected != RecordLayout.ANY && expected != newest) {
            return new Outcome.Mismatch(newest);
        }
        return delete && newest == 0 ? new Outcome.Absent() : null;
    }

    /** The version of the newest record of a key, or 0 when there is none or it is a delete. */
    long version(long head) {
        var m = head == 0 ? null : log.memory(head);
        return m == null || isDelete(m, Log.offset(head))
                ? 0
                : RecordLayout.objectVersion(m, Log.offset(head));
    }

    /** The newest version itself, deleted or not; null when there is none. */
    @Nullable StoredObject object(long head) {
        var m = head == 0 ? null : log.memory(head);
        return m == null ? null : new StoredObject(m, Log.offset(head));
    }

    private long timestampAt(long head) {
        var m = log.memory(head);
        return m == null ? Long.MIN_VALUE : RecordLayout.objectTimestamp(m, Log.offset(head));
    }

    private static boolean isDelete(MemorySegment m, long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_DELETE;
    }
}
