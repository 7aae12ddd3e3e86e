package dev.squall.sim.check;

import dev.squall.store.BulkObject;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;

/**
 * A read of the past that was answered.
 *
 * @param shard the shard
 * @param key the key
 * @param micros the time that was asked for
 * @param version the version that was found; 0 = nothing
 * @param restsOn the oldest version that it needs: that of the first chunk of a bulk object
 * @param found what, in words
 */
record Cut(int shard, String key, long micros, long version, long restsOn, String found) {

    static Cut read(ShardStore store, String key, long micros) {
        return switch (store.getAt(key, micros)) {
            case ReadResult.Found(var object) ->
                    new Cut(
                            store.shard(),
                            key,
                            micros,
                            object.version(),
                            restsOn(store, object),
                            Entry.seen(object));
            case ReadResult.Missing(var why) -> {
                boolean nothing = why == ReadResult.Why.NO_KEY || why == ReadResult.Why.NOT_YET;
                yield new Cut(store.shard(), key, micros, 0, 0, nothing ? "nothing" : why.name());
            }
        };
    }

    private static long restsOn(ShardStore store, StoredObject object) {
        return object.bulk() ? new BulkObject(store, object).version(0) : object.version();
    }

    /** Whether it says something about the past, rather than that it cannot be read here. */
    boolean known() {
        return !found.equals(ReadResult.Why.TRIMMED.name()) && !refused();
    }

    /** Whether the replica has found that its disk has rotted there, and says nothing. */
    boolean refused() {
        return found.equals(ReadResult.Why.DAMAGED.name());
    }
}
