package dev.squall.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benches that need no cluster but their own, with real processes. */
@Timeout(120)
class BenchTest {

    private static final List<String> FIGURES =
            List.of(
                    "system",
                    "workload",
                    "size",
                    "nodes",
                    "ops_per_s",
                    "ns_per_op",
                    "bytes_per_op",
                    "p50_us",
                    "p99_us",
                    "max_us");

    @TempDir private Path data = Path.of("."); // set by JUnit

    private List<JsonNode> rows(Run run) throws IOException {
        assertEquals(0, run.code(), run.err());
        var rows = new ArrayList<JsonNode>();
        new JsonMapper().readTree(run.out()).get("results").forEach(rows::add);
        try (var left = Files.list(data)) {
            assertEquals(List.of(), left.toList(), "left behind");
        }
        return rows;
    }

    private Run bench(String operation, String... more) {
        var arguments = new ArrayList<>(List.of(operation, "--output", "json"));
        arguments.addAll(List.of("--data", data.toString()));
        arguments.addAll(List.of("--seconds", "0.5", "--warmup", "0.3", "--keys", "100"));
        arguments.addAll(List.of(more));
        return Run.of(arguments.toArray(String[]::new));
    }

    @Test
    void orderedPutsFromTwoMembersGiveOneRowWithEveryFigure() throws IOException {
        var run = bench("put", "--depth", "8", "--senders", "2", "--shards", "2", "--size", "100");
        var row = rows(run).getFirst();
        assertEquals(1, rows(run).size());
        assertEquals(FIGURES, names(row));
        assertEquals("squall", row.get("system").asText());
        assertEquals("put", row.get("workload").asText());
        assertEquals(100, row.get("size").asInt());
        assertEquals(3, row.get("nodes").asInt());
        assertTrue(row.get("p50_us").asDouble() <= row.get("max_us").asDouble(), run.out());
        assertTrue(run.err().contains("all 3 members hold the same"), run.err());
    }

    @Test
    void aClientOutsideStandsBesideACallerWithin() throws IOException {
        var run = bench("put", "--client", "--depth", "8", "--size", "100");
        var rows = rows(run);
        var systems = rows.stream().map(r -> r.get("system").asText()).toList();
        assertEquals(List.of("squall", "squall-client"), systems);
        assertTrue(rows.stream().allMatch(r -> r.get("ops_per_s").asDouble() > 0));
        assertTrue(run.err().contains("times the median"), run.err());
    }

    @Test
    void putsWithTlsStandBesideThoseWithout() throws IOException {
        var run = bench("put", "--fabric", "tcp", "--tls", "--nodes", "2", "--depth", "4");
        var rows = rows(run);
        assertEquals(
                List.of("squall", "squall-tls"),
                rows.stream().map(r -> r.get("system").asText()).toList());
        assertTrue(rows.stream().allMatch(r -> r.get("ops_per_s").asDouble() > 0), run.out());
        assertEquals(2, bench("put", "--fabric", "shm", "--tls").code());
    }

    @Test
    void everyWriteOverEachFabricIsChecked() throws IOException {
        var run =
                Run.of(
                        "fabric",
                        "--writes",
                        "20000",
                        "--output",
                        "json",
                        "--data",
                        data.toString());
        assertEquals(List.of(), rows(run));
        var result = new JsonMapper().readTree(run.out());
        for (var fabric : List.of("shm", "tcp", "tls")) {
            assertEquals(20000, result.path(fabric).path("writes").asInt(), run.out());
        }
        assertEquals(2, Run.of("fabric", "--fabric", "pigeon").code());
    }

    private static List<String> names(JsonNode row) {
        var names = new ArrayList<String>();
        row.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void durablePutsStandBesideTheDisk() throws IOException {
        var rows = rows(bench("put", "--depth", "4", "--ack", "durable", "--nodes", "2"));
        var workloads = rows.stream().map(r -> r.get("workload").asText()).toList();
        assertEquals(List.of("put", "append+fdatasync", "append x4+fdatasync"), workloads);
        assertTrue(rows.stream().allMatch(r -> r.get("ops_per_s").asDouble() > 0));
        assertTrue(rows.get(1).get("bytes_per_op") == null, "the disk makes no garbage to count");
    }

    @Test
    void getsReadWhatWasPut() throws IOException {
        var run = bench("get", "--nodes", "1", "--depth", "2", "--size", "64");
        assertEquals("get", rows(run).getFirst().get("workload").asText());
        assertTrue(run.err().contains("putting 100 objects of 64 bytes"), run.err());
    }

    @Test
    void logicStartsByTriggersAndByPutsHereAndElsewhere() throws IOException {
        var workloads =
                rows(bench("trigger", "--size", "100")).stream()
                        .map(r -> r.get("workload").asText())
                        .toList();
        assertEquals(
                List.of(
                        "trigger, stored nowhere, in the node",
                        "put, in the node",
                        "put, at another node"),
                workloads);
    }

    @Test
    void logicStartsAtAllMembersOfWhatTwoOfThemPut() throws IOException {
        var run = bench("multicast", "--senders", "2", "--depth", "4", "--size", "16");
        assertEquals(FIGURES.size() - 1, names(rows(run).getFirst()).size(), run.out());
    }

    @Test
    void whatIsNotBuiltSaysSoAndFails() {
        for (var arguments :
                List.of(List.of("put", "--fabric", "rdma"), List.of("put", "--floor"))) {
            var run = Run.of(arguments.toArray(String[]::new));
            assertEquals(1, run.code(), arguments + run.err());
            assertTrue(run.err().contains("not available yet"), run.err());
        }
    }

    @Test
    void peersThatAreNotBuiltInOrNotKnownAreNamed() {
        var raft = Run.of("put", "--peers", "jgroups-raft");
        assertEquals(1, raft.code(), raft.err());
        assertTrue(raft.err().contains("jgroups-raft is not in this build"), raft.err());
        var other = Run.of("put", "--peers", "carrier-pigeon");
        assertEquals(2, other.code(), other.err());
        assertTrue(other.err().contains("'carrier-pigeon'"), other.err());
    }

    @Test
    void wrongUsageNamesTheValueAndTheLimit() {
        for (var wrong :
                List.of(
                        List.of("--size", "-1"),
                        List.of("--size", "67108865"),
                        List.of("--depth", "8193"),
                        List.of("--nodes", "17"),
                        List.of("--senders", "4"),
                        List.of("--shards", "65"),
                        List.of("--ack", "perhaps"),
                        List.of("--fabric", "pigeons"),
                        List.of("--store", "paper"))) {
            var run = Run.of("put", wrong.getFirst(), wrong.getLast());
            assertEquals(2, run.code(), wrong + run.err());
            assertTrue(run.err().contains(wrong.getLast()), run.err());
            assertTrue(run.err().contains("allowed are"), run.err());
        }
        assertEquals(2, Run.of("put", "--ack", "durable", "--store", "volatile").code());
        assertEquals(2, Run.of("get", "--keys", "1000000", "--size", "100000").code());
        assertEquals(2, Run.of().code());
    }
}
