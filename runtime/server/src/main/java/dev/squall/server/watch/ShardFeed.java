package dev.squall.server.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.node.Node;
import dev.squall.server.route.MemberClient;
import dev.squall.store.LogCursor;
import dev.squall.view.Member;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One shard of a watch, wherever it can be read: in this node's log while its replica here is
 * whole, else at another member, and now here, now there as replicas come, wait, move and go. The
 * watch's position alone says where to go on, so that no change of the source skips or repeats
 * anything.
 *
 * <p>Single-threaded: belongs to its watch's event loop.
 */
final class ShardFeed {

    /** Begin with what comes from now on. */
    static final long NOW = -1;

    /** Where shards are read. */
    record Sources(Node node, Vertx vertx, MemberClient client, ObjectMapper json) {}

    private final Watch watch;
    private final Sources sources;
    private final Scope scope;
    private final int shard;
    private final long from;
    private @Nullable LogCursor local;
    private @Nullable RemoteCursor remote;

    /**
     * @param from the first version to see, if the watch's position says nothing; or {@link #NOW}
     */
    ShardFeed(Watch watch, Sources sources, Scope scope, int shard, long from) {
        this.watch = watch;
        this.sources = sources;
        this.scope = scope;
        this.shard = shard;
        this.from = from;
    }

    int shard() {
        return shard;
    }

    long from() {
        return from;
    }

    /** Chooses where to read, if that has changed. */
    void choose() {
        var store = sources.node().store(shard).orElse(null);
        if (store == null) {
            local = null;
            if (remote == null && !scope.forwarded()) {
                remote = new RemoteCursor(watch, this, sources.vertx(), sources.client());
                remote.connect();
            }
            return;
        }
        if (local == null || local.store() != store) {
            endRemote();
            var position = watch.position();
            if (position.begun(shard)) {
                local = LogCursor.after(store, scope.prefix(), position.version(shard));
            } else if (from == NOW) {
                local = LogCursor.fromNow(store, scope.prefix());
            } else {
                local = LogCursor.from(store, scope.prefix(), from);
            }
            position.advance(shard, local.version());
        }
    }

    /** Who may be asked, as this node knows it now. */
    List<Member> others() {
        int self = sources.node().config().id();
        return sources.node().where().holders(shard).stream().filter(m -> m.id() != self).toList();
    }

    /**
     * Reads on, if it is read here.
     *
     * @return whether there may be more
     */
    boolean advance(int records) {
        choose();
        var cursor = local;
        if (cursor == null) {
            return false;
        }
        boolean more = cursor.advance(records, watch);
        watch.position().advance(shard, cursor.version());
        return more;
    }

    /** The watch takes more. */
    void drained() {
        if (remote != null) {
            remote.drained();
        }
    }

    private void endRemote() {
        if (remote != null) {
            remote.end();
            remote = null;
        }
    }

    void end() {
        local = null;
        endRemote();
    }
}
