package dev.squall.bench.chaos;

import dev.squall.bench.chaos.Operation.Kind;
import dev.squall.bench.chaos.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All checks over one run.
 *
 * @param lost acknowledged writes that are not kept
 * @param twice writes that are kept twice
 * @param undecided keys with too many possible orders to try
 * @param wrong everything that must not be, in words
 */
record Judgement(long lost, long twice, int undecided, List<String> wrong) {

    /**
     * Judges.
     *
     * @param linearReads whether stable reads must be linearizable too
     */
    static Judgement of(Recording recording, Kept kept, boolean linearReads) {
        var operations = recording.operations();
        var wrong = new ArrayList<>(recording.strange());
        var ledger = LedgerCheck.of(operations, kept);
        wrong.addAll(ledger.wrong());
        wrong.addAll(ReadCheck.of(operations, kept));
        wrong.addAll(CutCheck.of(recording.cuts(), kept));
        int undecided = 0;
        for (var key : byKey(operations, linearReads).entrySet()) {
            var result = Linearizability.of(settled(key.getValue(), kept, key.getKey()));
            switch (result.verdict()) {
                case HOLDS -> {}
                case VIOLATED ->
                        wrong.add(
                                "%s is not linearizable: %s".formatted(key.getKey(), result.why()));
                case UNDECIDED -> undecided++;
            }
        }
        return new Judgement(ledger.lost(), ledger.twice(), undecided, List.copyOf(wrong));
    }

    private static Map<String, List<Operation>> byKey(
            List<Operation> operations, boolean linearReads) {
        var byKey = new TreeMap<String, List<Operation>>();
        for (var operation : operations) {
            if (operation.kind().writes()
                    || (linearReads && operation.kind() == Kind.STABLE_READ)) {
                byKey.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
            }
        }
        return byKey;
    }

    /** What the end says of unknown outcomes: done with that version, or never. */
    private static List<Operation> settled(List<Operation> operations, Kept kept, String key) {
        var found = kept.byProducer(key);
        var settled = new ArrayList<Operation>();
        for (var operation : operations) {
            if (operation.outcome() != Outcome.UNKNOWN) {
                settled.add(operation);
                continue;
            }
            var version = found.get(operation.stamp());
            if (version != null) {
                settled.add(operation.settled(version.version(), version.timestamp()));
            }
        }
        return settled;
    }

    /** Whether nothing is wrong and everything could be decided. */
    boolean clean() {
        return wrong.isEmpty() && undecided == 0;
    }
}
