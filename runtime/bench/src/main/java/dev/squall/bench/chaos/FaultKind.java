package dev.squall.bench.chaos;

import dev.squall.base.Failure;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done to a cluster. */
public enum FaultKind {
    /** SIGKILL, and a start after the others have noticed. */
    KILL,
    /** SIGTERM, and a start after the others have noticed. */
    TERM,
    /** SIGSTOP for longer than a suspicion, then SIGCONT. */
    PAUSE,
    /** SIGKILL, and a start at once, before a suspicion by silence. */
    RESTART,
    /** The disk under a node's data is full for a while. */
    DISK,
    /** A node is cut off from all, or a minority from the majority, for longer than a suspicion. */
    PARTITION,
    /** SIGKILL of all nodes, and a start of all: volatile pools are empty then. */
    ALL;

    static FaultKind parse(String text) {
        try {
            return valueOf(text.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "--faults names '%s'; allowed are %s"
                            .formatted(
                                    text,
                                    Arrays.stream(values())
                                            .map(FaultKind::word)
                                            .collect(Collectors.joining(", "))));
        }
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
