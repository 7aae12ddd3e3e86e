package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.node.Node;
import dev.squall.node.Route;
import java.util.ArrayList;
import java.util.List;

/** A prefix of keys and the shards in which such keys may lie. */
public final class Prefix {

    private Prefix() {}

    /** Returns the prefix when it is one; it may end within a name. */
    public static String check(String prefix) {
        if (!prefix.startsWith("/") || prefix.length() > Key.BYTES_MAX) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "prefix '%s' does not begin with / or has over %d characters"
                            .formatted(prefix, Key.BYTES_MAX));
        }
        return prefix;
    }

    /**
     * The shards of all pools that may hold keys under a prefix. A prefix that names a pool which
     * is not there is refused.
     */
    public static List<Route> shards(Node node, String prefix) {
        var routes = new ArrayList<Route>();
        for (var pool : node.pools()) {
            var root = "/" + pool.name();
            if (root.startsWith(prefix) || prefix.startsWith(root + "/")) {
                routes.addAll(node.routes(pool.name()));
            }
        }
        if (routes.isEmpty() && !prefix.equals("/")) {
            throw Keys.noPool(Key.pool(prefix));
        }
        return routes;
    }
}
