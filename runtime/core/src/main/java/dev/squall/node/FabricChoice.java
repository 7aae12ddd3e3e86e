package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import dev.squall.fabric.shm.ShmFabric;
import dev.squall.fabric.tcp.TcpFabric;
import java.io.IOException;
import java.util.List;

/**
 * How a node reaches the others, as {@code squall.fabric} says:
 *
 * <ul>
 *   <li>{@code tcp}: by sockets, all of them.
 *   <li>{@code shm}: through shared memory; who does not share it is refused, and so is a machine
 *       that has none.
 *   <li>{@code auto}: through shared memory where both have the same, else by sockets. Each pair
 *       has its own way, and the log says which and why.
 * </ul>
 */
final class FabricChoice implements Ground.Fabrics {

    private static final System.Logger LOG = System.getLogger(FabricChoice.class.getName());

    private static final List<String> NAMES = List.of("auto", "shm", "tcp");

    private final NodeConfig config;
    private final Clock clock;

    FabricChoice(NodeConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Refuses a fabric that there is not. */
    static void check(String name) {
        if (!NAMES.contains(name)) {
            throw NodeConfig.invalid("squall.fabric", name, "is not one of " + NAMES);
        }
    }

    @Override
    public Fabric open(Hello self, FabricListener listener) {
        if (config.fabric().equals("tcp")) {
            return tcp(self, listener);
        }
        boolean only = config.fabric().equals("shm");
        var otherwise = only ? ShmFabric.Otherwise.REFUSE : ShmFabric.Otherwise.CARRY;
        try {
            return ShmFabric.open(self, ShmFabric.ROOT, otherwise, this::tcp, clock, listener);
        } catch (IOException e) {
            if (only) {
                throw NodeConfig.invalid(
                        "squall.fabric", "shm", "is not possible here: " + e.getMessage());
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "all peers are written to over tcp: {0}",
                    e.getMessage());
            return tcp(self, listener);
        }
    }

    private Fabric tcp(Hello self, FabricListener listener) {
        var peers = config.members().stream().map(m -> new Peer(m.id(), m.address())).toList();
        return new TcpFabric(self, config.self().address(), peers, listener);
    }
}
