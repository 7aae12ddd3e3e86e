package dev.squall.cli.local;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out before anything is started whether all ports are free, by binding each for a moment,
 * and who holds one that is not, from /proc where there is one.
 */
public final class Ports {
    private static final int BACKLOG = 1;
    private static final String LISTENING = "0A";

    private Ports() {}

    /** Fails with the first taken port and its owner. */
    public static void checkFree(ClusterPlan plan) {
        for (NodePlan node : plan.nodes()) {
            checkFree(node.httpPort(), "REST of " + node.role());
            checkFree(node.fabricPort(), "the fabric of " + node.role());
        }
    }

    private static void checkFree(int port, String use) {
        try (var socket =
                new ServerSocket(port, BACKLOG, InetAddress.ofLiteral(ClusterPlan.HOST))) {
            if (socket.getLocalPort() != port) {
                throw new IOException("bound to " + socket.getLocalPort());
            }
        } catch (IOException e) {
            String owner = owner(port).map(name -> "is taken by " + name).orElse("cannot be bound");
            throw new Failure(
                    "port %d, for %s, %s (%s)".formatted(port, use, owner, e.getMessage()),
                    "Stop that process, or choose other ports with --port.",
                    e);
        }
    }

    /** The process that listens on the port, as far as this user may see it. */
    static Optional<String> owner(int port) {
        Set<String> sockets = new HashSet<>();
        listeners(Path.of("/proc/net/tcp"), port, sockets);
        listeners(Path.of("/proc/net/tcp6"), port, sockets);
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        return ProcessHandle.allProcesses()
                .filter(process -> holdsAny(process.pid(), sockets))
                .findFirst()
                .map(process ->
                        "pid %d (%s)"
                                .formatted(
                                        process.pid(), process.info().command().orElse("unknown")));
    }

    /** A line is: {@code sl local_address rem_address st … inode}, the port in hexadecimal. */
    private static void listeners(Path table, int port, Set<String> sockets) {
        try {
            String suffix = String.format(Locale.ROOT, ":%04X", port);
            for (String line : Files.readAllLines(table)) {
                List<String> fields = List.of(line.strip().split("\\s+", -1));
                if (fields.size() > 9
                        && fields.get(1).endsWith(suffix)
                        && fields.get(3).equals(LISTENING)) {
                    sockets.add("socket:[" + fields.get(9) + "]");
                }
            }
        } catch (IOException e) {
            // No /proc on this system: the owner stays unknown, the port is taken all the same.
        }
    }

    private static boolean holdsAny(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false; // another user's process, or one that has just ended
        }
        return false;
    }
}
