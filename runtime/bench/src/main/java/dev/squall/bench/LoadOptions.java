package dev.squall.bench;

import dev.squall.base.Failure;
import dev.squall.bench.cluster.Cluster;
import dev.squall.bench.cluster.Workload;
import dev.squall.bench.maps.MapBench;
import dev.squall.bench.member.Clocked;
import dev.squall.node.AckLevel;
import dev.squall.node.NodeConfig;
import dev.squall.store.PoolSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code put}, {@code get}, {@code trigger} and {@code multicast}. */
final class LoadOptions {

    /** The most puts under way at a sender, and the most connections. */
    static final int DEPTH_MAX = 8192;

    /** The most threads that read in one process. */
    static final int READERS_MAX = 64;

    /** The most clients that watch and read nothing. */
    static final int WATCHERS_MAX = 1024;

    private static final long FILLED_BYTES_MAX = NodeConfig.POOL_BYTES_MAX_DEFAULT / 10 * 9;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "Measure a running cluster through this node's REST instead of a cluster of"
                            + " its own.")
    private @Nullable String url;

    @Option(
            names = "--watchers",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "With --url: so many clients watch the pool and read nothing (default: 0).")
    private int watchers;

    @Option(
            names = "--nodes",
            defaultValue = "3",
            paramLabel = "N",
            description = "Node processes to start; every one holds every shard (default: 3).")
    private int nodes;

    @Option(
            names = "--fabric",
            defaultValue = "auto",
            paramLabel = "auto|shm|tcp",
            description = "How nodes reach each other (default: auto).")
    private String fabric = "auto";

    @Option(
            names = "--tls",
            description =
                    "Measure twice: without TLS, and then with it. For --fabric tcp; a row each.")
    private boolean tls;

    @Option(
            names = "--size",
            defaultValue = "1024",
            paramLabel = "B",
            description = "Bytes of an object (default: 1024).")
    private int size;

    @Option(
            names = "--depth",
            defaultValue = "1",
            paramLabel = "D",
            description =
                    "Puts under way at each sender, threads that read, or connections to the URL"
                            + " (default: 1).")
    private int depth;

    @Option(
            names = "--ack",
            paramLabel = "ordered|durable|accepted",
            description =
                    "When a put is answered (default: ordered, with --store persistent durable).")
    private @Nullable String ack;

    @Option(
            names = "--answer",
            defaultValue = "future",
            paramLabel = "future|agent",
            description =
                    "Where callers of a member are answered: by a future on another thread, or on"
                            + " the member's own agent (default: future).")
    private String answer = "future";

    @Option(
            names = "--keys",
            defaultValue = "10000",
            paramLabel = "K",
            description = "Keys, chosen at random (default: 10000).")
    private int keys;

    @Option(
            names = "--shards",
            defaultValue = "1",
            paramLabel = "S",
            description = "Shards of the pool (default: 1).")
    private int shards;

    @Option(
            names = "--senders",
            defaultValue = "1",
            paramLabel = "N",
            description = "Members whose processes make calls (default: 1).")
    private int senders;

    @Option(
            names = "--others-silent",
            description =
                    "The pool lets only those members send: the others have no turn in its order.")
    private boolean othersSilent;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            paramLabel = "S",
            description = "How long to measure (default: 5).")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "5",
            paramLabel = "S",
            description = "How long to run before that (default: 5).")
    private double warmup;

    @Option(
            names = "--store",
            paramLabel = "volatile|persistent",
            description = "Where objects are (default: volatile, with --ack durable persistent).")
    private @Nullable String store;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where the nodes' data lies for as long as they run: the disk that durable"
                            + " puts measure (default: the directory for temporary files).")
    private Path data = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--profile",
            paramLabel = "FILE.jfr",
            description = "Record member 1 with the JDK's Flight Recorder.")
    private @Nullable Path profile;

    @Option(names = "--floor", hidden = true, description = "Not available yet.")
    private boolean floor;

    @Nullable String url() {
        return url;
    }

    int watchers() {
        return watchers;
    }

    int nodes() {
        return nodes;
    }

    String fabric() {
        return fabric;
    }

    /** Whether to measure with TLS too. */
    boolean tls() {
        return tls;
    }

    Path data() {
        return data;
    }

    @Nullable Path profile() {
        return profile;
    }

    /** The workload, checked. */
    Workload workload(String operation) {
        if (floor) {
            throw notYet("--floor");
        }
        if (fabric.equals("rdma")) {
            throw notYet("--fabric rdma");
        }
        check(
                url == null || operation.matches("put|get"),
                "--url",
                url,
                "none for " + operation + ": it measures nodes of its own");
        check(fabric.matches("auto|shm|tcp"), "--fabric", fabric, "auto, shm or tcp");
        check(!tls || (fabric.equals("tcp") && url == null), "--fabric", fabric, "tcp with --tls");
        check(answer.matches("future|agent"), "--answer", answer, "future or agent");
        check(
                !(answer.equals("agent") && "accepted".equals(ack)),
                "--ack",
                ack,
                "ordered or durable with --answer agent");
        boolean persistent = "persistent".equals(store) || "durable".equals(ack);
        var level = ack != null ? ack : persistent ? "durable" : "ordered";
        AckLevel.parse(level);
        check(
                store == null || store.matches("volatile|persistent"),
                "--store",
                store,
                "volatile or persistent");
        check(
                !(level.equals("durable") && "volatile".equals(store)),
                "--ack",
                level,
                "ordered or accepted with --store volatile");
        var load =
                new Workload(
                        operation,
                        size,
                        depth,
                        level,
                        keys,
                        shards,
                        senders,
                        othersSilent,
                        persistent,
                        answer.equals("agent"),
                        seconds,
                        warmup);
        checkNumbers(load);
        return load;
    }

    /**
     * Gets beside the maps of others, checked.
     *
     * @param versions of each of a thousand keys; 1 = only the newest are read
     */
    MapBench maps(int versions, PrintWriter progress) {
        BenchCommand.between("--size", size, Long.BYTES, NodeConfig.OBJECT_BYTES_MAX_DEFAULT);
        BenchCommand.between("--depth", depth, 1, READERS_MAX);
        BenchCommand.between("--keys", keys, MapBench.KEYS_MIN, MapBench.KEYS_MAX);
        BenchCommand.between("--versions", versions, 1, Integer.MAX_VALUE);
        check(seconds > 0 && seconds <= 86_400, "--seconds", seconds, "up to 86400");
        return new MapBench(size, keys, versions, depth, seconds, progress);
    }

    private void checkNumbers(Workload load) {
        int least = leastSize(load.operation());
        int most = NodeConfig.OBJECT_BYTES_MAX_DEFAULT;
        BenchCommand.between("--size", size, least, most);
        BenchCommand.between(
                "--depth", depth, 1, load.reads() && url == null ? READERS_MAX : DEPTH_MAX);
        BenchCommand.between("--watchers", watchers, 0, url == null ? 0 : WATCHERS_MAX);
        BenchCommand.between("--nodes", nodes, 1, Cluster.NODES_MAX);
        BenchCommand.between("--senders", senders, 1, nodes);
        BenchCommand.between("--shards", shards, 1, PoolSpec.SHARDS_MAX);
        BenchCommand.between("--keys", keys, 1, Integer.MAX_VALUE);
        check(seconds > 0 && seconds <= 86_400, "--seconds", seconds, "up to 86400");
        check(warmup >= 0 && warmup <= 86_400, "--warmup", warmup, "0 to 86400");
        long fillable = FILLED_BYTES_MAX * shards;
        check(
                !load.reads() || load.filledBytes() <= fillable,
                "--keys",
                keys,
                "at most %d of %d bytes in %d shards: all must fit into memory"
                        .formatted(
                                fillable * keys / Math.max(1, load.filledBytes()), size, shards));
    }

    private static int leastSize(String operation) {
        return switch (operation) {
            case "put" -> 0;
            case "get" -> 1;
            default -> Clocked.BYTES;
        };
    }

    private static void check(boolean fine, String name, @Nullable Object value, String allowed) {
        if (!fine) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "%s is %s; allowed are %s".formatted(name, value, allowed));
        }
    }

    static Failure notYet(String what) {
        return new Failure(Failure.Kind.NOT_AVAILABLE_YET, what + " is not available yet");
    }
}
