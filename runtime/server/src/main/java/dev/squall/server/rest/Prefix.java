package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.node.Node;
import dev.squall.node.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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
     * The numbers of the shards of all pools that may hold keys under a prefix, also of those that
     * nobody has at present. A prefix that names a pool which is not there is refused.
     */
    public static List<Integer> shardNumbers(Node node, String prefix) {
        var numbers = new ArrayList<Integer>();
        pools(node, prefix).forEach(pool -> numbers.addAll(node.shards(pool)));
        return numbers;
    }

    private static List<String> pools(Node node, String prefix) {
        var found = new ArrayList<String>();
        for (var pool : node.pools()) {
            var root = "/" + pool.name();
            if (root.startsWith(prefix) || prefix.startsWith(root + "/")) {
                found.add(pool.name());
            }
        }
        if (found.isEmpty() && !prefix.equals("/")) {
            throw Keys.noPool(Key.pool(prefix));
        }
        return found;
    }

    /**
     * The shards of all pools that may hold keys under a prefix. A prefix that names a pool which
     * is not there is refused.
     *
     * @param routesOf those of a pool that are meant
     */
    public static List<Route> shards(
            Node node, String prefix, Function<String, List<Route>> routesOf) {
        var routes = new ArrayList<Route>();
        pools(node, prefix).forEach(pool -> routes.addAll(routesOf.apply(pool)));
        return routes;
    }
}
