package dev.squall.bench.chaos;

import dev.squall.bench.node.Network;
import dev.squall.bench.node.ServerCluster;
import dev.squall.bench.node.ServerNode;
import dev.squall.bench.node.SmallDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes one fault at a time and mends it, so that a majority is always left: it must go on serving,
 * and everything acknowledged must stay. How long a fault lasts is drawn: long enough for the
 * others to suspect the node. Used by one thread.
 */
final class Faults {

    /** How much longer than a suspicion a fault lasts, at most: 2 s. */
    private static final int LONGER_MILLIS_MAX = 2_000;

    /** How much later a node in a minority must say that it is not ready: 1 s. */
    private static final int NOTICE_MILLIS = 1_000;

    /** How long a disk stays full, at least: 2 s. */
    private static final int FULL_MILLIS_MIN = 2_000;

    private final ServerCluster cluster;
    private final Network network;
    private final long suspectMillis;
    private final Random random;
    private final Recording recording;

    Faults(
            ServerCluster cluster,
            Network network,
            long suspectMillis,
            Random random,
            Recording recording) {
        this.cluster = cluster;
        this.network = network;
        this.suspectMillis = suspectMillis;
        this.random = random;
        this.recording = recording;
    }

    /** What a fault was, and when it was mended. */
    record Made(String what, long at, long mended) {}

    /** Makes a fault, and mends it. */
    Made make(FaultKind kind) throws InterruptedException, IOException {
        var nodes = cluster.nodes();
        var node = nodes.get(random.nextInt(nodes.size()));
        long at = System.nanoTime();
        var what =
                switch (kind) {
                    case KILL -> kill(node);
                    case TERM -> terminate(node);
                    case PAUSE -> pause(node);
                    case RESTART -> restart(node);
                    case DISK -> fillDisk();
                    case PARTITION -> random.nextBoolean() ? isolate(node) : split();
                    case ALL -> all();
                };
        return new Made(what, at, System.nanoTime());
    }

    private void lastBeyondSuspicion() throws InterruptedException {
        Thread.sleep(suspectMillis * 3 / 2 + random.nextInt(LONGER_MILLIS_MAX));
    }

    private String kill(ServerNode node) throws InterruptedException {
        node.kill();
        node.awaitEnd();
        lastBeyondSuspicion();
        node.start();
        return "node %d killed, later started".formatted(node.id());
    }

    private String terminate(ServerNode node) throws InterruptedException {
        node.terminate();
        boolean ended = node.awaitEnd();
        if (!ended) {
            node.kill();
            node.awaitEnd();
        }
        lastBeyondSuspicion();
        node.start();
        return "node %d %s, later started"
                .formatted(node.id(), ended ? "terminated" : "killed, for it did not terminate");
    }

    private String pause(ServerNode node) throws InterruptedException {
        node.pause();
        lastBeyondSuspicion();
        node.resume();
        return "node %d stopped, later continued".formatted(node.id());
    }

    private String restart(ServerNode node) throws InterruptedException {
        node.kill();
        node.awaitEnd();
        node.start();
        return "node %d killed, started at once".formatted(node.id());
    }

    private String fillDisk() throws InterruptedException, IOException {
        SmallDisk disk = cluster.smallDisk();
        var node = cluster.nodes().getLast();
        if (disk == null) {
            throw new IllegalStateException("no disk can be filled here");
        }
        long bytes = disk.fill();
        try {
            Thread.sleep(FULL_MILLIS_MIN + random.nextInt(LONGER_MILLIS_MAX));
        } finally {
            disk.free();
        }
        // A node that could not write has left the group for good; the others went on.
        boolean restarted = cluster.restartIfFailed(node);
        return "disk of node %d full (%d KiB taken), later free%s"
                .formatted(
                        node.id(),
                        bytes >> 10,
                        restarted ? "; it had failed and was restarted" : "");
    }

    private String isolate(ServerNode node) throws InterruptedException {
        network.isolate(node.id());
        try {
            lastBeyondSuspicion();
        } finally {
            network.heal();
        }
        return "node %d cut off from all, later joined".formatted(node.id());
    }

    private String split() throws InterruptedException {
        var ids = new ArrayList<>(cluster.nodes().stream().map(ServerNode::id).toList());
        Collections.shuffle(ids, random);
        Set<Integer> minority = new TreeSet<>(ids.subList(0, (ids.size() - 1) / 2));
        network.split(minority);
        try {
            lastBeyondSuspicion();
            Thread.sleep(NOTICE_MILLIS);
            for (int id : minority) {
                if (cluster.ready(cluster.nodes().get(id - 1))) {
                    recording.strange(
                            "node %d said that it was ready while in a minority".formatted(id));
                }
            }
        } finally {
            network.heal();
        }
        return "nodes %s split from the others, later joined"
                .formatted(minority.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    private String all() throws InterruptedException {
        cluster.restartAll();
        return "all %d nodes killed and started".formatted(cluster.nodes().size());
    }

    /** The kinds that can be made here, of those asked for; the rest is told why not. */
    static List<FaultKind> possible(
            List<FaultKind> asked, Network network, ServerCluster cluster, List<String> skipped) {
        var possible = new ArrayList<FaultKind>();
        for (var kind : asked) {
            if (kind == FaultKind.PARTITION && !network.cuts()) {
                skipped.add("partition: this process may not make network namespaces");
            } else if (kind == FaultKind.DISK && cluster.smallDisk() == null) {
                skipped.add("disk: this process may not mount a small disk");
            } else {
                possible.add(kind);
            }
        }
        return possible;
    }
}
