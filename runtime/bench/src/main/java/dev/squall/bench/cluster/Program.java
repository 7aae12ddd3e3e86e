package dev.squall.bench.cluster;

import dev.squall.base.Failure;
import dev.squall.bench.member.MemberMain;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the members of a cluster run. Each understands the commands of a load, its pool, samples and
 * counts, so that all are measured by the same hand.
 *
 * @param system its name in results
 * @param main the class with which a member begins; it gets the member's id, all members, a
 *     directory, and the argument
 * @param argument for Squall the fabric; for a peer {@code memory} or {@code fsync}
 * @param options for its virtual machine
 * @param secure whether each is given a certificate too, as one more argument
 */
public record Program(
        String system, String main, String argument, List<String> options, boolean secure) {

    /** Systems that replicate, beside which a put can be measured: name and class. */
    private enum Peer {
        JGROUPS_RAFT("jgroups-raft", "RaftMain", ""),
        AERON(
                "aeron-cluster",
                "AeronMain",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"),
        ETCD("etcd", "EtcdMain", ""),
        REDIS("redis", "RedisMain", "");

        private final String label;
        private final String main;
        private final String option;

        Peer(String label, String main, String option) {
            this.label = label;
            this.main = main;
            this.option = option;
        }
    }

    /** Nodes of ours. */
    public static Program squall(String fabric) {
        return new Program("squall", MemberMain.class.getName(), fabric, List.of(), false);
    }

    /** The same with TLS. */
    public Program secured() {
        return new Program(system + "-tls", main, argument, options, true);
    }

    /** The peers of these names, if this build has them. */
    public static List<Program> peers(List<String> labels, boolean durable) {
        return labels.stream().map(l -> peer(l.toLowerCase(Locale.ROOT), durable)).toList();
    }

    private static Program peer(String label, boolean durable) {
        var peer =
                Arrays.stream(Peer.values())
                        .filter(p -> p.label.equals(label))
                        .findFirst()
                        .orElseThrow(() -> unknown(label));
        var main = Program.class.getPackageName() + ".peer." + peer.main;
        try {
            Class.forName(main, false, Program.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new Failure(
                    Failure.Kind.NOT_AVAILABLE_YET,
                    label + " is not in this build; `./squall bench put --peers …` builds it in");
        }
        var options = peer.option.isEmpty() ? List.<String>of() : List.of(peer.option);
        return new Program(label, main, durable ? "fsync" : "memory", options, false);
    }

    private static Failure unknown(String label) {
        var known =
                Arrays.stream(Peer.values()).map(p -> p.label).collect(Collectors.joining(", "));
        return new Failure(
                Failure.Kind.INVALID,
                "--peers has '%s', which is not known to a put; there are %s"
                        .formatted(label, known));
    }
}
