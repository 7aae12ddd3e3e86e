package dev.squall.udl;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/** A UDL instance's door to its node. Used on the instance's own lane thread. */
public interface UdlContext {

    /** The UDL's name and version, as {@code name:version}. */
    String udl();

    /** The node's id. */
    int node();

    /** Configuration: the descriptor's defaults, overlaid by the graph's. */
    Map<String, String> config();

    /** Where this instance logs; also kept for {@code GET /v1/udls/{name}/logs}. */
    System.Logger logger();

    /** This instance's counters; kept by the node for each UDL version. */
    UdlMetrics metrics();

    /**
     * The newest version of an object held on this node, or empty. Takes no lock, copies nothing.
     */
    Optional<ObjectView> get(String key);

    /** The newest version not after {@code version}, or empty. */
    Optional<ObjectView> get(String key, long version);

    /** The newest version not after {@code timestamp} (microseconds since 1970), or empty. */
    Optional<ObjectView> getAt(String key, long timestamp);

    /**
     * Copies a range of an object held on this node, also of one that is {@link ObjectView#bulk()}.
     *
     * @param from the first byte
     * @param into takes as many bytes as it is long, or as there are
     * @return how many bytes were copied
     * @throws IllegalStateException when the pool's retention has dropped some of it
     */
    default long read(ObjectView object, long from, MemorySegment into) {
        long length = Math.min(into.byteSize(), object.bytes().byteSize() - from);
        MemorySegment.copy(object.bytes(), from, into, 0, length);
        return length;
    }

    /** The models this node can run. */
    Models models();

    /** Where models run: {@code cpu}, or {@code cuda:0} and so on. */
    String device();
}
