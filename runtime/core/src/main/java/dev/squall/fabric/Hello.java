package dev.squall.fabric;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What members tell each other when a way between them opens: enough to know a member that nobody
 * has configured.
 *
 * @param cluster the cluster's name; others are refused
 * @param node the member's id, from 1 on
 * @param incarnation grows with every start of the member's process
 * @param host where the member's fabric listens
 * @param port the fabric's port
 * @param rest the address of the member's REST interface; empty = it has none
 * @param shared the name under which its memory can be found by others on its machine, 32
 *     hexadecimal digits; empty = it shares none
 * @param rdma the IPv4 address and port where its RDMA device listens; empty = it has none
 */
public record Hello(
        String cluster,
        int node,
        long incarnation,
        String host,
        int port,
        String rest,
        String shared,
        String rdma) {

    /** The longest cluster name, in bytes of UTF-8. */
    public static final int CLUSTER_BYTES_MAX = 63;

    /** The longest host name, in bytes of UTF-8: what the domain name system allows. */
    public static final int HOST_BYTES_MAX = 253;

    /** The longest REST address, in bytes of UTF-8. */
    public static final int REST_BYTES_MAX = 255;

    private static final Pattern SHARED = Pattern.compile("[0-9a-f]{32}");

    private static final int PORT_MAX = 65_535;

    /** Refuses what no member can say of itself with an {@link IllegalArgumentException}. */
    public Hello {
        if (node < 1) {
            throw new IllegalArgumentException("node id " + node + "; ids begin at 1");
        }
        if (incarnation < 0) {
            throw new IllegalArgumentException("incarnation " + incarnation + "; none is below 0");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port + "; ports are 1 to " + PORT_MAX);
        }
        check("cluster name", cluster, 1, CLUSTER_BYTES_MAX);
        check("host", host, 1, HOST_BYTES_MAX);
        check("REST address", rest, 0, REST_BYTES_MAX);
        if (!shared.isEmpty() && !SHARED.matcher(shared).matches()) {
            throw new IllegalArgumentException(
                    "shared memory '" + shared + "'; its name has 32 hexadecimal digits");
        }
        var _ = device(rdma);
    }

    /** A member that shares no memory and has no RDMA. */
    public Hello(String cluster, int node, long incarnation, String host, int port, String rest) {
        this(cluster, node, incarnation, host, port, rest, "", "");
    }

    /** The same member with memory that it shares. */
    public Hello sharing(String name) {
        return new Hello(cluster, node, incarnation, host, port, rest, name, rdma);
    }

    /** The same member with an RDMA device that listens there. */
    public Hello reachable(InetSocketAddress device) {
        var at = device.getAddress().getHostAddress() + ":" + device.getPort();
        return new Hello(cluster, node, incarnation, host, port, rest, shared, at);
    }

    /** Where the member's RDMA device listens, if it has one. */
    public Optional<InetSocketAddress> device() {
        return device(rdma);
    }

    private static Optional<InetSocketAddress> device(String at) {
        if (at.isEmpty()) {
            return Optional.empty();
        }
        try {
            int colon = at.lastIndexOf(':');
            var address = Inet4Address.ofLiteral(at.substring(0, Math.max(0, colon)));
            int port = Integer.parseInt(at.substring(colon + 1));
            return Optional.of(new InetSocketAddress(address, port));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "RDMA at '" + at + "'; it has an IPv4 address, a colon and a port", e);
        }
    }

    private static void check(String what, String text, int bytesMin, int bytesMax) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < bytesMin || bytes > bytesMax) {
            throw new IllegalArgumentException(
                    "%s '%s' of %d bytes; it has %d to %d"
                            .formatted(what, text, bytes, bytesMin, bytesMax));
        }
    }
}
