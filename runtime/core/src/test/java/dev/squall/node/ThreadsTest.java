package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.node.Threads.Idle;
import dev.squall.view.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents run where they are told, and serve however they wait. */
@Timeout(120)
class ThreadsTest {

    @TempDir private Path data = Path.of("."); // set by JUnit

    private Node node(Threads threads) throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var self = new Member(1, "127.0.0.1", port, "http://none");
        return Node.start(
                NodeConfig.of(1, "threads", data, List.of(self)).over("tcp").on(threads),
                new Nobody());
    }

    /** There is no other member to pass anything on to. */
    private static final class Nobody implements Peers {

        @Override
        public CompletableFuture<PutAnswer> put(Member member, Put put) {
            throw new AssertionError(member);
        }

        @Override
        public CompletableFuture<PutAnswer> order(
                Member member, int shard, byte[] record, AckLevel ack) {
            throw new AssertionError(member);
        }

        @Override
        public CompletableFuture<Optional<byte[]>> trigger(
                Member member, String key, byte[] payload, boolean wait) {
            throw new AssertionError(member);
        }
    }

    private static void awaitReady(Node node) {
        ThreeNodes.await("a node that serves", () -> node.state().ready());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void agentsAreBoundToTheProcessorsThatWereNamed() throws IOException {
        var one = Affinity.allowed().getFirst();
        try (var node = node(new Threads(Idle.AUTO, List.of(one)))) {
            awaitReady(node);
            assertEquals(List.of(one.toString()), processors("group"));
            assertEquals(List.of(one.toString()), processors("persist"));
        }
        assertTrue(Affinity.allowed().contains(one), "the caller's own thread is not touched");
    }

    /** As the kernel says it, of each thread of this name. */
    private static List<String> processors(String thread) throws IOException {
        var found = new ArrayList<String>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (var task : tasks.toList()) {
                var status = Files.readAllLines(task.resolve("status"));
                if (status.getFirst().equals("Name:\t" + thread)) {
                    status.stream()
                            .filter(l -> l.startsWith("Cpus_allowed_list:"))
                            .forEach(l -> found.add(l.substring(l.indexOf('\t') + 1)));
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource(Idle.class)
    void serveHoweverTheyWait(Idle idle) throws IOException {
        try (var node = node(new Threads(idle, List.of()))) {
            awaitReady(node);
            assertFalse(node.state().phase() == NodeState.Phase.FAILED);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessorThatIsNotThereIsRefused() {
        var failure =
                assertThrows(
                        Failure.class,
                        () -> node(new Threads(Idle.AUTO, List.of(Affinity.CPU_MAX))));
        assertTrue(String.valueOf(failure.getMessage()).contains("squall.threads.cpus = [1023]"));
    }

    @Test
    void whatPeopleWriteIsReadOrRefusedByName() {
        assertEquals(Threads.DEFAULT, Threads.parse("auto", ""));
        assertEquals(new Threads(Idle.YIELD, List.of(0, 2)), Threads.parse("yield", "0, 2"));
        var idle = assertThrows(Failure.class, () -> Threads.parse("sleepy", ""));
        assertTrue(String.valueOf(idle.getMessage()).contains("squall.threads.idle = sleepy"));
        var cpus = assertThrows(Failure.class, () -> Threads.parse("auto", "0-3"));
        assertTrue(String.valueOf(cpus.getMessage()).contains("squall.threads.cpus = 0-3"));
        assertThrows(Failure.class, () -> Threads.parse("auto", "-1"));
    }
}
