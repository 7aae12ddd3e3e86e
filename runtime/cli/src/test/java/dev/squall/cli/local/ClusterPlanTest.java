package dev.squall.cli.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPlanTest {
    @TempDir Path dir;

    @Test
    void aNodesFileIsTheContractWithTheServer() throws IOException {
        ClusterPlan plan = ClusterPlan.of(dir.resolve("a b\\c"), "tcp", 2, 8080);
        NodePlan second = plan.nodes().get(1);
        plan.configure(second);
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(second.config())) {
            properties.load(reader);
        }
        assertEquals("2", properties.getProperty("squall.node.id"));
        assertEquals("local", properties.getProperty("squall.cluster.name"));
        assertEquals("tcp", properties.getProperty("squall.fabric"));
        assertEquals(second.dir().toString(), properties.getProperty("squall.data.dir"));
        assertEquals(
                "1@127.0.0.1:9080@http://127.0.0.1:8080,2@127.0.0.1:9081@http://127.0.0.1:8081",
                properties.getProperty("squall.members"));
        assertEquals("8081", properties.getProperty("quarkus.http.port"));
        assertEquals("127.0.0.1", properties.getProperty("quarkus.http.host"));
        assertEquals(7, properties.size());
    }

    @Test
    void withTlsEachNodeHasItsCertificateAndHttpsTakesThePortOfHttp() throws IOException {
        ClusterPlan plan = ClusterPlan.of(dir, "tcp", 1, 8080, true);
        plan.certify();
        byte[] first = Files.readAllBytes(dir.resolve("ca/node1/node.pem"));
        plan.certify();
        assertArrayEquals(first, Files.readAllBytes(dir.resolve("ca/node1/node.pem")), "kept");
        NodePlan node = plan.nodes().getFirst();
        plan.configure(node);
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(node.config())) {
            properties.load(reader);
        }
        assertEquals(
                "1@127.0.0.1:9080@https://127.0.0.1:8080",
                properties.getProperty("squall.members"));
        assertEquals(dir.resolve("ca/node1").toString(), properties.getProperty("squall.tls"));
        assertEquals("disabled", properties.getProperty("quarkus.http.insecure-requests"));
        assertEquals("${quarkus.http.port}", properties.getProperty("quarkus.http.ssl-port"));
        assertEquals(
                dir.resolve("ca/node1/node.key").toString(),
                properties.getProperty("quarkus.tls.key-store.pem.0.key"));
    }

    @Test
    void limitsAreNamed() {
        for (int count : new int[] {0, -1, ClusterPlan.MAX_NODES + 1}) {
            var failure =
                    assertThrows(Failure.class, () -> ClusterPlan.of(dir, "tcp", count, 8080));
            assertEquals("--nodes " + count + " is outside 1..16", failure.what());
        }
        for (int port : new int[] {0, 64534, 70000}) {
            var failure = assertThrows(Failure.class, () -> ClusterPlan.of(dir, "tcp", 3, port));
            assertEquals("--port " + port + " is outside 1..64533", failure.what());
        }
        assertEquals(65535, ClusterPlan.of(dir, "tcp", 3, 64533).nodes().getLast().fabricPort());
    }

    @Test
    void noMoreReplicasThanNodes() {
        assertEquals(1, ClusterPlan.of(dir, "tcp", 1, 8080).replicas());
        assertEquals(3, ClusterPlan.of(dir, "tcp", 5, 8080).replicas());
    }

    @Test
    void dataOfAnotherSizeIsNotOpened() throws IOException {
        ClusterPlan three = ClusterPlan.of(dir, "tcp", 3, 8080);
        three.checkSameSize();
        three.nodes().forEach(three::configure);
        Files.createDirectory(dir.resolve("edge"));
        three.checkSameSize();
        var failure =
                assertThrows(
                        Failure.class, () -> ClusterPlan.of(dir, "tcp", 5, 8080).checkSameSize());
        assertEquals(dir + " holds the data of 3 nodes, not of 5", failure.what());
    }
}
