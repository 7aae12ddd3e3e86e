package dev.squall.bench.cluster.peer;

import dev.squall.bench.cluster.Scratch;
import dev.squall.bench.member.Load;
import dev.squall.bench.member.Message;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.maintenance.StatusResponse;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An etcd server and a client of it. The first member is made to lead, and is asked. A put is
 * answered when a majority has it in its log; etcd syncs that always, so {@code memory} means a
 * file system in memory, which knows no waiting.
 */
public final class EtcdMain extends PeerMember {

    /** What its store may hold, bytes: 8 GiB, the most that it likes. */
    private static final long QUOTA = 8L << 30;

    private static final int READY_SECONDS_MAX = 30;
    private static final int ANSWER_SECONDS_MAX = 5;
    private static final long POLL_MILLIS = 100;

    private final String endpoint;
    private final Client client;

    private EtcdMain(PeerPlan plan) {
        this.endpoint = client(plan, plan.index());
        this.client = Client.builder().endpoints(endpoint).build();
    }

    public static void main(String[] arguments) throws Exception {
        var plan = PeerPlan.of(arguments);
        Files.createDirectories(plan.directory());
        try (var memory = Scratch.in(PeerPlan.MEMORY)) {
            var server = server(plan, plan.files(memory));
            try {
                var member = new EtcdMain(plan);
                member.awaitReady(plan.first());
                member.serve();
                member.client.close();
            } finally {
                server.destroy();
                server.waitFor(READY_SECONDS_MAX, TimeUnit.SECONDS);
            }
        }
        System.exit(0); // its client leaves threads behind
    }

    private static String client(PeerPlan plan, int member) {
        return "http://%s:%d".formatted(PeerPlan.HOST, plan.ports().get(member));
    }

    private static String peer(PeerPlan plan, int member) {
        return "http://%s:%d".formatted(PeerPlan.HOST, plan.otherPorts().get(member));
    }

    private static Process server(PeerPlan plan, Path data) throws IOException {
        var all =
                IntStream.range(0, plan.members())
                        .mapToObj(i -> "m%d=%s".formatted(i, peer(plan, i)))
                        .collect(Collectors.joining(","));
        var command = new ArrayList<>(List.of("etcd", "--name", "m" + plan.index()));
        command.addAll(List.of("--data-dir", data.resolve("etcd").toString()));
        command.addAll(List.of("--initial-cluster", all, "--initial-cluster-state", "new"));
        command.addAll(List.of("--listen-peer-urls", peer(plan, plan.index())));
        command.addAll(List.of("--initial-advertise-peer-urls", peer(plan, plan.index())));
        command.addAll(List.of("--listen-client-urls", client(plan, plan.index())));
        command.addAll(List.of("--advertise-client-urls", client(plan, plan.index())));
        command.addAll(List.of("--quota-backend-bytes", "" + QUOTA, "--log-level", "error"));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(plan.directory().toFile(), "etcd.log"))
                    .start();
        } catch (IOException e) {
            throw new IOException("etcd cannot be run; install it first (etcd-server)", e);
        }
    }

    private void awaitReady(boolean leads) throws Exception {
        for (int i = 0; i < READY_SECONDS_MAX * 1000 / POLL_MILLIS; i++) {
            if (ready(leads)) {
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException("etcd has no leader at " + endpoint);
    }

    private boolean ready(boolean leads) throws InterruptedException {
        try {
            var status = status();
            long own = status.getHeader().getMemberId();
            if (leads && status.getLeader() != 0 && status.getLeader() != own) {
                moveLeader(own);
            }
            return leads ? status.getLeader() == own : status.getLeader() != 0;
        } catch (ExecutionException | TimeoutException _) {
            return false; // it is still starting, or choosing
        }
    }

    /** Only the leader gives its part away; the others refuse, so each is asked. */
    private void moveLeader(long to) throws InterruptedException, ExecutionException {
        for (var member : client.getClusterClient().listMember().get().getMembers()) {
            if (member.getClientURIs().isEmpty()) {
                continue; // not there yet
            }
            try (var other = Client.builder().endpoints(member.getClientURIs()).build()) {
                other.getMaintenanceClient()
                        .moveLeader(to)
                        .get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException _) {
                // It is not the leader.
            }
        }
    }

    private StatusResponse status()
            throws InterruptedException, ExecutionException, TimeoutException {
        return client.getMaintenanceClient()
                .statusMember(endpoint)
                .get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    }

    @Override
    Load begin(Message m) {
        byte[] bytes = new byte[m.integer("size")];
        new Random(42).nextBytes(bytes);
        var value = ByteSequence.from(bytes);
        var keys =
                IntStream.range(0, m.integer("keys"))
                        .mapToObj(i -> ByteSequence.from("/bench/k" + i, StandardCharsets.UTF_8))
                        .toList();
        return AsyncLoad.start(
                () -> client.getKVClient().put(any(keys), value), m.integer("depth"));
    }

    private static ByteSequence any(List<ByteSequence> keys) {
        return keys.get(ThreadLocalRandom.current().nextInt(keys.size()));
    }

    @Override
    Held held() throws Exception {
        long revision = status().getHeader().getRevision();
        return new Held(revision - 1, revision);
    }
}
