package dev.squall.rdma;

import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.Node;
import dev.squall.node.NodeConfig;
import dev.squall.node.Peers;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.view.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * A node over RDMA, in this process or, by {@link #main}, in one of its own: then it obeys lines of
 * its standard input ({@code put FIRST COUNT}, {@code history}) and answers each by one line.
 */
final class GroupMember implements AutoCloseable {

    /** Emulated processors are slow: a member is lost when it is silent for 20 s. */
    private static final long SUSPECT_MILLIS = 20_000;

    private static final int PORT = 24_100;
    private static final int MEMBERS = 3;

    final Node node;

    GroupMember(int id, Path data) {
        var members =
                IntStream.rangeClosed(1, MEMBERS)
                        .mapToObj(i -> new Member(i, "10.77.0." + i, PORT + i, "http://m" + i))
                        .toList();
        var defaults = NodeConfig.of(id, "rdma", data, members);
        node =
                Node.start(
                        new NodeConfig(
                                id,
                                defaults.cluster(),
                                defaults.data(),
                                members,
                                "rdma",
                                defaults.ringBytes(),
                                defaults.objectBytesMax(),
                                defaults.poolBytesMax(),
                                SUSPECT_MILLIS,
                                defaults.assembleMillis()),
                        new Nobody());
    }

    /** All members hold all shards, so nobody is asked for anything. */
    private static final class Nobody implements Peers {

        private static Failure alone() {
            return new Failure(Failure.Kind.UNAVAILABLE, "everything is held here");
        }

        @Override
        public CompletableFuture<PutAnswer> put(Member member, Put put) {
            return CompletableFuture.failedFuture(alone());
        }

        @Override
        public CompletableFuture<PutAnswer> order(
                Member member, int shard, byte[] record, AckLevel ack) {
            return CompletableFuture.failedFuture(alone());
        }

        @Override
        public CompletableFuture<Optional<byte[]>> trigger(
                Member member, String key, byte[] payload, boolean wait) {
            return CompletableFuture.failedFuture(alone());
        }
    }

    /** Puts objects 10 at a time, and waits until all are durable. */
    void put(int first, int count) {
        var puts =
                IntStream.range(first, first + count)
                        .mapToObj(i -> put("/in/k" + i, "value " + i))
                        .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(puts).join();
    }

    private CompletableFuture<PutAnswer> put(String key, String text) {
        var bytes = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
        return node.put(Put.of(key, bytes, AckLevel.DURABLE));
    }

    private ShardStore store(String key) {
        return node.store(node.route(key).shard()).orElseThrow();
    }

    /** What is at a key, or that there is nothing. */
    String read(String key) {
        return store(key).get(key) instanceof ReadResult.Found found
                ? StandardCharsets.UTF_8.decode(found.object().bytes().asByteBuffer()).toString()
                : "nothing";
    }

    /** Keys and versions of everything under /in, in a word: equal where the history is. */
    String history() {
        var store = store("/in/k0");
        var keys = store.keys("/in/", "", Long.MAX_VALUE, Integer.MAX_VALUE);
        var all = keys.stream().flatMap(k -> versions(store, k).stream()).toList();
        return all.size() + " versions " + Integer.toHexString(all.hashCode());
    }

    private static List<String> versions(ShardStore store, String key) {
        return store.history(key, 0, Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .map(StoredObject::version)
                .map(v -> key + "@" + v)
                .toList();
    }

    @Override
    public void close() {
        node.close();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        try (var member = new GroupMember(Integer.parseInt(args[0]), Path.of(args[1]));
                var in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                while (!member.node.state().ready()) {
                    Thread.sleep(20);
                }
                var words = line.split(" ", -1);
                if (words[0].equals("put")) {
                    member.put(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                }
                System.out.println("ANSWER " + member.history());
            }
        }
    }
}
