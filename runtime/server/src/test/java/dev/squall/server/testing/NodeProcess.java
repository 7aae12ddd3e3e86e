package dev.squall.server.testing;

import dev.squall.cli.local.Https;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A node, in one process after the other, as it is shipped. */
public final class NodeProcess implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private final String member;
    private final List<String> command;
    private final Path log;
    private final Rest rest;
    private Process process;

    private NodeProcess(String member, List<String> command, Path log, Rest rest)
            throws IOException {
        this.member = member;
        this.command = command;
        this.log = log;
        this.rest = rest;
        this.process = launch();
    }

    /** Starts so many nodes of one cluster below a directory, and waits until all are ready. */
    public static List<NodeProcess> start(int count, Path directory) {
        return start(count, directory, "http", _ -> List.of());
    }

    /**
     * The same with HTTPS.
     *
     * @param certificates the directory of an authority that has issued node1, node2 …
     */
    public static List<NodeProcess> startSecure(int count, Path directory, Path certificates) {
        return start(
                count,
                directory,
                "https",
                id ->
                        Https.properties(certificates.resolve("node" + id)).entrySet().stream()
                                .map(e -> "-D" + e.getKey() + "=" + e.getValue())
                                .toList());
    }

    private static List<NodeProcess> start(
            int count, Path directory, String scheme, IntFunction<List<String>> options) {
        var http = freePorts(2 * count);
        var fabric = http.subList(count, 2 * count);
        var members = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            members.add(member(i + 1, fabric.get(i), scheme, http.get(i)));
        }
        var nodes = new ArrayList<NodeProcess>();
        for (int i = 0; i < count; i++) {
            nodes.add(
                    start(
                            members.get(i),
                            URI.create(scheme + "://" + HOST + ":" + http.get(i)),
                            String.join(",", members),
                            directory,
                            options.apply(i + 1)));
        }
        nodes.forEach(NodeProcess::awaitReady);
        return nodes;
    }

    /** Starts a node that knows the address of one other, and is in nobody's configuration. */
    public static NodeProcess join(int id, NodeProcess known, Path directory) {
        var ports = freePorts(2);
        var member = member(id, ports.get(0), "http", ports.get(1));
        var uri = URI.create("http://" + HOST + ":" + ports.get(1));
        return start(member, uri, member + "," + known.member, directory, List.of());
    }

    private static String member(int id, int fabric, String scheme, int http) {
        return "%d@%s:%d@%s://%s:%d".formatted(id, HOST, fabric, scheme, HOST, http);
    }

    private static NodeProcess start(
            String member, URI uri, String members, Path directory, List<String> options) {
        var id = member.substring(0, member.indexOf('@'));
        var data = directory.resolve("node" + id);
        try {
            Files.createDirectories(data);
            var log = data.resolve("node.log");
            var command = new ArrayList<String>();
            command.add(JAVA.toString());
            command.addAll(options);
            command.addAll(
                    List.of(
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-Dquarkus.http.port=" + uri.getPort(),
                            "-Dsquall.node.id=" + id,
                            "-Dsquall.members=" + members,
                            "-Dsquall.data.dir=" + data,
                            "-jar",
                            System.getProperty("squall.runner", "")));
            return new NodeProcess(member, command, log, new Rest(uri));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Starts it again on its data. */
    public void startAgain() throws IOException {
        process = launch();
    }

    /** Ports that were free a moment ago. */
    private static List<Integer> freePorts(int count) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            var ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (var socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it serves everything. */
    public void awaitReady() {
        while (!rest.answers("/q/health/ready", 200)) {
            if (!process.isAlive()) {
                throw new AssertionError("the node ended; " + said());
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("not ready; " + said(), e);
            }
        }
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** Where its fabric listens, for members and clients: {@code host:port}. */
    public String fabric() {
        return member.substring(member.indexOf('@') + 1, member.lastIndexOf('@'));
    }

    /** Its REST. */
    public Rest rest() {
        return rest;
    }

    /** Where it answers. */
    public URI uri() {
        return rest.root();
    }

    /** What the kernel says of its memory, for example VmHWM, in KiB. */
    public long kib(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    /** Stops it in the middle of whatever it does; it still takes connections. */
    public void freeze() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
    }

    /** Lets it go on. */
    public void thaw() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-CONT", Long.toString(process.pid())).start().waitFor();
    }

    /** Asks it to end, as an operator does, and waits until it has. */
    public void terminate() {
        process.destroy();
        process.onExit().join();
    }

    /** What its processes have logged. */
    public String log() {
        return said();
    }

    /** Ends it as a power cut would. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
        rest.close();
    }
}
