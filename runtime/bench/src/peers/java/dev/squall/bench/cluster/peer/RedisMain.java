package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.CommandLink;
import dev.squall.bench.member.Load;
import dev.squall.bench.member.Message;
import dev.squall.bench.member.Sampler;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server and a line to it; member 1 is the primary, the others its replicas. A put counts
 * when {@code WAIT} says that all replicas have it, in memory; that is no consensus: a failover may
 * lose it. With {@code fsync} each server appends to a file and syncs it before it answers.
 */
public final class RedisMain {

    private static final int READY_SECONDS_MAX = 30;
    private static final long POLL_MILLIS = 50;

    private final int replicas;
    private final RedisLine line;
    private final Sampler sampler = new Sampler();
    private final int port;
    private @Nullable Load load;

    private RedisMain(int port, int replicas) throws Exception {
        this.port = port;
        this.replicas = replicas;
        this.line = connect(port);
    }

    /** Arguments: id, all members as {@code id@host:port@rest}, a directory, memory or fsync. */
    public static void main(String[] arguments) throws Exception {
        var ports =
                Arrays.stream(arguments[1].split(",", -1))
                        .map(m -> Integer.parseInt(m.replaceAll(".*:(\\d+)@.*", "$1")))
                        .toList();
        int own = ports.get(Integer.parseInt(arguments[0]) - 1);
        var directory = Files.createDirectories(Path.of(arguments[2]));
        var server = server(own, ports.getFirst(), directory, arguments[3].equals("fsync"));
        try {
            var member = new RedisMain(own, own == ports.getFirst() ? ports.size() - 1 : 0);
            member.awaitReady(own == ports.getFirst());
            System.out.println(Message.of("ready").line());
            System.out.flush();
            new CommandLink(System.out).serve(System.in, member::carryOut);
        } finally {
            server.destroy();
            server.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static Process server(int port, int primary, Path directory, boolean durable)
            throws IOException {
        var command = new ArrayList<>(List.of("redis-server", "--port", "" + port));
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString()));
        command.addAll(List.of("--save", "", "--appendonly", durable ? "yes" : "no"));
        command.addAll(List.of("--appendfsync", "always", "--repl-diskless-sync-delay", "0"));
        command.addAll(List.of("--client-output-buffer-limit", "replica 0 0 0"));
        if (port != primary) {
            command.addAll(List.of("--replicaof", "127.0.0.1", "" + primary));
        }
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory.toFile(), "redis.log"))
                    .start();
        } catch (IOException e) {
            throw new IOException("redis-server cannot be run; install it first (redis-server)", e);
        }
    }

    private static RedisLine connect(int port) throws Exception {
        IOException why = new IOException("not tried");
        for (int i = 0; i < READY_SECONDS_MAX * 1000 / POLL_MILLIS; i++) {
            try {
                return new RedisLine(port);
            } catch (IOException e) {
                why = e;
                Thread.sleep(POLL_MILLIS);
            }
        }
        throw new IOException("no Redis at port " + port, why);
    }

    private void awaitReady(boolean primary) throws Exception {
        for (int i = 0; i < READY_SECONDS_MAX * 1000 / POLL_MILLIS; i++) {
            var info = line.ask("INFO", "replication");
            if (info.contains(
                    primary ? "connected_slaves:" + replicas : "master_link_status:up")) {
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException("the replicas have not come: " + line.ask("INFO", "replication"));
    }

    private Message carryOut(Message m) throws Exception {
        switch (m.word()) {
            case "pool" -> {}
            case "put" -> {
                load = RedisLoad.start(new RedisLine(port), m, replicas);
                sampler.begin();
            }
            case "stop" -> {
                if (load != null) {
                    load.stop();
                    load = null;
                }
            }
            case "sample" -> {
                return sampler.sample(load);
            }
            case "count" -> {
                return Message.of("count", "versions", line.ask("DBSIZE"), "newest", offset());
            }
            default -> throw new IllegalArgumentException("redis: no command '" + m.word() + "'");
        }
        return Message.of("done");
    }

    /** How far the replication is. */
    private String offset() throws IOException {
        return line.ask("INFO", "replication")
                .lines()
                .filter(l -> l.matches("(master|slave)_repl_offset:.*"))
                .map(l -> l.substring(l.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }
}
