package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.Load;
import dev.squall.bench.member.Message;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Redis server and a line to it; member 1 is the primary, the others its replicas. A put counts
 * when {@code WAIT} says that all replicas have it, in memory; that is no consensus: a failover may
 * lose it. With {@code fsync} each server appends to a file and syncs it before it answers.
 */
public final class RedisMain extends PeerMember {

    private static final int END_SECONDS_MAX = 10;
    private static final int READY_SECONDS_MAX = 30;
    private static final long POLL_MILLIS = 50;

    private final int replicas;
    private final RedisLine line;
    private final int port;

    private RedisMain(int port, int replicas) throws Exception {
        this.port = port;
        this.replicas = replicas;
        this.line = connect(port);
    }

    public static void main(String[] arguments) throws Exception {
        var plan = PeerPlan.of(arguments);
        Files.createDirectories(plan.directory());
        var server = server(plan);
        try {
            var member = new RedisMain(plan.port(), plan.first() ? plan.members() - 1 : 0);
            member.awaitReady(plan.first());
            member.serve();
        } finally {
            server.destroy();
            server.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
        }
    }

    private static Process server(PeerPlan plan) throws IOException {
        var directory = plan.directory().toString();
        var command = new ArrayList<>(List.of("redis-server", "--port", "" + plan.port()));
        command.addAll(List.of("--bind", PeerPlan.HOST, "--dir", directory));
        command.addAll(List.of("--save", "", "--appendonly", plan.durable() ? "yes" : "no"));
        command.addAll(List.of("--appendfsync", "always", "--repl-diskless-sync-delay", "0"));
        command.addAll(List.of("--client-output-buffer-limit", "replica 0 0 0"));
        if (!plan.first()) {
            command.addAll(List.of("--replicaof", PeerPlan.HOST, "" + plan.ports().getFirst()));
        }
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory, "redis.log"))
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
            if (info.contains(primary ? "connected_slaves:" + replicas : "master_link_status:up")) {
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException("the replicas have not come: " + line.ask("INFO", "replication"));
    }

    @Override
    Load begin(Message put) throws IOException {
        return RedisLoad.start(new RedisLine(port), put, replicas);
    }

    @Override
    Held held() throws IOException {
        return new Held(Long.parseLong(line.ask("DBSIZE")), Long.parseLong(offset()));
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
