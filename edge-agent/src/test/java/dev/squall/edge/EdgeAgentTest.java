package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent, on the real clock, as its command line starts it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EdgeAgentTest {
    private final TestCluster cluster;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path folder;

    EdgeAgentTest() throws Exception {
        cluster = new TestCluster(2);
    }

    @AfterEach
    void closeCluster() {
        cluster.close();
    }

    @Test
    void aSourceThatEndsIsSentWholeAndReported() throws Exception {
        assertEquals(0, run("--source", "generator:64x64@200", "--limit-frames", "20"));
        assertEquals(LongStream.rangeClosed(1, 20).boxed().toList(), cluster.sequence());
        assertTrue(
                out.toString(StandardCharsets.UTF_8).startsWith("captured=20 sent=20 "), "" + out);
        String report = cluster.reports.getOrDefault("/v1/edge/edge-1", "");
        assertTrue(report.contains("\"sent\":20,"), report);
    }

    @Test
    void theClipStreamsThroughAFailover() throws Exception {
        cluster.behave(0, n -> n < 4 ? TestCluster.STORE : new TestCluster.Behaviour.Hangup(true));
        assertEquals(0, run("--source", "src/main/clips/square.avi", "--limit-frames", "8"));
        assertEquals(LongStream.rangeClosed(1, 8).boxed().toList(), cluster.sequence());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains(" failovers=1 "), "" + out);
    }

    @Test
    void aRefusalFailsTheRun() throws Exception {
        cluster.behave(0, n -> new TestCluster.Behaviour.Reply(404, "", "no such pool"));
        assertEquals(1, run("--source", "generator:64x64@200", "--limit-frames", "1"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("no such pool"), "" + err);
    }

    @Test
    void exitCodesTellUsageFromFailure() throws Exception {
        assertEquals(2, run("--source", "generator:64x64@200", "--speed", "9"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("'--speed'"), "" + err);
        assertEquals(1, run("--source", "no/such/file.avi"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("no/such/file.avi"), "" + err);
        assertEquals(0, EdgeMain.run(new String[] {"--help"}, stream(out), stream(err)));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("--source S"), "" + out);
    }

    @Test
    void theStatusPageIsServedToThisMachine() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var options =
                Options.parse(
                        arguments(
                                "--source",
                                "generator:64x64@50",
                                "--status-port",
                                Integer.toString(port)));
        var log = new ArrayList<String>();
        var agent = EdgeAgent.start(options, TimeSource.system(), _ -> {}, log::add);
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/"));
            var page = http.send(request.build(), BodyHandlers.ofString());
            assertEquals(200, page.statusCode());
            assertTrue(page.body().startsWith("{\"id\":\"edge-1\",\"key\":\"/c/d\""), page.body());
            var post = request.POST(HttpRequest.BodyPublishers.noBody()).build();
            assertEquals(405, http.send(post, BodyHandlers.discarding()).statusCode());
        }
        EdgeAgent.Outcome outcome = agent.stop();
        assertTrue(outcome.complete(), log.toString());
        assertEquals(outcome.totals().captured(), outcome.totals().sent());
    }

    @Test
    void aThreadThatDiesEndsTheAgentAndIsSaid() throws Exception {
        cluster.stop(0); // so that the uplink has something to log, which then throws
        var options = Options.parse(arguments("--source", "generator:64x64@50"));
        var agent =
                EdgeAgent.start(
                        options,
                        TimeSource.system(),
                        _ -> {},
                        line -> {
                            throw new IllegalStateException("cannot log " + line.length());
                        });
        EdgeAgent.Outcome outcome = agent.awaitEnd();
        assertFalse(outcome.complete());
        assertTrue(outcome.failure().contains("cannot log"), outcome.failure());
    }

    @Test
    void onSigtermWhatWasCapturedIsSent() throws Exception {
        Path output = folder.resolve("output");
        Process process = startProcess(output);
        while (cluster.stored.size() < 5) {
            assertTrue(process.isAlive(), "the agent ended by itself");
            Thread.sleep(20);
        }
        process.destroy();
        int code = process.waitFor();
        String totals = Files.readString(output);
        assertEquals(0, code, totals);
        int sent = cluster.stored.size();
        assertTrue(totals.contains("captured=%d sent=%d ".formatted(sent, sent)), totals);
    }

    private Process startProcess(Path output) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(EdgeMain.class.getName());
        command.addAll(List.of(arguments("--source", "generator:64x64@20")));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private int run(String... args) throws Exception {
        return EdgeMain.run(arguments(args), stream(out), stream(err));
    }

    private String[] arguments(String... args) {
        var all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--key", "/c/d", "--id", "edge-1", "--nodes"));
        all.add(cluster.nodes().stream().map(URI::toString).collect(Collectors.joining(",")));
        return all.toArray(String[]::new);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
