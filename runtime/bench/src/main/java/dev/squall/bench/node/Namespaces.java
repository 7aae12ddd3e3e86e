package dev.squall.bench.node;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every node in a network namespace of its own, joined by a bridge of this machine to which this
 * process belongs too:
 *
 * <pre>
 *   this process 10.213.N.254 -- bridge --+-- veth -- namespace of node 1, 10.213.N.1
 *                                         +-- veth -- namespace of node 2, 10.213.N.2
 * </pre>
 *
 * A node is isolated by taking its end at the bridge down: packets vanish, as when a cable is
 * pulled. Two sides are split by routes of kind "blackhole" in the namespaces, on both ends. Nobody
 * gets a reset from either, so only silence tells. Needs root and Linux; {@link #possible} finds
 * out.
 */
public final class Namespaces implements Network {

    private static final int THIS_PROCESS = 254;

    private final int nodes;
    private final String tag;
    private final String subnet;
    private final Set<Integer> isolated = new TreeSet<>();
    private final Set<String> holes = new TreeSet<>();

    private Namespaces(int nodes) {
        long pid = ProcessHandle.current().pid();
        this.nodes = nodes;
        this.tag = Long.toString(pid % 1_000_000);
        this.subnet = "10.213." + pid % 250 + ".";
    }

    /** Whether this machine lets this process make them. */
    public static boolean possible() {
        var tag = "sqp" + ProcessHandle.current().pid() % 1_000_000;
        boolean possible =
                Shell.works("ip netns add " + tag)
                        && Shell.works("ip link add " + tag + " type bridge")
                        && Shell.works(
                                "ip link add " + tag + "v type veth peer name eth0 netns " + tag);
        Shell.works("ip link del " + tag);
        Shell.works("ip netns del " + tag);
        return possible;
    }

    /** Makes them; they go with the cleanup. */
    public static Namespaces create(int nodes, Cleanup cleanup) {
        var made = new Namespaces(nodes);
        cleanup.add(made::remove);
        Shell.must("ip link add " + made.bridge() + " type bridge");
        Shell.must(
                "ip addr add %s%d/24 dev %s".formatted(made.subnet, THIS_PROCESS, made.bridge()));
        Shell.must("ip link set " + made.bridge() + " up");
        for (int node = 1; node <= nodes; node++) {
            made.join(node);
        }
        return made;
    }

    private void join(int node) {
        Shell.must("ip netns add " + name(node));
        Shell.must(
                "ip link add %s type veth peer name eth0 netns %s"
                        .formatted(link(node), name(node)));
        Shell.must("ip link set %s master %s".formatted(link(node), bridge()));
        Shell.must("ip link set %s up".formatted(link(node)));
        Shell.must("ip -n %s link set lo up".formatted(name(node)));
        Shell.must("ip -n %s addr add %s/24 dev eth0".formatted(name(node), host(node)));
        Shell.must("ip -n %s link set eth0 up".formatted(name(node)));
    }

    private void remove() {
        for (int node = 1; node <= nodes; node++) {
            Shell.works("ip link del " + link(node)); // the namespace would take it, but later
            Shell.works("ip netns del " + name(node));
        }
        Shell.works("ip link del " + bridge());
    }

    private String bridge() {
        return "sqb" + tag;
    }

    private String link(int node) {
        return "sqv" + tag + "-" + node;
    }

    private String name(int node) {
        return "squall-" + tag + "-" + node;
    }

    @Override
    public String host(int node) {
        return subnet + node;
    }

    @Override
    public List<String> prefix(int node) {
        // It replaces itself with the command: the process started is the node.
        return List.of("ip", "netns", "exec", name(node));
    }

    @Override
    public boolean cuts() {
        return true;
    }

    @Override
    public void isolate(int node) {
        isolated.add(node);
        Shell.must("ip link set %s down".formatted(link(node)));
    }

    @Override
    public void split(Set<Integer> side) {
        for (int here = 1; here <= nodes; here++) {
            for (int there = 1; there <= nodes; there++) {
                if (side.contains(here) && !side.contains(there)) {
                    blackhole(here, there);
                    blackhole(there, here);
                }
            }
        }
    }

    private void blackhole(int from, int to) {
        holes.add("ip -n %s route del blackhole %s/32".formatted(name(from), host(to)));
        Shell.must("ip -n %s route add blackhole %s/32".formatted(name(from), host(to)));
    }

    @Override
    public void heal() {
        isolated.forEach(node -> Shell.must("ip link set %s up".formatted(link(node))));
        isolated.clear();
        holes.forEach(Shell::must);
        holes.clear();
    }
}
