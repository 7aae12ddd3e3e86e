package dev.squall.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells a process from a later one with the same pid. On Linux: the boot's id and the tick at which
 * the kernel started the process, which no change of the clock can move. Elsewhere: the start time.
 */
final class ProcessMark {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** The start tick is field 22 of /proc/PID/stat; the state, field 3, is the first after ')'. */
    private static final int START_AFTER_NAME = 22 - 3;

    /** Zombie and dead: ended, only not yet fetched by the parent; the pid is still listed. */
    private static final Set<String> ENDED = Set.of("Z", "X");

    private ProcessMark() {}

    /** The mark of a live process; empty when there is none with this pid. */
    static Optional<String> of(long pid) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (handle.isEmpty()) {
            return Optional.empty();
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name stands in parentheses and may hold anything, also ')': cut after the last.
            List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
            if (ENDED.contains(fields.getFirst())) {
                return Optional.empty();
            }
            return Optional.of(
                    Files.readString(BOOT_ID).strip() + "/" + fields.get(START_AFTER_NAME));
        } catch (IOException e) {
            return handle.flatMap(h -> h.info().startInstant()).map(Object::toString);
        }
    }

    /** The process with this pid, if it is alive and still the one that bore this mark. */
    static Optional<ProcessHandle> find(long pid, String mark) {
        return of(pid).filter(mark::equals).flatMap(_ -> ProcessHandle.of(pid));
    }
}
