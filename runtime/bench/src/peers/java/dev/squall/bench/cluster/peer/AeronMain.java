package dev.squall.bench.cluster.peer;

import dev.squall.bench.cluster.Scratch;
import dev.squall.bench.member.Load;
import dev.squall.bench.member.Message;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusteredMediaDriver;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.File;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * A member of an Aeron Cluster, tuned as well as we could: drivers and archives with one thread
 * each, which yield when idle; datagrams as long as loopback takes; the recorded log in a file
 * system in memory, or with {@code fsync} on disk and synced. The first member is appointed to
 * lead, and its own process puts, through memory, which saves a hop. A put is answered when a
 * majority has recorded it and the leader has applied it: less than we promise, who answer when all
 * have it.
 */
public final class AeronMain extends PeerMember {

    /** The longest datagram that Aeron sends, bytes; loopback takes it whole. */
    private static final int MTU = 65_504;

    /** What may be under way to a member, bytes; the system's own limit may be lower. */
    private static final int WINDOW = 2 << 20;

    /** Of a log's three parts each; a message has an eighth at most. */
    private static final String TERM = "term-length=64m";

    private final AeronMaps maps;
    private final String driver;

    private AeronMain(AeronMaps maps, String driver) {
        this.maps = maps;
        this.driver = driver;
    }

    public static void main(String[] arguments) throws Exception {
        var plan = PeerPlan.of(arguments);
        var maps = new AeronMaps();
        try (var memory = Scratch.in(PeerPlan.MEMORY)) {
            var files = plan.files(memory).toFile();
            var driver = memory.path().resolve("driver").toString();
            try (var _ = consensus(plan, files, driver);
                    var _ = service(files, driver, maps)) {
                maps.awaitStart();
                new AeronMain(maps, driver).serve();
            }
        }
    }

    /** What a member listens at: each purpose has an address of this host's own. */
    private static String endpoint(int purpose, int member, int port) {
        return "127.0.%d.%d:%d".formatted(purpose, member + 1, port);
    }

    private static String members(List<Integer> ports) {
        return IntStream.range(0, ports.size())
                .mapToObj(m ->
                        IntStream.rangeClosed(1, 5)
                                .mapToObj(p -> endpoint(p, m, ports.get(m)))
                                .collect(Collectors.joining(",", m + ",", "")))
                .collect(Collectors.joining("|"));
    }

    private static ClusteredMediaDriver consensus(PeerPlan plan, File files, String directory) {
        int sync = plan.durable() ? 2 : 0;
        var driver =
                new MediaDriver.Context()
                        .aeronDirectoryName(directory)
                        .dirDeleteOnStart(true)
                        .threadingMode(ThreadingMode.SHARED)
                        .sharedIdleStrategy(YieldingIdleStrategy.INSTANCE)
                        .socketRcvbufLength(WINDOW)
                        .socketSndbufLength(WINDOW)
                        .initialWindowLength(WINDOW)
                        .termBufferSparseFile(true);
        var archive =
                new Archive.Context()
                        .aeronDirectoryName(directory)
                        .archiveDir(new File(files, "archive"))
                        .controlChannel(
                                "aeron:udp?endpoint=" + endpoint(5, plan.index(), plan.port()))
                        .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
                        .recordingEventsEnabled(false)
                        .threadingMode(ArchiveThreadingMode.SHARED)
                        .idleStrategySupplier(() -> YieldingIdleStrategy.INSTANCE)
                        .fileSyncLevel(sync)
                        .catalogFileSyncLevel(sync);
        var consensus =
                new ConsensusModule.Context()
                        .aeronDirectoryName(directory)
                        .clusterDir(new File(files, "cluster"))
                        .clusterMemberId(plan.index())
                        .clusterMembers(members(plan.ports()))
                        .appointedLeaderId(0)
                        .isIpcIngressAllowed(true)
                        .ingressChannel("aeron:udp?" + TERM)
                        .logChannel("aeron:udp?mtu=" + MTU + "|" + TERM)
                        .replicationChannel("aeron:udp?endpoint=127.0.0.1:0")
                        .archiveContext(client())
                        .fileSyncLevel(sync)
                        .idleStrategySupplier(() -> YieldingIdleStrategy.INSTANCE);
        return ClusteredMediaDriver.launch(driver, archive, consensus);
    }

    private static ClusteredServiceContainer service(File files, String driver, AeronMaps maps) {
        return ClusteredServiceContainer.launch(
                new ClusteredServiceContainer.Context()
                        .aeronDirectoryName(driver)
                        .clusterDir(new File(files, "cluster"))
                        .archiveContext(client())
                        .clusteredService(maps)
                        .idleStrategySupplier(() -> YieldingIdleStrategy.INSTANCE));
    }

    private static AeronArchive.Context client() {
        return new AeronArchive.Context()
                .controlRequestChannel("aeron:ipc")
                .controlResponseChannel("aeron:ipc");
    }

    @Override
    Load begin(Message put) {
        if (!maps.leads()) {
            throw new IllegalStateException("this member does not lead; again");
        }
        return AeronLoad.start(driver, TERM, put);
    }

    @Override
    Held held() {
        return new Held(maps.applied(), maps.applied());
    }
}
