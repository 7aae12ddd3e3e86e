package dev.squall.bench.member;

import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.Node;
import dev.squall.node.NodeConfig;
import dev.squall.node.Peers;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.view.Member;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs one node and does what standard input says until it ends. Standard output carries only
 * {@link Message}s; the node's log goes to standard error.
 *
 * <p>Arguments: the member's id, all members as {@link Member#parse} reads them, the data
 * directory, the fabric, and with TLS the directory of its certificate.
 */
public final class MemberMain {

    /** The name of every cluster that a bench starts. */
    public static final String CLUSTER = "bench";

    /** How long a node may take until it serves: 120 s. Recovery of a large log is part of it. */
    public static final long READY_MILLIS_MAX = 120_000;

    private static final long POLL_MILLIS = 2;

    private MemberMain() {}

    public static void main(String[] arguments) throws Exception {
        var config =
                NodeConfig.of(
                                Integer.parseInt(arguments[0]),
                                CLUSTER,
                                Path.of(arguments[2]),
                                Member.parse(arguments[1]))
                        .over(arguments[3])
                        .secured(Arrays.stream(arguments).skip(4).findFirst().map(Path::of));
        try (var node = Node.start(config, new NoPeers())) {
            awaitReady(node);
            new CommandLoop(node, System.out).run(System.in);
        }
    }

    private static void awaitReady(Node node) throws InterruptedException {
        long end = System.nanoTime() + READY_MILLIS_MAX * 1_000_000;
        while (!node.state().ready()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        "not ready after %d ms: %s".formatted(READY_MILLIS_MAX, node.state()));
            }
            Thread.sleep(POLL_MILLIS);
        }
        System.out.println(Message.of("ready").line());
        System.out.flush();
    }

    /** Every member of a bench holds every shard, so nothing ever has to go elsewhere. */
    private static final class NoPeers implements Peers {

        @Override
        public CompletableFuture<PutAnswer> put(Member member, Put put) {
            return notReached(member, put.key());
        }

        @Override
        public CompletableFuture<PutAnswer> order(
                Member member, int shard, byte[] record, AckLevel ack) {
            return notReached(member, "shard " + shard);
        }

        @Override
        public CompletableFuture<Optional<byte[]>> trigger(
                Member member, String key, byte[] payload, boolean wait) {
            return notReached(member, key);
        }

        private static <T> CompletableFuture<T> notReached(Member member, String key) {
            return CompletableFuture.failedFuture(
                    new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "%s is held by member %d and not here".formatted(key, member.id())));
        }
    }
}
