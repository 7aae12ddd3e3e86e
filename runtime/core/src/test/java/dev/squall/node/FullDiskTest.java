package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes with real sockets, one of them on a small file system of its own that is filled to
 * the last byte and freed again.
 */
@Timeout(120)
class FullDiskTest {

    private static final int FULL = 3;
    private static final int BLOCK_BYTES = 64 << 10;

    @TempDir private Path data = Path.of("."); // set by JUnit
    private Path mounted = Path.of(".");
    private boolean isMounted;

    @BeforeEach
    void mount() throws IOException {
        mounted = Files.createDirectory(data.resolve("node" + FULL));
        isMounted = ran("mount", "-t", "tmpfs", "-o", "size=24m", "squall", mounted.toString());
        assumeTrue(isMounted, "skipped: mounting a file system is not allowed here");
    }

    @AfterEach
    void unmount() throws IOException {
        if (isMounted) {
            assertTrue(ran("umount", "-l", mounted.toString()));
        }
    }

    private static boolean ran(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path filler() {
        return mounted.resolve("filler");
    }

    private void fill() throws IOException {
        try (var file =
                FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int block = BLOCK_BYTES;
            while (block > 0) {
                try {
                    var _ = file.write(ByteBuffer.allocate(block), file.size());
                } catch (IOException _) {
                    block /= 2; // no room for a whole block: then for a smaller one
                }
            }
        }
    }

    private static CompletableFuture<PutAnswer> put(Node node, String key, AckLevel ack) {
        var bytes = MemorySegment.ofArray(new byte[8 << 10]);
        return node.put(Put.of(key, bytes, ack));
    }

    private static PoolSpec pool(String name, StoreKind kind) {
        return new PoolSpec(name, kind, 1, 3, "", Retention.ALL, "any");
    }

    private static void stored(CompletableFuture<PutAnswer> answer) {
        assertInstanceOf(Outcome.Stored.class, answer.join().outcome());
    }

    @Test
    void theReplicaIsImpairedTheNodeIsNotAndItComesBackByItself() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            var one = three.node(1);
            var full = three.node(FULL);
            one.createPool(pool("kept", StoreKind.PERSISTENT)).join();
            one.createPool(pool("quick", StoreKind.VOLATILE)).join();
            stored(put(one, "/kept/before", AckLevel.DURABLE));

            fill();
            for (int i = 0; !impaired(full); i++) {
                var answer = put(one, "/kept/while" + i % 50, AckLevel.APPLIED);
                var _ = answer.handle((a, _) -> a).join(); // refused while the view changes
                assertTrue(i < 20_000, "never impaired: " + full.state());
            }
            ThreeNodes.await("a view without the replica", () -> full.state().ready());
            assertTrue(impaired(full));
            assertEquals(3, one.members().size()); // it stays in the group

            stored(put(one, "/kept/durable", AckLevel.DURABLE)); // by the other two
            stored(put(full, "/quick/here", AckLevel.APPLIED)); // other shards go on, there too

            Files.delete(filler());
            ThreeNodes.await(
                    "the node to be well again",
                    () -> full.state().well() && one.where().holders(shard(one)).size() == 3);
            stored(put(full, "/kept/after", AckLevel.DURABLE));
            ThreeNodes.await(
                    "all to be filled",
                    () ->
                            full.store(shard(full))
                                    .map(s -> s.get("/kept/durable") instanceof ReadResult.Found)
                                    .orElse(false));
        }
    }

    private static boolean impaired(Node node) {
        return !node.state().reason().isEmpty() && node.state().reason().contains("cannot write");
    }

    private static int shard(Node node) {
        return node.route("/kept/durable").shard();
    }
}
