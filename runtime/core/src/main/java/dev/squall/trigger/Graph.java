package dev.squall.trigger;

import dev.squall.base.Document;
import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.trigger.UdlDescriptor.Dispatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A dataflow graph: UDLs bound to key prefixes, their outputs to others.
 *
 * @param name its name
 * @param vertices what runs where
 * @param text the document as it was written
 */
public record Graph(String name, List<Vertex> vertices, String text) {

    /** Vertices of a graph. */
    public static final int VERTICES_MAX = 256;

    /**
     * A bound UDL.
     *
     * @param name unique in the graph
     * @param on the prefix whose objects it handles
     * @param udl {@code name}, {@code name:version} or {@code name@alias}
     * @param entry the UDL's entry; empty = its first
     * @param dispatch how objects are spread over lanes
     * @param emit output name to prefix
     * @param config overlays the entry's configuration
     */
    public record Vertex(
            String name,
            String on,
            String udl,
            String entry,
            Dispatch dispatch,
            Map<String, String> emit,
            Map<String, String> config) {}

    /** Reads a graph that was put under a name. */
    public static Graph parse(String name, String text) {
        var d = Document.parse("graph", text).allow(Set.of("name", "vertices"));
        var own = d.text("name", name);
        if (!own.equals(name) || !name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw d.invalid(
                    "name",
                    "is '%s' and was put as '%s'; both must be the same 1 to 63 of a-z 0-9 -"
                            .formatted(own, name));
        }
        var vertices = new ArrayList<Vertex>();
        for (var v : d.children("vertices")) {
            vertices.add(vertex(v));
        }
        long names = vertices.stream().map(Vertex::name).distinct().count();
        if (vertices.isEmpty() || vertices.size() > VERTICES_MAX || names < vertices.size()) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "graph.vertices has %d of %d different names; allowed are 1 to %d"
                            .formatted(vertices.size(), names, VERTICES_MAX));
        }
        return new Graph(name, List.copyOf(vertices), text);
    }

    private static Vertex vertex(Document d) {
        d.allow(Set.of("name", "on", "udl", "entry", "dispatch", "emit", "config"));
        var emit = d.texts("emit");
        emit.values().forEach(Key::check);
        return new Vertex(
                d.text("name"),
                Key.check(d.text("on")),
                d.text("udl"),
                d.text("entry", ""),
                Dispatch.parse(
                        d.choice("dispatch", "per-key", Set.of("per-key", "one-lane", "any-lane"))),
                emit,
                d.texts("config"));
    }
}
