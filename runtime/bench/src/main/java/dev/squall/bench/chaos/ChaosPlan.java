package dev.squall.bench.chaos;

import java.nio.file.Path;
import java.util.List;

/**
 * What a run is asked for.
 *
 * @param nodes 3 to 5
 * @param seconds how long faults are made
 * @param faults which kinds, drawn evenly
 * @param clients how many clients call at a time
 * @param keys how many keys in each of the two pools
 * @param seed draws faults and operations; processes and threads add chance of their own
 * @param suspectMillis how long a member may be silent
 * @param healSeconds how long the nodes may take to be whole again after a fault was mended
 * @param linearReads whether stable reads must be linearizable too
 * @param data where the nodes' data lies
 */
public record ChaosPlan(
        int nodes,
        int seconds,
        List<FaultKind> faults,
        int clients,
        int keys,
        long seed,
        long suspectMillis,
        int healSeconds,
        boolean linearReads,
        Path data) {

    /** The kinds of faults that words name; {@code none} names none. */
    public static List<FaultKind> kinds(List<String> words) {
        return words.equals(List.of("none"))
                ? List.of()
                : words.stream().map(FaultKind::parse).distinct().toList();
    }
}
