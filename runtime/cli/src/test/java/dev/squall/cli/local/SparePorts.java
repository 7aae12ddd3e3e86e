package dev.squall.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports for a cluster of tests: below the range that the system hands out by itself. */
public final class SparePorts {
    private static final int TRIES = 200;

    private SparePorts() {}

    /** The first of so many free REST ports whose fabric ports are free too. */
    public static int find(int nodes) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 30_000);
            if (free(port, nodes) && free(port + ClusterPlan.FABRIC_OFFSET, nodes)) {
                return port;
            }
        }
        throw new IOException("no " + nodes + " free ports in a row found");
    }

    private static boolean free(int from, int count) {
        for (int port = from; port < from + count; port++) {
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() != port) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** A plan on free ports. */
    static ClusterPlan plan(Path dir, int nodes) throws IOException {
        return ClusterPlan.of(dir, "tcp", nodes, find(nodes));
    }
}
