package dev.squall.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildrenTest {
    @TempDir Path dir;
    private final Children children = new Children();

    private ProcessRecord start(String role, String script) {
        return children.start(
                role,
                List.of("bash", "-c", script),
                Map.of("SQUALL_TEST", "from the parent"),
                dir.resolve(role).resolve("node.log"));
    }

    private String awaitEnded() throws InterruptedException {
        while (true) {
            Optional<String> ended = children.takeEnded();
            if (ended.isPresent()) {
                return ended.get();
            }
            Thread.sleep(10);
        }
    }

    private Failure awaitFailure(ProcessRecord process) throws InterruptedException {
        while (true) {
            try {
                children.checkAlive(process);
            } catch (Failure e) {
                return e;
            }
            Thread.sleep(10);
        }
    }

    @AfterEach
    void stop() {
        new Stopper(_ -> {}).stop(children.close());
    }

    @Test
    void aProcessThatEndsIsReportedWithTheEndOfItsLog() throws InterruptedException {
        ProcessRecord node =
                start(
                        "node 1",
                        "for i in {1..99}; do echo line $i; done; echo $SQUALL_TEST; exit 7");
        Failure failure = awaitFailure(node);
        assertTrue(
                failure.what().contains("node 1 (pid " + node.pid() + ") ended with exit code 7"));
        assertTrue(failure.what().endsWith("    line 99\n    from the parent"), failure.what());
        assertFalse(failure.what().contains("line 9\n"), "only the last lines");
    }

    @Test
    void anEndIsTakenOnce() throws InterruptedException {
        ProcessRecord edge = start("edge agent", "exit 3");
        ProcessRecord node = start("node 1", "exec sleep 300");
        assertTrue(awaitEnded().startsWith("edge agent (pid " + edge.pid()));
        assertTrue(children.takeEnded().isEmpty());
        assertTrue(children.anyNodeAlive());
        assertEquals(List.of(node), children.records());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessHasASessionOfItsOwnUnderTheSamePid() throws IOException, InterruptedException {
        ProcessRecord node = start("node 1", "cut -d' ' -f6 /proc/self/stat; exec sleep 300");
        Path log = Path.of(node.log());
        while (Files.size(log) == 0) {
            Thread.sleep(10);
        }
        assertEquals(String.valueOf(node.pid()), Files.readString(log).strip());
    }

    @Test
    void theLogOfTheRunBeforeIsKept() throws IOException, InterruptedException {
        start("node 1", "echo one");
        awaitEnded();
        start("node 1", "echo two");
        awaitEnded();
        assertEquals("two\n", Files.readString(dir.resolve("node 1/node.log")));
        assertEquals("one\n", Files.readString(dir.resolve("node 1/node.log.1")));
    }

    @Test
    void afterTheStopNothingIsStarted() {
        assertEquals(List.of(), children.close());
        assertThrows(Failure.class, () -> start("node 1", "true"));
    }
}
