package dev.squall.cli.local;

import dev.squall.cli.terminal.Failure;
import dev.squall.cli.tls.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What shall run: N nodes on the loopback address, node i with REST on {@code port + i - 1} and its
 * fabric {@value #FABRIC_OFFSET} above, each in a directory of its own under the data directory.
 *
 * @param nodes in the order of their ids, from 1
 */
public record ClusterPlan(Path dir, String fabric, List<NodePlan> nodes) {
    /** Nodes of one cluster on one machine; beyond it, memory runs out before sense does. */
    public static final int MAX_NODES = 16;

    /** Copies of an object that the demo asks for, where there are as many nodes. */
    private static final int DEMO_REPLICAS = 3;

    static final String HOST = "127.0.0.1";
    static final int FABRIC_OFFSET = 1000;
    private static final int MAX_PORT = 65535;
    private static final Pattern NODE_DIR = Pattern.compile("node\\d+");

    public ClusterPlan {
        nodes = List.copyOf(nodes);
    }

    /** Lays the cluster out and checks what can be checked without touching the machine. */
    public static ClusterPlan of(Path dir, String fabric, int count, int port) {
        return of(dir, fabric, count, port, false);
    }

    /** The same, with TLS or without. */
    public static ClusterPlan of(Path dir, String fabric, int count, int port, boolean tls) {
        if (count < 1 || count > MAX_NODES) {
            throw new Failure(
                    "--nodes " + count + " is outside 1.." + MAX_NODES,
                    "More nodes belong on more machines.");
        }
        int last = MAX_PORT - FABRIC_OFFSET - count + 1;
        if (port < 1 || port > last) {
            throw new Failure(
                    "--port " + port + " is outside 1.." + last,
                    count
                            + " nodes need the ports from it on, and again "
                            + FABRIC_OFFSET
                            + " above.");
        }
        Path root = dir.toAbsolutePath().normalize();
        List<NodePlan> nodes =
                IntStream.rangeClosed(1, count)
                        .mapToObj(id ->
                                new NodePlan(
                                        id,
                                        root.resolve("node" + id),
                                        port + id - 1,
                                        port + FABRIC_OFFSET + id - 1,
                                        tls))
                        .toList();
        return new ClusterPlan(root, fabric, nodes);
    }

    public List<String> urls() {
        return nodes.stream().map(NodePlan::url).toList();
    }

    /** Whether members and clients speak TLS. */
    public boolean tls() {
        return nodes.getFirst().tls();
    }

    /** The cluster's own authority, with TLS. */
    public Path authority() {
        return dir.resolve("ca");
    }

    /** Makes the authority and the nodes' certificates, where they are not there. */
    public void certify() {
        if (!Files.exists(authority())) {
            Authority.init(authority());
        }
        for (var node : nodes) {
            if (!Files.exists(authority().resolve(node.name()))) {
                Authority.in(authority())
                        .issue(node.name(), List.of(HOST, "localhost"), Authority.CERTIFICATE_DAYS);
            }
        }
    }

    /** Where the demo's edge agent keeps its log and its state. */
    Path edgeDir() {
        return dir.resolve("edge");
    }

    public int replicas() {
        return Math.min(DEMO_REPLICAS, nodes.size());
    }

    /** Data of a cluster of another size must not be opened: its shards count on other members. */
    public void checkSameSize() {
        if (!Files.isDirectory(dir)) {
            return;
        }
        try (var entries = Files.list(dir)) {
            long before =
                    entries.filter(entry ->
                                    NODE_DIR.matcher(entry.getFileName().toString()).matches())
                            .count();
            if (before != 0 && before != nodes.size()) {
                throw new Failure(
                        "%s holds the data of %d nodes, not of %d"
                                .formatted(dir, before, nodes.size()),
                        "Start it with --nodes " + before + ", or choose another --data.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the node's directory and writes the file that its process reads at the start. */
    public void configure(NodePlan node) {
        try {
            Files.createDirectories(node.dir());
            Files.writeString(node.config(), properties(node));
        } catch (IOException e) {
            throw new Failure(
                    "cannot write " + node.config() + ": " + e.getMessage(),
                    "Choose a directory that you may write, with --data.",
                    e);
        }
    }

    /** The node's configuration, in the form of Java properties. */
    String properties(NodePlan node) {
        String members = nodes.stream().map(NodePlan::member).collect(Collectors.joining(","));
        return """
        # Written by `squall up`; written anew at each start.
        squall.node.id=%d
        squall.cluster.name=local
        squall.data.dir=%s
        squall.fabric=%s
        squall.members=%s
        quarkus.http.host=%s
        quarkus.http.port=%d
        """
                        .formatted(
                                node.id(),
                                escape(node.dir().toString()),
                                fabric,
                                members,
                                HOST,
                                node.httpPort())
                + (tls() ? secure(authority().resolve(node.name())) : "");
    }

    private static String secure(Path certificate) {
        var lines = new StringBuilder();
        Https.properties(certificate)
                .forEach((k, v) -> lines.append(k).append('=').append(escape(v)).append('\n'));
        return lines.toString();
    }

    /** A backslash is an escape in Java properties. */
    private static String escape(String value) {
        return value.replace("\\", "\\\\");
    }
}
