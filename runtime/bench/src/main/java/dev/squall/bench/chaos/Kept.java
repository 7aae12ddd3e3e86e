package dev.squall.bench.chaos;

import dev.squall.bench.node.NodeClient.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes keep in the end: for each node and key the versions, oldest first.
 *
 * @param byNode the histories of each node, by key
 */
record Kept(Map<Integer, Map<String, List<Version>>> byNode) {

    Kept {
        byNode = new TreeMap<>(byNode);
    }

    /** The history that the first node has of a key. */
    List<Version> history(String key) {
        for (var keys : byNode.values()) {
            return keys.getOrDefault(key, List.of());
        }
        return List.of();
    }

    /** All keys that any node has. */
    TreeSet<String> keys() {
        var keys = new TreeSet<String>();
        byNode.values().forEach(histories -> keys.addAll(histories.keySet()));
        return keys;
    }

    /** The versions of a key by their producers, as the first node has them. */
    Map<String, Version> byProducer(String key) {
        var versions = new HashMap<String, Version>();
        history(key).forEach(v -> versions.putIfAbsent(v.producer(), v));
        return versions;
    }

    /** The newest version of a key not after a time, or null; a delete is a version too. */
    @Nullable Version at(String key, long micros) {
        Version newest = null;
        for (var version : history(key)) {
            if (version.timestamp() > micros) {
                break;
            }
            newest = version;
        }
        return newest;
    }

    /** What differs between the nodes, in words. */
    List<String> differences() {
        var keys = keys();
        return byNode.entrySet().stream()
                .flatMap(e ->
                        keys.stream()
                                .filter(k ->
                                        !history(k).equals(e.getValue().getOrDefault(k, List.of())))
                                .map(k -> difference(e.getKey(), k)))
                .toList();
    }

    private String difference(int node, String key) {
        var one = history(key);
        var other = byNode.getOrDefault(node, Map.of()).getOrDefault(key, List.of());
        int i = 0;
        while (i < one.size() && i < other.size() && one.get(i).equals(other.get(i))) {
            i++;
        }
        return "%s has %d versions at the first node and %d at node %d; at place %d: %s and %s"
                .formatted(key, one.size(), other.size(), node, i, place(one, i), place(other, i));
    }

    private static String place(List<Version> history, int i) {
        return i < history.size() ? history.get(i).toString() : "the end";
    }
}
