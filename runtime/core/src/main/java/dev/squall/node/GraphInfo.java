package dev.squall.node;

import java.util.List;
import java.util.Map;

/**
 * A graph, as shown.
 *
 * @param name its name
 * @param vertices what runs where
 * @param text the document as it was put
 */
public record GraphInfo(String name, List<Vertex> vertices, String text) {

    /** A bound UDL; handled and failed are those of the UDL version on this node. */
    public record Vertex(
            String name,
            String on,
            String udl,
            String dispatch,
            Map<String, String> emit,
            Map<String, String> config,
            long handled,
            long failed) {}
}
