package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.node.Node;
import dev.squall.node.Route;
import dev.squall.server.http.KeyPath;
import dev.squall.server.problem.Problem;
import dev.squall.server.problem.Refusal;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import jakarta.inject.Singleton;
import java.util.List;

/** Finds where a key of a request lives, and says in words why it cannot be had. */
@Singleton
public final class Keys {

    private final Node node;

    Keys(Node node) {
        this.node = node;
    }

    /** The route of a key that is read. */
    public Route route(String key) {
        try {
            return node.route(key);
        } catch (Failure e) {
            throw e.kind() == Failure.Kind.NOT_FOUND ? noPool(Key.pool(key)) : e;
        }
    }

    /** The route of a key that is read at a time. */
    Route routeAt(String key, long micros) {
        try {
            return node.where().at(Key.check(key), micros);
        } catch (Failure e) {
            throw e.kind() == Failure.Kind.NOT_FOUND ? noPool(Key.pool(key)) : e;
        }
    }

    /** All shards in which versions of a key may be. */
    List<Route> history(String key) {
        var _ = route(key);
        return node.where().history(key);
    }

    /** The route of a key that is changed or triggered: never one of the system's own. */
    public Route writable(String parameter) {
        var key = KeyPath.key(parameter);
        if (Key.pool(key).equals(Key.SYSTEM_POOL)) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "/.squall holds the cluster's own metadata; it changes by the calls for pools,"
                            + " udls and graphs");
        }
        return route(key);
    }

    /** The shard of a route; the forwarder has sent away what lies elsewhere. */
    public ShardStore store(Route route) {
        return node.store(route.shard())
                .orElseThrow(() ->
                        new Failure(
                                Failure.Kind.UNAVAILABLE,
                                "shard %d of pool /%s is not here yet; the view is changing"
                                        .formatted(route.index(), route.pool().name())));
    }

    /** Ends a request for a pool that is not there. */
    public static Refusal noPool(String pool) {
        return new Refusal(
                Problem.of(
                                new Failure(
                                        Failure.Kind.NOT_FOUND,
                                        "there is no pool /%1$s; create it with PUT /v1/pools/%1$s"
                                                .formatted(pool)))
                        .because("no-pool"));
    }

    /** Ends a request for an object that is not there. */
    static Refusal missing(String key, ReadResult.Why why) {
        boolean harmed = why == ReadResult.Why.DAMAGED;
        var kind = harmed ? Failure.Kind.UNAVAILABLE : Failure.Kind.NOT_FOUND;
        return new Refusal(
                Problem.of(new Failure(kind, key + ": " + why.text())).because(word(why)));
    }

    /** Why there is no object, in one word. */
    static String word(ReadResult.Why why) {
        return switch (why) {
            case NO_KEY -> "no-key";
            case NOT_YET -> "not-yet";
            case DELETED -> "deleted";
            case TRIMMED -> "trimmed";
            case DAMAGED -> "damaged";
        };
    }
}
