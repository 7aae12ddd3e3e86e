package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * What clients read: as REST does, by {@link Reads}, and never older than what they have seen at
 * another member. Any thread.
 */
final class ClientReads {

    /** A reader waits so long for what it has seen elsewhere: 1 s. */
    private static final long SEEN_MILLIS_MAX = 1_000;

    /** A reader of the past waits so long at most: 1 min. */
    private static final int WAIT_MILLIS_MAX = 60_000;

    private final NodeCore core;

    ClientReads(NodeCore core) {
        this.core = core;
    }

    /** Reads an object. */
    CompletableFuture<? extends Answer> get(Request.Get get) {
        var route = where(get);
        if (!route.local()) {
            return ClientHost.done(new Answer.Elsewhere(ClientHost.ids(route.members())));
        }
        return switch (get.moment()) {
            case NEWEST -> newest(get, route);
            case VERSION -> ClientHost.done(read(get, core.reads().version(get.key(), get.at())));
            case TIME -> {
                int wait = Math.min(get.waitMillis(), WAIT_MILLIS_MAX);
                yield core.reads()
                        .at(get.key(), get.at(), wait)
                        .thenApply(result -> read(get, result));
            }
        };
    }

    private Route where(Request.Get get) {
        return switch (get.moment()) {
            case NEWEST -> core.route(get.key());
            case VERSION -> core.routeOf(get.key(), get.at());
            case TIME -> core.routeAt(get.key(), get.at());
        };
    }

    private CompletableFuture<Answer> newest(Request.Get get, Route route) {
        var seen = get.seen();
        boolean fresh =
                seen.version() == 0
                        || (seen.shard() == route.shard()
                                && store(route).log().lastVersion() >= seen.version());
        var decided = core.awaitDecided(route.shard(), get.key(), SEEN_MILLIS_MAX);
        if (fresh && decided.isDone() && !decided.isCompletedExceptionally()) {
            return ClientHost.done(read(get, core.reads().newest(get.key())));
        }
        var caughtUp =
                fresh
                        ? decided
                        : core.awaitTime(route.shard(), seen.time(), SEEN_MILLIS_MAX)
                                .thenCompose(_ ->
                                        core.awaitDecided(
                                                route.shard(), get.key(), SEEN_MILLIS_MAX));
        return caughtUp.thenApply(_ -> read(get, core.reads().newest(get.key())));
    }

    private Answer read(Request.Get get, ReadResult result) {
        return switch (result) {
            case ReadResult.Missing(var why) -> new Answer.Missing(why);
            case ReadResult.Found(var object) ->
                    object.bulk()
                            ? new Answer.Failed(
                                    Failure.Kind.TOO_LARGE,
                                    "%s has %d bytes and came in chunks; read it by REST"
                                            .formatted(get.key(), object.length()))
                            : new Answer.Found(
                                    core.route(get.key()).shard(),
                                    object.version(),
                                    object.timestamp(),
                                    object.bytes());
        };
    }

    private ShardStore store(Route route) {
        return core.store(route.shard())
                .orElseThrow(() ->
                        new Failure(
                                Failure.Kind.UNAVAILABLE,
                                "shard %d of pool /%s is not here yet; the view is changing"
                                        .formatted(route.index(), route.pool().name())));
    }

    /** Lists keys of a shard. */
    CompletableFuture<? extends Answer> keys(Request.Keys keys) {
        if (store(keys.shard()).isEmpty()) {
            return ClientHost.done(new Answer.Elsewhere(holders(keys.shard())));
        }
        boolean now = keys.time() == Long.MAX_VALUE;
        int wait = Math.min(keys.waitMillis(), WAIT_MILLIS_MAX);
        return now
                ? ClientHost.done(list(keys))
                : core.awaitTime(keys.shard(), keys.time(), wait).thenApply(_ -> list(keys));
    }

    private Answer list(Request.Keys keys) {
        var store = store(keys.shard());
        if (store.isEmpty()) {
            return new Answer.Elsewhere(holders(keys.shard()));
        }
        var pool = store.get().pool().name();
        var where = core.directory();
        var parts = where.parts(pool, keys.time());
        if (!shards(parts).equals(shards(where.shards(pool)))) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "pool '%s' had other shards at %d; list that time by REST"
                            .formatted(pool, keys.time()));
        }
        int limit = Math.min(keys.limit(), Request.Keys.LIMIT_MAX);
        var found = new ArrayList<String>();
        for (var part : parts) {
            if (part.shard() == keys.shard()) {
                found.addAll(
                        core.reads()
                                .keys(part, keys.prefix(), keys.after(), keys.time(), limit + 1));
            }
        }
        found.sort(null);
        boolean more = found.size() > limit;
        return new Answer.KeyList(more ? found.subList(0, limit) : found, more);
    }

    private static Set<Integer> shards(List<Route> routes) {
        return routes.stream().map(Route::shard).collect(Collectors.toSet());
    }

    private Optional<ShardStore> store(int shard) {
        return shard == 0 ? Optional.empty() : core.store(shard);
    }

    private List<Integer> holders(int shard) {
        return ClientHost.ids(core.directory().holders(shard));
    }
}
