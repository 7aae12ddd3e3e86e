package dev.squall.node;

import dev.squall.trigger.Binding;
import dev.squall.trigger.Graph;
import dev.squall.trigger.UdlDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the metadata binds: the newest version of each UDL to the prefixes in its descriptor, and
 * the vertices of graphs to theirs. A pure function, so that all nodes bind the same.
 */
final class Bindings {

    /** Prefix of entries that are bound to no keys and called by name; no key lies under it. */
    private static final String BY_NAME = "//";

    private Bindings() {}

    static List<Binding> of(Metadata metadata) {
        var found = new ArrayList<Binding>();
        for (var versions : metadata.udls().values()) {
            var newest = versions.lastEntry().getValue();
            for (var entry : newest.descriptor().entries()) {
                boolean served =
                        newest.descriptor().serves().stream()
                                .anyMatch(s -> s.entry().equals(entry.name()));
                if (!entry.prefix().isEmpty() || served) {
                    found.add(own(newest, entry));
                }
            }
        }
        for (var graph : metadata.graphs().values()) {
            for (var vertex : graph.vertices()) {
                var udl = metadata.udl(vertex.udl());
                var entry = udl == null ? null : entry(udl, vertex);
                if (udl != null && entry != null) {
                    found.add(vertex(graph, vertex, udl, entry));
                }
            }
        }
        return found;
    }

    private static Binding own(Metadata.UdlVersion udl, UdlDescriptor.Entry e) {
        return new Binding(
                "udl/" + udl.descriptor().name() + "/" + e.name(),
                udl.descriptor().id(),
                udl.sha256(),
                e.name(),
                e.type(),
                e.prefix().isEmpty() ? BY_NAME : e.prefix(),
                e.on(),
                e.dispatch(),
                e.allReplicas(),
                e.emit(),
                e.config(),
                e.deadlineMillis());
    }

    private static Binding vertex(
            Graph graph, Graph.Vertex v, Metadata.UdlVersion udl, UdlDescriptor.Entry e) {
        Map<String, String> config = new HashMap<>(e.config());
        config.putAll(v.config());
        Map<String, String> emit = new HashMap<>(e.emit());
        emit.putAll(v.emit());
        return new Binding(
                "graph/" + graph.name() + "/" + v.name(),
                udl.descriptor().id(),
                udl.sha256(),
                e.name(),
                e.type(),
                v.on(),
                e.on(),
                v.dispatch(),
                e.allReplicas(),
                emit,
                config,
                e.deadlineMillis());
    }

    /** The entry that a vertex means, or null when the UDL has none of that name. */
    static UdlDescriptor.@Nullable Entry entry(Metadata.UdlVersion udl, Graph.Vertex vertex) {
        for (var e : udl.descriptor().entries()) {
            if (vertex.entry().isEmpty() || e.name().equals(vertex.entry())) {
                return e;
            }
        }
        return null;
    }
}
