package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.fabric.tls.Credentials;
import dev.squall.fabric.tls.TestAuthority;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import dev.squall.store.StoredObject;
import dev.squall.view.Member;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FabricChoiceTest {

    private static final int PUTS = 300;

    @TempDir private Path data = Path.of("."); // set by JUnit

    /** One order, whatever carries it, before and after a member was lost and came back. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "auto auto auto",
                "shm shm shm",
                "tcp tcp tcp",
                "auto tcp auto",
                "tcp+tls tcp+tls tcp+tls",
                "auto+tls auto+tls tcp+tls"
            })
    void aGroupKeepsOneHistoryOverEveryFabric(String fabrics) throws IOException {
        try (var three = ThreeNodes.start(data, fabrics.split(" ", -1))) {
            three.node(1)
                    .createPool(
                            new PoolSpec(
                                    "things", StoreKind.PERSISTENT, 1, 3, "", Retention.ALL, "any"))
                    .join();
            put(three, 1, 2, 3);
            three.node(3).kill();
            put(three, 1, 2);
            three.restart(3);
            put(three, 1, 2, 3);
            int all = PUTS * 3;
            for (var node : three.nodes) {
                ThreeNodes.await("all of it", () -> versions(node).length == all);
            }
            var first = versions(three.node(1));
            assertEquals(all, first.length);
            for (var node : three.nodes) {
                assertEquals(0, Arrays.compare(first, versions(node)));
            }
        }
    }

    private static long[] versions(Node node) {
        var store = node.store(node.route("/things/k").shard()).orElseThrow();
        return store.history("/things/k", 0, Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .mapToLong(StoredObject::version)
                .toArray();
    }

    private static void put(ThreeNodes three, int... ids) {
        CompletableFuture.allOf(
                        IntStream.range(0, PUTS)
                                .mapToObj(i -> put(three.node(ids[i % ids.length]), i))
                                .toArray(CompletableFuture[]::new))
                .join();
    }

    private static CompletableFuture<PutAnswer> put(Node node, int i) {
        var bytes = ("value " + i).getBytes(StandardCharsets.UTF_8);
        return node.put(Put.of("/things/k", MemorySegment.ofArray(bytes), AckLevel.ORDERED));
    }

    @Test
    void aFabricThatThereIsNotIsNamed() {
        var failure = assertThrows(Failure.class, () -> FabricChoice.check("pigeon"));
        assertEquals(Failure.Kind.INVALID, failure.kind());
        assertEquals(
                "squall.fabric = pigeon is not one of [auto, rdma, shm, tcp]",
                failure.getMessage());
    }

    @Test
    void rdmaIsNotTakenForEncrypted() {
        var config =
                NodeConfig.of(1, "test", data, List.of(new Member(1, "h", 1, "")))
                        .secured(Optional.of(data));
        var failure = assertThrows(Failure.class, () -> config.over("rdma"));
        assertEquals(
                "squall.fabric = rdma has no encryption; leave squall.tls out",
                failure.getMessage());
    }

    @Test
    void aCertificateThatIsMissingOrOfAnotherNodeIsNamed() throws IOException {
        var missing = "" + assertThrows(Failure.class, () -> Credentials.in(data));
        assertTrue(missing.contains("ca.pem is not there"), missing);
        var another = TestAuthority.OURS.node(2);
        var wrong = "" + assertThrows(Failure.class, () -> Credentials.in(another).checkFor(1));
        assertTrue(wrong.contains("is that of [node2], and this is node 1"), wrong);
        for (var name : List.of(Credentials.AUTHORITY, Credentials.CERTIFICATE, Credentials.KEY)) {
            Files.copy(another.resolve(name), data.resolve(name));
        }
        var strange = TestAuthority.OURS.node(1).resolve(Credentials.KEY);
        Files.copy(strange, data.resolve(Credentials.KEY), StandardCopyOption.REPLACE_EXISTING);
        var mixed = "" + assertThrows(Failure.class, () -> Credentials.in(data));
        assertTrue(mixed.contains("node.key: it is not the key of node.pem"), mixed);
    }

    @Test
    void whatIsBeyondThisMachineIsKnown() {
        assertTrue(FabricChoice.isLoopback(new InetSocketAddress("127.0.0.7", 1)));
        assertFalse(FabricChoice.isLoopback(new InetSocketAddress("0.0.0.0", 1)));
        assertFalse(FabricChoice.isLoopback(new InetSocketAddress("10.0.0.1", 1)));
    }
}
