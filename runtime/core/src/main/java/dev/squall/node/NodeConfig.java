package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.fabric.Hello;
import dev.squall.fabric.tls.Credentials;
import dev.squall.order.MulticastLayout;
import dev.squall.order.PipelineLimits;
import dev.squall.view.Member;
import dev.squall.view.Membership;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A node's configuration.
 *
 * @param id its id, one of the members'
 * @param cluster the cluster's name; members of another are refused
 * @param data its directory on disk
 * @param members all members
 * @param fabric {@code auto}, {@code rdma}, {@code shm} or {@code tcp}; see {@link FabricChoice}
 * @param ringBytes the size of a sender's ring in a shard, a power of two
 * @param objectBytesMax the largest object
 * @param poolBytesMax the most bytes a shard of a volatile pool without retention holds
 * @param suspectAfterMillis a member silent for so long is lost
 * @param assembleMillis after a start of everything, missing members are waited for so long
 * @param pipeline which records go as blocks from member to member
 * @param tls the directory of the node's {@link Credentials}; empty = members are not encrypted
 * @param threads where its agents run and how they wait
 */
public record NodeConfig(
        int id,
        String cluster,
        Path data,
        List<Member> members,
        String fabric,
        int ringBytes,
        int objectBytesMax,
        long poolBytesMax,
        long suspectAfterMillis,
        long assembleMillis,
        PipelineLimits pipeline,
        Optional<Path> tls,
        Threads threads) {

    /** The largest object unless configured: 64 MiB. */
    public static final int OBJECT_BYTES_MAX_DEFAULT = 64 << 20;

    /** The most bytes of a volatile shard unless configured: 1 GiB. */
    public static final long POOL_BYTES_MAX_DEFAULT = 1L << 30;

    /** The largest object that can be configured: 1 GiB. */
    public static final int OBJECT_BYTES_LIMIT = 1 << 30;

    public NodeConfig {
        members = List.copyOf(members);
        if (members.stream().noneMatch(m -> m.id() == id)) {
            throw invalid("squall.node.id", id, "is not among squall.members");
        }
        int nameBytes = cluster.getBytes(StandardCharsets.UTF_8).length;
        if (nameBytes < 1 || nameBytes > Hello.CLUSTER_BYTES_MAX) {
            throw invalid(
                    "squall.cluster.name",
                    cluster,
                    "has 1 to " + Hello.CLUSTER_BYTES_MAX + " bytes");
        }
        FabricChoice.check(fabric);
        if (tls.isPresent() && fabric.equals("rdma")) {
            throw invalid("squall.fabric", fabric, "has no encryption; leave squall.tls out");
        }
        if (objectBytesMax < 1 || objectBytesMax > OBJECT_BYTES_LIMIT) {
            throw invalid(
                    "squall.limits.object-bytes",
                    objectBytesMax,
                    "must be 1 to " + OBJECT_BYTES_LIMIT);
        }
        if (suspectAfterMillis < 100 || suspectAfterMillis > 3_600_000) {
            throw invalid(
                    "squall.view.suspect-after-millis",
                    suspectAfterMillis,
                    "must be 100 to 3600000");
        }
        if (assembleMillis < 0 || assembleMillis > 3_600_000) {
            throw invalid("squall.view.assemble-millis", assembleMillis, "must be 0 to 3600000");
        }
    }

    /** Without encryption, on any processor, and large records as they go unless configured. */
    public NodeConfig(
            int id,
            String cluster,
            Path data,
            List<Member> members,
            String fabric,
            int ringBytes,
            int objectBytesMax,
            long poolBytesMax,
            long suspectAfterMillis,
            long assembleMillis) {
        this(
                id,
                cluster,
                data,
                members,
                fabric,
                ringBytes,
                objectBytesMax,
                poolBytesMax,
                suspectAfterMillis,
                assembleMillis,
                PipelineLimits.DEFAULT,
                Optional.empty(),
                Threads.DEFAULT);
    }

    /** The defaults. */
    public static NodeConfig of(int id, String cluster, Path data, List<Member> members) {
        return new NodeConfig(
                id,
                cluster,
                data,
                members,
                "auto",
                MulticastLayout.RING_BYTES_DEFAULT,
                OBJECT_BYTES_MAX_DEFAULT,
                POOL_BYTES_MAX_DEFAULT,
                Membership.SUSPECT_MILLIS_DEFAULT,
                Membership.ASSEMBLE_MILLIS_DEFAULT);
    }

    /** This node as a member. */
    public Member self() {
        return members.stream().filter(m -> m.id() == id).findFirst().orElseThrow();
    }

    /** What this node says of itself when it connects. */
    Hello hello(long incarnation) {
        var me = self();
        return new Hello(cluster, id, incarnation, me.host(), me.port(), me.rest());
    }

    /** The same with another fabric. */
    public NodeConfig over(String name) {
        return with(name, pipeline, tls, threads);
    }

    /**
     * The same with TLS between members.
     *
     * @param credentials the directory of {@link Credentials}; empty = none
     */
    public NodeConfig secured(Optional<Path> credentials) {
        return with(fabric, pipeline, credentials, threads);
    }

    /** The same with its agents elsewhere, or waiting otherwise. */
    public NodeConfig on(Threads other) {
        return with(fabric, pipeline, tls, other);
    }

    /** The same with other large records as blocks. */
    public NodeConfig pipelining(PipelineLimits limits) {
        return with(fabric, limits, tls, threads);
    }

    private NodeConfig with(
            String name, PipelineLimits limits, Optional<Path> credentials, Threads where) {
        return new NodeConfig(
                id,
                cluster,
                data,
                members,
                name,
                ringBytes,
                objectBytesMax,
                poolBytesMax,
                suspectAfterMillis,
                assembleMillis,
                limits,
                credentials,
                where);
    }

    static Failure invalid(String name, Object value, String what) {
        return new Failure(Failure.Kind.INVALID, name + " = " + value + " " + what);
    }
}
