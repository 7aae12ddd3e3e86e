package dev.squall.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    @TempDir Path dir;

    private static Failure refused(ClusterPlan plan) {
        return assertThrows(Failure.class, () -> Ports.checkFree(plan));
    }

    @Test
    void aTakenPortIsNamedWithItsUse() throws IOException {
        int port = SparePorts.find(2);
        ClusterPlan plan = ClusterPlan.of(dir, "tcp", 2, port);
        Ports.checkFree(plan);
        try (var taken = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress())) {
            String start = "port " + taken.getLocalPort() + ", for REST of node 2, ";
            assertTrue(refused(plan).what().startsWith(start), refused(plan).what());
        }
        try (var taken = new ServerSocket(port + 1000)) { // on all addresses, so on loopback too
            String start = "port " + taken.getLocalPort() + ", for the fabric of node 1, ";
            assertTrue(refused(plan).what().startsWith(start), refused(plan).what());
        }
        Ports.checkFree(plan);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theOwnerIsFound() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String me = "pid " + ProcessHandle.current().pid() + " (";
            String owner = Ports.owner(taken.getLocalPort()).orElse("nobody");
            assertTrue(owner.startsWith(me) && owner.endsWith("java)"), owner);
            ClusterPlan plan = ClusterPlan.of(dir, "tcp", 1, taken.getLocalPort() - 1000);
            assertTrue(refused(plan).what().contains("is taken by " + me), refused(plan).what());
        }
        assertEquals(Optional.empty(), Ports.owner(SparePorts.find(1)));
    }
}
