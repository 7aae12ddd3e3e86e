package dev.squall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.cli.local.ClusterFile;
import dev.squall.cli.local.ProcessRecord;
import dev.squall.cli.local.Readiness;
import dev.squall.cli.local.SparePorts;
import dev.squall.cli.local.StandInEdge;
import dev.squall.cli.local.StandInNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * `squall up` and `squall down` as real processes that start, watch and stop real processes. The
 * nodes and the edge agent are stand-ins, packed into jars where the real ones lie.
 */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class UpTest {
    @TempDir Path dir;
    private Path home = Path.of("");
    private Path data = Path.of("");
    private int port;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void project() throws IOException {
        home = dir.resolve("home");
        data = dir.resolve("data");
        port = SparePorts.find(2);
        jar("runtime/server/target/quarkus-app/quarkus-run.jar", StandInNode.class);
        jar("edge-agent/target/squall-edge.jar", StandInEdge.class);
        for (String udl : List.of("digits", "motion")) {
            file("udl/samples/" + udl + "/target/squall-sample-" + udl + "-0.1.0.jar", udl);
        }
        file("edge-agent/src/main/clips/README.md", "about the clip");
        file("edge-agent/src/main/clips/square.avi", "RIFF");
    }

    @AfterEach
    void stopWhatIsLeft() throws Exception {
        squall("down", "--data", data.toString()).waitFor();
        started.forEach(Process::destroyForcibly);
    }

    private void file(String name, String content) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void jar(String name, Class<?> main) throws IOException {
        file(name, "");
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main.getName());
        String entry = main.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(home.resolve(name));
                var jar = new JarOutputStream(out, manifest);
                InputStream code = UpTest.class.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            jar.write(Objects.requireNonNull(code, entry).readAllBytes());
        }
    }

    private Process squall(String... arguments) throws IOException {
        return squall(Map.of(), arguments);
    }

    private Process squall(Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Dsquall.home=" + home,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Squall.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Process up(String... more) throws IOException {
        return up(Map.of(), more);
    }

    private Process up(Map<String, String> environment, String... more) throws IOException {
        List<String> line = new ArrayList<>(List.of("up", "--nodes", "2"));
        line.addAll(List.of("--port", String.valueOf(port), "--data", data.toString()));
        line.addAll(List.of(more));
        return squall(environment, line.toArray(String[]::new));
    }

    private static String rest(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads lines until one contains the text; fails when the output ends before. */
    private static String linesUntil(Process process, String text) throws IOException {
        var reader = process.inputReader();
        var seen = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            seen.append(line).append('\n');
            if (line.contains(text)) {
                return seen.toString();
            }
        }
        throw new AssertionError("the output ended without '" + text + "':\n" + seen);
    }

    private List<ProcessRecord> live() {
        return ClusterFile.read(data).map(ClusterFile::live).orElse(List.of());
    }

    @Test
    void interruptingStopsEverythingThatWasStarted() throws Exception {
        Process up = up();
        String seen = linesUntil(up, "/events/gate v1  moved");
        assertTrue(seen.contains("console: http://127.0.0.1:" + port + "/\n"), seen);
        List<ProcessRecord> running = live();
        assertEquals(
                List.of(ProcessRecord.SUPERVISOR, "node 1", "node 2", "edge agent"),
                running.stream().map(ProcessRecord::role).toList());
        assertEquals(up.pid(), running.getFirst().pid());

        new ProcessBuilder("kill", "-INT", String.valueOf(up.pid())).start().waitFor();
        String rest = up.inputReader().lines().reduce("", (all, line) -> all + line + "\n");
        assertEquals(128 + 2, up.waitFor());
        for (ProcessRecord process : running.subList(1, running.size())) {
            String line = "stopped " + process.role() + " (pid " + process.pid() + ")\n";
            assertTrue(rest.contains(line), rest);
            assertTrue(process.find().isEmpty());
        }
        assertTrue(ClusterFile.read(data).isEmpty());
    }

    @Test
    void theDemoIsSetUpByThePublicCalls() throws Exception {
        Process up = up("--detach", "--output", "json");
        String output = rest(up);
        assertEquals(0, up.waitFor(), output);
        List<String> requests = Files.readAllLines(data.resolve("node1/requests.txt"));
        assertEquals(
                List.of(
                        "PUT /v1/pools/cameras",
                        "PUT /v1/pools/events",
                        "PUT /v1/pools/digits",
                        "PUT /v1/pools/readings",
                        "POST /v1/udls",
                        "POST /v1/udls"),
                requests.subList(0, 6).stream()
                        .map(line -> line.substring(0, line.lastIndexOf(' ')))
                        .toList());
        assertTrue(requests.contains("GET /v1/watch 0"), requests.toString());
        String edge = Files.readString(data.resolve("edge/edge.log"));
        assertTrue(
                edge.startsWith(
                        "--source "
                                + home.resolve("edge-agent/src/main/clips/square.avi")
                                + " --key /cameras/gate --loop --state "
                                + data.resolve("edge/incarnation")
                                + " --nodes http://127.0.0.1:"
                                + port
                                + ",http://127.0.0.1:"
                                + (port + 1)),
                edge);
    }

    @Test
    void detachedItRunsOnUntilDown() throws Exception {
        Process up = up("--bare", "--detach");
        String output = rest(up);
        assertEquals(0, up.waitFor(), output);
        assertTrue(output.endsWith("stop it with: squall down --data " + data + "\n"), output);
        List<ProcessRecord> nodes = live();
        assertEquals(List.of("node 1", "node 2"), nodes.stream().map(ProcessRecord::role).toList());

        Process second = up("--bare");
        String refusal = rest(second);
        assertEquals(1, second.waitFor());
        assertTrue(
                refusal.contains("squall: a cluster runs on " + data + " already (node 1, pid "),
                refusal);

        Process status = squall("status", "--data", data.toString());
        assertTrue(rest(status).contains("running"), "status lists the processes");

        Process down = squall("down", "--data", data.toString());
        String stopped = rest(down);
        assertEquals(0, down.waitFor());
        assertTrue(stopped.contains("stopped node 2 (pid " + nodes.get(1).pid() + ")"), stopped);
        assertTrue(nodes.stream().allMatch(node -> node.find().isEmpty()));
        Process again = squall("down", "--data", data.toString());
        assertEquals("nothing runs on " + data + "\n", rest(again));
        assertEquals(0, again.waitFor());
    }

    @Test
    void downAlsoEndsTheUpThatHoldsTheTerminal() throws Exception {
        Process up = up("--bare");
        linesUntil(up, "Ctrl-C stops everything");
        Process down = squall("down", "--data", data.toString());
        assertTrue(rest(down).contains("stopped squall up (pid " + up.pid() + ")"));
        assertEquals(128 + 15, up.waitFor());
        assertEquals(List.of(), live());
    }

    @Test
    void aNodeThatFailsToStartTakesTheOthersDown() throws Exception {
        Process up = up(Map.of("STAND_IN_FAILS", "2"));
        String output = rest(up);
        assertEquals(1, up.waitFor());
        assertTrue(output.contains("node 2 (pid "), output);
        assertTrue(output.contains("ended with exit code 4"), output);
        assertTrue(output.contains("    node 2 cannot open its log\n"), output);
        assertTrue(output.contains("stopped node 1 (pid "), output);
        assertEquals(List.of(), live());
        assertTrue(ClusterFile.read(data).isEmpty());
    }

    @Test
    void aNodeThatDiesLaterIsReportedAndTheOthersGoOn() throws Exception {
        Process up = up("--bare");
        linesUntil(up, "Ctrl-C stops everything");
        ProcessRecord second = live().get(2);
        second.find().orElseThrow().destroyForcibly();
        String report = linesUntil(up, "ended with exit code 137");
        assertTrue(report.contains("node 2 (pid " + second.pid() + ")"), report);
        assertTrue(up.isAlive());
        live().get(1).find().orElseThrow().destroyForcibly();
        linesUntil(up, "squall: all nodes have ended");
        assertEquals(1, up.waitFor());
    }

    @Test
    void twoClustersRunSideBySide() throws Exception {
        Process one = up("--bare", "--detach");
        assertEquals(0, one.waitFor(), "one");
        Path other = dir.resolve("other");
        int otherPort = SparePorts.find(1);
        Process two =
                squall(
                        "up",
                        "--nodes",
                        "1",
                        "--port",
                        String.valueOf(otherPort),
                        "--data",
                        other.toString(),
                        "--bare",
                        "--detach");
        assertEquals(0, two.waitFor(), "two");
        assertEquals(0, squall("down", "--data", other.toString()).waitFor());
        assertEquals(2, live().size());
    }

    @Test
    void whatIsNotBuiltIsNamedBeforeAnythingStarts() throws Exception {
        Path jar = home.resolve("edge-agent/target/squall-edge.jar");
        Files.delete(jar);
        Process up = up();
        String output = rest(up);
        assertEquals(1, up.waitFor());
        assertTrue(output.startsWith("squall: " + jar + " is missing\n"), output);
        assertFalse(Files.exists(data));
    }

    @Test
    void oneNodeRunsInTheForeground() throws Exception {
        Process first = up("--bare", "--detach");
        assertEquals(0, first.waitFor());
        assertEquals(0, squall("down", "--data", data.toString()).waitFor());
        Process node = squall("node", "--config", data.resolve("node1/node.properties").toString());
        var ready = new Readiness();
        while (!ready.ready("http://127.0.0.1:" + port)) {
            assertTrue(node.isAlive(), "the node ended");
            Thread.sleep(50);
        }
        ProcessHandle child = node.children().findFirst().orElseThrow();
        node.destroy();
        assertEquals(128 + 15, node.waitFor());
        assertFalse(child.isAlive());
        ready.close();
    }
}
