package dev.squall.server.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.squall.base.Failure;
import dev.squall.server.config.SquallConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What edge agents last told this node of themselves. An agent is silent after {@link
 * #SILENT_MILLIS} and forgotten after {@link #FORGOTTEN_MILLIS}; at most {@code
 * squall.limits.edge-agents} are remembered. Any thread.
 */
@Singleton
public final class EdgeAgents {

    /** Three missed reports: 15 s. */
    static final long SILENT_MILLIS = 15_000;

    /** 10 minutes. */
    static final long FORGOTTEN_MILLIS = 600_000;

    private record Report(ObjectNode body, long atMillis) {}

    private final int max;
    private final ConcurrentHashMap<String, Report> reports = new ConcurrentHashMap<>();

    EdgeAgents(SquallConfig config) {
        this.max = config.limits().edgeAgents();
    }

    /** How many are remembered. */
    public int count() {
        return reports.size();
    }

    void put(String id, ObjectNode body, long nowMillis) {
        forget(nowMillis);
        if (reports.size() >= max && !reports.containsKey(id)) {
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "%d edge agents are known here, the limit squall.limits.edge-agents"
                            .formatted(max));
        }
        reports.put(id, new Report(body.deepCopy().put("id", id), nowMillis));
    }

    /** Their reports, with what this node knows of them: state and age. */
    List<ObjectNode> list(long nowMillis) {
        forget(nowMillis);
        return reports.values().stream().map(r -> described(r, nowMillis - r.atMillis)).toList();
    }

    private static ObjectNode described(Report report, long age) {
        return report.body
                .deepCopy()
                .put("state", age < SILENT_MILLIS ? "alive" : "silent")
                .put("reported_ms_ago", age);
    }

    private void forget(long nowMillis) {
        reports.values().removeIf(r -> nowMillis - r.atMillis > FORGOTTEN_MILLIS);
    }
}
