package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.fabric.tls.TestAuthority;
import dev.squall.view.Member;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/** Real nodes in this process, joined by real sockets on loopback. */
final class ThreeNodes implements AutoCloseable {

    /** How long a test waits for what must happen, before it fails. */
    static final long PATIENCE_MILLIS = 20_000;

    final List<Node> nodes = new ArrayList<>();
    private final List<Member> members;
    private final Path data;
    private final String[] fabrics;

    private ThreeNodes(Path data, List<Member> members, String[] fabrics) {
        this.fabrics = fabrics;
        this.data = data;
        this.members = members;
    }

    static ThreeNodes start(Path data, int count) throws IOException {
        var fabrics = new String[count];
        Arrays.fill(fabrics, "auto");
        return start(data, fabrics);
    }

    /** A node for each fabric; one whose name ends with {@code +tls} is encrypted. */
    static ThreeNodes start(Path data, String... fabrics) throws IOException {
        var members = new ArrayList<Member>();
        var sockets = new ArrayList<ServerSocket>();
        for (int i = 1; i <= fabrics.length; i++) {
            var socket = new ServerSocket(0);
            sockets.add(socket);
            members.add(new Member(i, "127.0.0.1", socket.getLocalPort(), "http://127.0.0.1:" + i));
        }
        for (var socket : sockets) {
            socket.close();
        }
        var nodes = new ThreeNodes(data, members, fabrics);
        nodes.startAll();
        return nodes;
    }

    void startAll() {
        for (var m : members) {
            nodes.add(Node.start(config(m.id()), new InProcess()));
        }
        await("all nodes to be ready", () -> nodes.stream().allMatch(n -> n.state().ready()));
    }

    private NodeConfig config(int id) {
        var fabric = fabrics[id - 1].split("\\+", 2);
        return NodeConfig.of(id, "test", data.resolve("node" + id), members)
                .over(fabric[0])
                .secured(
                        fabric.length == 1
                                ? Optional.empty()
                                : Optional.of(TestAuthority.OURS.node(id)));
    }

    /** Starts a node that has ended, and waits until all are members again. */
    void restart(int id) {
        nodes.set(id - 1, Node.start(config(id), new InProcess()));
        await("all nodes to be ready", () -> nodes.stream().allMatch(n -> n.state().ready()));
    }

    void stopAll() {
        nodes.forEach(Node::close);
        nodes.clear();
    }

    /** All are told to stop at the same time, as when a cluster is shut down. */
    void stopAllAtOnce() {
        CompletableFuture.allOf(
                        nodes.stream()
                                .map(n ->
                                        CompletableFuture.runAsync(
                                                n::close, Thread::startVirtualThread))
                                .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    /** All but one start again, and serve without it. */
    void startAllBut(int missing) {
        for (var m : members) {
            if (m.id() != missing) {
                nodes.set(m.id() - 1, Node.start(config(m.id()), new InProcess()));
            }
        }
        await(
                "all but one to be ready",
                () ->
                        members.stream()
                                .filter(m -> m.id() != missing)
                                .allMatch(m -> node(m.id()).state().ready()));
    }

    /** Where they listen, as a client is told. */
    String addresses() {
        return String.join(",", members.stream().map(m -> m.host() + ":" + m.port()).toList());
    }

    Node node(int id) {
        return nodes.get(id - 1);
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain for " + what);
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The failure that a future ends with. */
    static Failure failure(CompletableFuture<?> future) {
        try {
            throw new AssertionError("expected a failure, got " + future.join());
        } catch (CompletionException e) {
            return Objects.requireNonNull((Failure) e.getCause());
        }
    }

    @Override
    public void close() {
        stopAll();
    }

    /** Reaches the other nodes by a call: they are in this process. */
    private final class InProcess implements Peers {

        @Override
        public CompletableFuture<PutAnswer> put(Member member, Put put) {
            return node(member.id()).put(put);
        }

        @Override
        public CompletableFuture<PutAnswer> order(
                Member member, int shard, byte[] record, AckLevel ack) {
            return node(member.id()).order(shard, record, ack);
        }

        @Override
        public CompletableFuture<Optional<byte[]>> trigger(
                Member member, String key, byte[] payload, boolean wait) {
            return node(member.id()).trigger(key, MemorySegment.ofArray(payload), wait, "");
        }
    }
}
