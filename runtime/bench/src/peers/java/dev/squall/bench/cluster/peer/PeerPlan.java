package dev.squall.bench.cluster.peer;

import dev.squall.bench.cluster.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a peer's member is told when it begins. All members are on this host's loopback.
 *
 * @param index which member this is, from 0
 * @param ports a port of each member
 * @param otherPorts a second one of each
 * @param directory for its files; not there yet
 * @param durable whether a put is to be on disk before it is answered
 */
record PeerPlan(
        int index, List<Integer> ports, List<Integer> otherPorts, Path directory, boolean durable) {

    static final String HOST = "127.0.0.1";

    /** A file system in memory. */
    static final Path MEMORY = Path.of("/dev/shm");

    private static final Pattern MEMBER = Pattern.compile("\\d+@[^:]+:(\\d+)@.*:(\\d+)");

    /** Arguments: id, all members as {@code id@host:port@rest}, a directory, memory or fsync. */
    static PeerPlan of(String[] arguments) {
        var members = Arrays.asList(arguments[1].split(",", -1));
        return new PeerPlan(
                Integer.parseInt(arguments[0]) - 1,
                members.stream().map(m -> port(m, 1)).toList(),
                members.stream().map(m -> port(m, 2)).toList(),
                Path.of(arguments[2]),
                arguments[3].equals("fsync"));
    }

    private static int port(String member, int group) {
        var matcher = MEMBER.matcher(member);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no member: " + member);
        }
        return Integer.parseInt(matcher.group(group));
    }

    /** Where its files go: on disk when it is durable, else into memory. */
    Path files(Scratch memory) throws IOException {
        return durable ? Files.createDirectories(directory) : memory.path();
    }

    int members() {
        return ports.size();
    }

    int port() {
        return ports.get(index);
    }

    int otherPort() {
        return otherPorts.get(index);
    }

    boolean first() {
        return index == 0;
    }
}
