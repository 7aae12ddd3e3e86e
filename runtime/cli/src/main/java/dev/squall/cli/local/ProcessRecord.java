package dev.squall.cli.local;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Optional;

/**
 * A process that was started, as kept in the cluster's file.
 *
 * @param role what it is to people, for example {@code node 1}
 * @param mark tells it from a later process with the same pid
 * @param log where its output goes; empty when it has the terminal
 */
public record ProcessRecord(String role, long pid, String mark, String log) {
    /** The role of the `squall up` that holds a cluster in the foreground. */
    public static final String SUPERVISOR = "squall up";

    /** A record of a process that is alive now. */
    static ProcessRecord of(String role, long pid, String log) {
        return new ProcessRecord(role, pid, ProcessMark.of(pid).orElse("ended at once"), log);
    }

    /** A record of the process that this code runs in. */
    public static ProcessRecord supervisor() {
        return of(SUPERVISOR, ProcessHandle.current().pid(), "");
    }

    /** Whether it is a node, and not something that feeds or starts nodes. */
    @JsonIgnore
    public boolean isNode() {
        return role.startsWith("node ");
    }

    /** The process itself, if it is still alive and still the same one. */
    @JsonIgnore
    public Optional<ProcessHandle> find() {
        return ProcessMark.find(pid, mark);
    }
}
