package dev.squall.bench.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the processes of nodes hold, looked at again and again: whether it grows. Their heaps should
 * have a fixed size and be touched at the start, or the heap's own growth is what one sees. Used by
 * one thread.
 */
public final class Looks {

    /** Options of a virtual machine whose heap does not grow. */
    public static final List<String> FIXED_HEAP =
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");

    /** Own memory may grow by this much between the first look that counts and the last: 10 %. */
    private static final double GROWTH_MAX = 0.10;

    /** Handles may grow by this many meanwhile: those of requests that are under way. */
    private static final int HANDLES_MAX = 16;

    /** One look at all nodes. */
    public record Look(String when, Map<Integer, ProcessFigures> byNode) {

        @Override
        public String toString() {
            var line = new StringBuilder(when);
            byNode.forEach((id, f) ->
                    line.append(
                            String.format(
                                    Locale.ROOT,
                                    "   node %d: RSS %4d MiB, own %4d MiB, %3d handles, %3d"
                                            + " threads",
                                    id,
                                    f.residentBytes() >> 20,
                                    f.ownBytes() >> 20,
                                    f.handles(),
                                    f.threads())));
            return line.toString();
        }
    }

    private final List<Look> looks = new ArrayList<>();

    /** Looks at nodes. */
    public Look at(List<ServerNode> nodes, String when) {
        var byNode = new LinkedHashMap<Integer, ProcessFigures>();
        for (var node : nodes) {
            byNode.put(node.id(), node.figures());
        }
        var look = new Look(when, byNode);
        looks.add(look);
        return look;
    }

    public List<Look> all() {
        return List.copyOf(looks);
    }

    /**
     * What has grown up to the last look.
     *
     * @param from the number of the look at which all is warm
     */
    public List<String> growth(int from) {
        return looks.size() <= from + 1
                ? List.of()
                : growth(looks.get(from).byNode, looks.getLast().byNode);
    }

    static List<String> growth(
            Map<Integer, ProcessFigures> before, Map<Integer, ProcessFigures> after) {
        var grown = new ArrayList<String>();
        after.forEach((id, last) -> {
            var first = before.get(id);
            if (first == null) {
                return;
            }
            if (last.ownBytes() > first.ownBytes() * (1 + GROWTH_MAX)) {
                grown.add(
                        "node %d: own memory from %d to %d bytes"
                                .formatted(id, first.ownBytes(), last.ownBytes()));
            }
            if (last.handles() > first.handles() + HANDLES_MAX) {
                grown.add(
                        "node %d: handles from %d to %d"
                                .formatted(id, first.handles(), last.handles()));
            }
        });
        return grown;
    }
}
