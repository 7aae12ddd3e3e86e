package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.Load;
import dev.squall.bench.member.Message;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.raft.Options;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group under jgroups-raft, tuned as well as we could: no Nagle, no result copied
 * back, the log in memory, or in a file with fsync. The caller is in the leader's process, which
 * saves it a hop, and is answered when a majority has the put and the leader has applied it: less
 * than we promise, who answer when all have it.
 */
public final class RaftMain extends PeerMember implements StateMachine {

    /** Above this a log is cut behind a snapshot: 128 MiB. The snapshots are empty: no cost. */
    private static final long LOG_BYTES_MAX = 128 << 20;

    private static final long POLL_MILLIS = 20;

    /** Members come one after the other: the first is to lead. */
    private static final long APART_MILLIS = 2500;

    private final Map<String, byte[]> values = new HashMap<>();
    private final AtomicLong applied = new AtomicLong();
    private final RaftHandle raft;

    private RaftMain(JChannel channel) {
        this.raft = new RaftHandle(channel, this);
    }

    public static void main(String[] arguments) throws Exception {
        var plan = PeerPlan.of(arguments);
        var channel = channel(plan);
        var member = new RaftMain(channel);
        Thread.sleep(plan.index() * APART_MILLIS);
        channel.connect("bench");
        awaitLeader(channel.getProtocolStack().findProtocol(RAFT.class));
        member.serve();
        channel.close();
    }

    private static JChannel channel(PeerPlan plan) throws Exception {
        var ids = IntStream.range(0, plan.members()).mapToObj(String::valueOf).toList();
        var own = ids.get(plan.index());
        var stack =
                """
                <config xmlns="urn:org:jgroups">
                  <TCP bind_addr="127.0.0.1" bind_port="%1$d" port_range="0"
                       tcp_nodelay="true" diag.enabled="false"
                       thread_pool.min_threads="2" thread_pool.max_threads="50"/>
                  <TCPPING initial_hosts="%2$s" port_range="0"/>
                  <MERGE3 min_interval="10000" max_interval="30000"/>
                  <FD_ALL3/>
                  <VERIFY_SUSPECT timeout="1500"/>
                  <pbcast.NAKACK2 use_mcast_xmit="false"/>
                  <UNICAST3/>
                  <pbcast.STABLE desired_avg_gossip="50000" max_bytes="4M"/>
                  <raft.NO_DUPES/>
                  <pbcast.GMS print_local_addr="false" join_timeout="1000"/>
                  <UFC max_credits="8M" min_threshold="0.4"/>
                  <MFC max_credits="8M" min_threshold="0.4"/>
                  <FRAG4 frag_size="60K"/>
                  <raft.ELECTION/>
                  <raft.RAFT members="%3$s" raft_id="%4$s" log_dir="%5$s" log_class="%6$s"
                             log_use_fsync="%7$s" max_log_size="%8$d"/>
                </config>
                """
                        .formatted(
                                plan.port(),
                                plan.ports().stream()
                                        .map(p -> "127.0.0.1[" + p + "]")
                                        .collect(Collectors.joining(",")),
                                String.join(",", ids),
                                own,
                                plan.directory(),
                                "org.jgroups.protocols.raft."
                                        + (plan.durable() ? "FileBasedLog" : "InMemoryLog"),
                                plan.durable(),
                                LOG_BYTES_MAX);
        var bytes = stack.getBytes(StandardCharsets.UTF_8);
        var channel = new JChannel(new ByteArrayInputStream(bytes));
        channel.setName(own);
        return channel;
    }

    private static void awaitLeader(RAFT protocol) throws InterruptedException {
        while (protocol.leader() == null) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    @Override
    Load begin(Message m) {
        if (!raft.isLeader()) {
            throw new IllegalStateException("member " + raft.raftId() + " does not lead; again");
        }
        var puts = puts(m);
        return AsyncLoad.start(
                () -> {
                    var put = puts.get(ThreadLocalRandom.current().nextInt(puts.size()));
                    return raft.setAsync(put, 0, put.length, Options.create(true)); // no result
                },
                m.integer("depth"));
    }

    @Override
    Held held() {
        return new Held(applied.get(), applied.get());
    }

    /** A put of each key: its length, the key, the value. */
    private static List<byte[]> puts(Message m) {
        var value = new byte[m.integer("size")];
        new Random(42).nextBytes(value);
        return IntStream.range(0, m.integer("keys"))
                .mapToObj(i -> put("/bench/k" + i, value))
                .toList();
    }

    private static byte[] put(String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(Short.BYTES + name.length + value.length);
        return bytes.putShort((short) name.length).put(name).put(value).array();
    }

    @Override
    public byte @Nullable [] apply(byte[] data, int offset, int length, boolean serialize) {
        int name = ByteBuffer.wrap(data).getShort(offset);
        int at = offset + Short.BYTES;
        values.put(
                new String(data, at, name, StandardCharsets.UTF_8),
                Arrays.copyOfRange(data, at + name, offset + length));
        applied.incrementAndGet();
        return null;
    }

    @Override
    public void readContentFrom(DataInput in) throws IOException {
        applied.set(in.readLong());
    }

    @Override
    public void writeContentTo(DataOutput out) throws IOException {
        out.writeLong(applied.get());
    }
}
