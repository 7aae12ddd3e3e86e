package dev.squall.rdma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.squall.base.Failure;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.FabricProvider;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody is told who demands RDMA on a machine that has none, as this one may be. */
class DeviceTest {

    private static final class Nobody implements FabricListener {
        @Override
        public @Nullable String refusal(Hello hello) {
            return "nobody";
        }

        @Override
        public void connected(int peer, Hello hello) {}

        @Override
        public void lost(int peer, String reason) {}
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 20_471);
    }

    private static String refused(InetSocketAddress address) {
        var provider = FabricProvider.find("rdma").orElseThrow();
        var self = new Hello("test", 1, 1, "127.0.0.1", 9001, "");
        var refused =
                assertThrows(
                        IOException.class,
                        () ->
                                provider.open(
                                        self,
                                        address,
                                        Otherwise.REFUSE,
                                        (_, _) -> {
                                            throw new AssertionError("opened the carrier");
                                        },
                                        new Nobody()));
        return String.valueOf(refused.getMessage());
    }

    @Test
    void whatIsMissingIsNamed() {
        assumeFalse(Files.exists(Path.of("/dev/infiniband/rdma_cm")), "this machine has RDMA");
        var says = refused(at("127.0.0.1"));
        assertTrue(
                says.startsWith("libdisni cannot be loaded")
                        || says.startsWith("libdisni could not be loaded before")
                        || says.startsWith("there is no RDMA device"),
                says);
    }

    /** As `squall node --fabric rdma` prints it. */
    @Test
    void aNodeThatCannotHaveRdmaDoesNotStartAndSaysWhy(@TempDir Path data) {
        assumeFalse(Files.exists(Path.of("/dev/infiniband/rdma_cm")), "this machine has RDMA");
        var failure = assertThrows(Failure.class, () -> new GroupMember(1, data));
        assertEquals(Failure.Kind.INVALID, failure.kind());
        var says = String.valueOf(failure.getMessage());
        assertTrue(says.startsWith("squall.fabric = rdma is not possible here: "), says);
    }

    @Test
    void anAddressOfNoDeviceIsNamed() {
        var says = refused(at("::1"));
        assertTrue(says.startsWith("RDMA needs an IPv4 address of its device"), says);
        assertTrue(refused(at("0.0.0.0")).contains("0.0.0.0"), "the address is named");
    }
}
