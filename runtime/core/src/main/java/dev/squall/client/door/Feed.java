package dev.squall.client.door;

import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import dev.squall.client.frame.RequestCodec;
import dev.squall.store.LogCursor;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * One shard that a guest watches: reads the log behind its writer, as far as the guest has given
 * credit. When the replica here goes, or is made anew, the watch ends with the members that hold
 * the shard, and goes on there. Belongs to the door's agent.
 */
final class Feed implements LogCursor.Sink {

    /** Records that are looked at before others have their turn. */
    private static final int TURN_RECORDS = 256;

    /** An event takes so much credit beside its payload: 64 bytes. */
    private static final long EVENT_BYTES = 64;

    /** How far it has come without an event is said so often at most: 1 s. */
    private static final long PASSED_NANOS = 1_000_000_000;

    private final Guest guest;
    private final long id;
    private final Request.Watch asked;
    private @Nullable LogCursor cursor;
    private long credit;
    private long told;
    private long toldAt;

    Feed(Guest guest, long id, Request.Watch asked) {
        this.guest = guest;
        this.id = id;
        this.asked = asked;
        this.credit = asked.credit();
    }

    /** The guest takes so many bytes more. */
    void more(long bytes) {
        credit = Math.min(Long.MAX_VALUE - bytes, credit) + bytes;
    }

    /**
     * Reads on. Returns whether there may be more to read at once; ends the feed when the shard is
     * not here any more.
     */
    boolean step(Host host, long now) {
        var store = host.store(asked.shard()).orElse(null);
        var reading = cursor;
        if (store == null || (reading != null && reading.store() != store)) {
            guest.endFeed(id, new Answer.Elsewhere(host.holders(asked.shard())));
            return false;
        }
        if (reading == null) {
            reading = begin(store);
            cursor = reading;
            toldAt = now;
            if (asked.from() == Request.From.NOW) { // or it could not go on elsewhere
                guest.tell(id, new Answer.Passed(asked.shard(), reading.version()));
            }
        }
        boolean more = reading.advance(TURN_RECORDS, this);
        if (!more && reading.version() > told && now - toldAt > PASSED_NANOS) {
            told = reading.version();
            toldAt = now;
            guest.tell(id, new Answer.Passed(asked.shard(), told));
        }
        return more && !full();
    }

    private LogCursor begin(ShardStore store) {
        return switch (asked.from()) {
            case NOW -> LogCursor.fromNow(store, asked.prefix());
            case AFTER -> LogCursor.after(store, asked.prefix(), asked.version());
            case FIRST -> LogCursor.from(store, asked.prefix(), 0);
        };
    }

    @Override
    public void found(int shard, StoredObject object, boolean last) {
        boolean along = !object.bulk() && !object.deleted();
        var payload = along ? object.bytes() : RequestCodec.NO_BYTES;
        credit -= EVENT_BYTES + payload.byteSize();
        told = object.version();
        guest.tell(
                id,
                new Answer.Event(
                        shard,
                        object.version(),
                        object.timestamp(),
                        object.deleted(),
                        last,
                        object.bulk() ? object.length() : -1,
                        object.key(),
                        payload));
    }

    @Override
    public void trimmed(int shard, long after, long through) {
        credit -= EVENT_BYTES;
        guest.tell(id, new Answer.Trimmed(shard, after, through));
    }

    @Override
    public boolean full() {
        return credit <= 0 || guest.isFull();
    }
}
