package dev.squall.bench.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds loopback ports that nobody listens on, below those that the kernel gives to outgoing
 * connections: members keep theirs over a restart, and an outgoing connection must not take one
 * meanwhile.
 */
public final class FreePorts {

    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int ATTEMPTS_MAX = 1000;

    private FreePorts() {}

    /** So many ports, all different. */
    public static List<Integer> find(int count) {
        var found = new ArrayList<Integer>();
        var random = ThreadLocalRandom.current();
        for (int i = 0; i < ATTEMPTS_MAX && found.size() < count; i++) {
            int port = random.nextInt(FROM, TO);
            if (!found.contains(port) && free(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IllegalStateException(
                    "%d free ports from %d to %d were not found in %d attempts"
                            .formatted(count, FROM, TO, ATTEMPTS_MAX));
        }
        return found;
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
