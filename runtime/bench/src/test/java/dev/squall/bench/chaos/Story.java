package dev.squall.bench.chaos;

import dev.squall.bench.chaos.Operation.Kind;
import dev.squall.bench.chaos.Operation.Outcome;
import dev.squall.bench.node.NodeClient.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes histories down in a few words: operations on one key with the moments of their begin and
 * end, and what two nodes keep. Versions are also times, times ten.
 */
final class Story {

    static final String KEY = "/kept/k";

    private final List<Operation> operations = new ArrayList<>();
    private final List<Version> kept = new ArrayList<>();

    Story put(String stamp, long from, long to, long version) {
        return add(Kind.PUT, 1, stamp, 0, from, to, Outcome.OK, version);
    }

    /** Its outcome is unknown. */
    Story putUnknown(String stamp, long from) {
        return add(Kind.PUT, 1, stamp, 0, from, Operation.NEVER, Outcome.UNKNOWN, 0);
    }

    /** Told to have done nothing. */
    Story putFailed(String stamp, long from, long to) {
        return add(Kind.PUT, 1, stamp, 0, from, to, Outcome.FAILED, 0);
    }

    Story cas(String stamp, long expected, long from, long to, long version) {
        return add(Kind.CAS, 1, stamp, expected, from, to, Outcome.OK, version);
    }

    Story casMismatch(String stamp, long expected, long from, long to) {
        return add(Kind.CAS, 1, stamp, expected, from, to, Outcome.MISMATCH, 0);
    }

    Story delete(String stamp, long from, long to, long version) {
        return add(Kind.DELETE, 1, stamp, 0, from, to, Outcome.OK, version);
    }

    Story deleteAbsent(String stamp, long from, long to) {
        return add(Kind.DELETE, 1, stamp, 0, from, to, Outcome.ABSENT, 0);
    }

    Story stable(String stamp, long from, long to, long version) {
        return add(Kind.STABLE_READ, 9, stamp, 0, from, to, Outcome.OK, version);
    }

    Story stableAbsent(long from, long to) {
        return add(Kind.STABLE_READ, 9, "", 0, from, to, Outcome.ABSENT, 0);
    }

    Story read(int client, String stamp, long from, long to, long version) {
        return add(Kind.READ, client, stamp, 0, from, to, Outcome.OK, version);
    }

    Story readAbsent(int client, long from, long to) {
        return add(Kind.READ, client, "", 0, from, to, Outcome.ABSENT, 0);
    }

    private Story add(
            Kind kind,
            int client,
            String stamp,
            long expected,
            long from,
            long to,
            Outcome outcome,
            long version) {
        operations.add(
                new Operation(
                        client,
                        kind,
                        KEY,
                        1,
                        stamp,
                        expected,
                        from,
                        to,
                        outcome,
                        version,
                        10 * version));
        return this;
    }

    Story keep(String stamp, long version) {
        kept.add(new Version(version, 10 * version, 1, false, stamp));
        return this;
    }

    Story keepDelete(String stamp, long version) {
        kept.add(new Version(version, 10 * version, 0, true, stamp));
        return this;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** Two nodes that keep the same. */
    Kept kept() {
        return kept(kept);
    }

    /** The second node keeps something else. */
    Kept kept(List<Version> second) {
        var byNode = new HashMap<Integer, Map<String, List<Version>>>();
        byNode.put(1, Map.of(KEY, List.copyOf(kept)));
        byNode.put(2, Map.of(KEY, List.copyOf(second)));
        return new Kept(byNode);
    }
}
