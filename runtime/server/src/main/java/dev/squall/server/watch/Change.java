package dev.squall.server.watch;

import dev.squall.store.StoredObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The data of an event: a key has a new version. */
@Schema(name = "Change")
public record Change(
        String key, long version, long timestamp, long size, boolean deleted, int shard) {

    static Change of(int shard, StoredObject object) {
        return new Change(
                object.key(),
                object.version(),
                object.timestamp(),
                object.length(),
                object.deleted(),
                shard);
    }
}
