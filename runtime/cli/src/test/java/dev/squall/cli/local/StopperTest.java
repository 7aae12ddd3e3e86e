package dev.squall.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really stopped. */
@Timeout(60)
class StopperTest {
    @TempDir Path dir;
    private final List<Process> started = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    private ProcessRecord start(String role, String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return ProcessRecord.of(role, process.pid(), "");
    }

    private ProcessRecord sleep(String role) throws IOException {
        return start(role, "sleep", "300");
    }

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void stopsTheFeedersFirstThenTheNodes() throws IOException {
        List<ProcessRecord> all = List.of(sleep("node 1"), sleep("node 2"), sleep("edge agent"));
        assertTrue(new Stopper(said::add).stop(all));
        assertTrue(all.stream().allMatch(process -> process.find().isEmpty()));
        assertEquals(
                List.of(
                        "stopped edge agent (pid " + all.get(2).pid() + ")",
                        "stopped node 2 (pid " + all.get(1).pid() + ")",
                        "stopped node 1 (pid " + all.get(0).pid() + ")"),
                said);
    }

    @Test
    void killsWhatDoesNotStop() throws Exception {
        Process deaf =
                new ProcessBuilder(
                                "bash", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done")
                        .start();
        started.add(deaf);
        assertEquals('d', deaf.getInputStream().read()); // from here on it ignores SIGTERM
        ProcessRecord process = ProcessRecord.of("node 1", deaf.pid(), "");
        assertTrue(new Stopper(said::add, Duration.ofMillis(200)).stop(List.of(process)));
        assertTrue(process.find().isEmpty());
        assertEquals(128 + 9, deaf.waitFor());
        assertTrue(said.getFirst().startsWith("killed node 1 (pid "), said.toString());
    }

    @Test
    void aPidThatNowBelongsToAnotherProcessIsLeftAlone() throws IOException {
        ProcessRecord other = sleep("node 1");
        int slash = other.mark().lastIndexOf('/');
        long tick = Long.parseLong(other.mark().substring(slash + 1));
        var earlier =
                new ProcessRecord(
                        "node 1",
                        other.pid(),
                        other.mark().substring(0, slash + 1) + (tick - 1),
                        "");
        var beforeReboot = new ProcessRecord("node 1", other.pid(), "another-boot/" + tick, "");
        assertTrue(earlier.find().isEmpty());
        assertTrue(new Stopper(said::add).stop(List.of(earlier, beforeReboot)));
        assertEquals(List.of(), said);
        assertTrue(other.find().isPresent());
    }

    @Test
    void theClustersFileKeepsWhatIsNeededToFindThemAgain() throws Exception {
        ProcessRecord one = sleep("node 1");
        ProcessRecord two = sleep("node 2");
        ClusterFile.of(List.of("http://127.0.0.1:1"), List.of(one, two)).write(dir);
        ClusterFile read = ClusterFile.read(dir).orElseThrow();
        assertEquals(List.of(one, two), read.processes());
        assertEquals(List.of(one, two), read.live());
        assertTrue(new Stopper(said::add).stop(List.of(one)));
        assertEquals(List.of(two), read.live());
        ClusterFile.delete(dir);
        assertFalse(ClusterFile.read(dir).isPresent());
    }

    @Test
    void aZombieCountsAsEnded() throws Exception {
        // The shell starts a child that ends at once, and is replaced by a program that never asks.
        Process shell = new ProcessBuilder("bash", "-c", "true & echo $!; exec sleep 300").start();
        started.add(shell);
        long pid = Long.parseLong(shell.inputReader().readLine());
        while (ProcessMark.of(pid).isPresent()) {
            Thread.sleep(10);
        }
        assertTrue(ProcessMark.of(pid).isEmpty());
    }
}
