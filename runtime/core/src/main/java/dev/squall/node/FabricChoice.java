package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.FabricProvider;
import dev.squall.fabric.Guests;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.Peer;
import dev.squall.fabric.shm.ShmFabric;
import dev.squall.fabric.tcp.TcpFabric;
import dev.squall.fabric.tls.Credentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a node reaches the others, as {@code squall.fabric} says:
 *
 * <ul>
 *   <li>{@code tcp}: by sockets, all of them.
 *   <li>{@code shm}: through shared memory; who does not share it is refused, and so is a machine
 *       that has none.
 *   <li>{@code rdma}: by a device that writes into the peers' memory; who has none is refused.
 *   <li>{@code auto}: the first of RDMA, shared memory and sockets that this node has; a peer that
 *       does not have it is reached by sockets. Each pair has its own way, and the log says which
 *       and why.
 * </ul>
 *
 * <p>With {@code squall.tls} sockets are encrypted and both sides show a certificate. Shared memory
 * stays what it is, for it does not leave the machine and is found by the greeting, which is
 * encrypted; a device of RDMA, which could not be, is not used.
 */
final class FabricChoice implements Ground.Fabrics {

    private static final System.Logger LOG = System.getLogger(FabricChoice.class.getName());

    private static final String OPEN =
            "members are NOT ENCRYPTED: the fabric listens at {0}, beyond this machine, and whoever"
                    + " reaches it can read and change all data; `squall ca` and squall.tls give"
                    + " it TLS";

    private static final List<String> NAMES = List.of("auto", "rdma", "shm", "tcp");

    private final NodeConfig config;
    private final Clock clock;
    private final Guests guests;

    /**
     * @param guests takes the connections of clients, who come in by the same port
     */
    FabricChoice(NodeConfig config, Clock clock, Guests guests) {
        this.config = config;
        this.guests = guests;
        this.clock = clock;
    }

    /** Refuses a fabric that there is not. */
    static void check(String name) {
        if (!NAMES.contains(name)) {
            throw NodeConfig.invalid("squall.fabric", name, "is not one of " + NAMES);
        }
    }

    /** One way to open a fabric. */
    private interface Attempt {
        Fabric open(Otherwise otherwise) throws IOException;
    }

    @Override
    public Fabric open(Hello self, FabricListener listener) {
        Attempt rdma = o -> rdma(self, listener, o);
        Attempt shm = o -> shm(self, listener, o);
        Attempt tcp = _ -> tcp(self, listener);
        return switch (config.fabric()) {
            case "rdma" -> demanded(rdma);
            case "shm" -> demanded(shm);
            case "tcp" -> demanded(tcp);
            default -> preferred("rdma", rdma, () -> preferred("shm", shm, () -> demanded(tcp)));
        };
    }

    private Fabric demanded(Attempt fabric) {
        try {
            return fabric.open(Otherwise.REFUSE);
        } catch (IOException e) {
            throw NodeConfig.invalid(
                    "squall.fabric", config.fabric(), "is not possible here: " + e.getMessage());
        }
    }

    private static Fabric preferred(String name, Attempt fabric, Supplier<Fabric> next) {
        try {
            return fabric.open(Otherwise.CARRY);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.INFO, "no fabric over {0}: {1}", name, e.getMessage());
            return next.get();
        }
    }

    private Fabric rdma(Hello self, FabricListener listener, Otherwise otherwise)
            throws IOException {
        if (config.tls().isPresent()) {
            throw new IOException("it has no encryption, and squall.tls asks for it");
        }
        var provider = FabricProvider.find("rdma");
        if (provider.isEmpty()) {
            throw new IOException("this program is built without the module runtime/rdma");
        }
        var address = config.self().address();
        return provider.get().open(self, address, otherwise, this::tcp, listener);
    }

    private Fabric shm(Hello self, FabricListener listener, Otherwise otherwise)
            throws IOException {
        return ShmFabric.open(self, ShmFabric.ROOT, otherwise, this::tcp, clock, listener);
    }

    private Fabric tcp(Hello self, FabricListener listener) {
        var peers = config.members().stream().map(m -> new Peer(m.id(), m.address())).toList();
        var address = config.self().address();
        var credentials = config.tls().map(d -> Credentials.in(d).checkFor(config.id()));
        if (credentials.isEmpty() && !isLoopback(address)) {
            LOG.log(System.Logger.Level.WARNING, OPEN, address);
        }
        return new TcpFabric(self, address, peers, credentials.orElse(null), listener, guests);
    }

    /** Whether nobody but this machine reaches the address. */
    static boolean isLoopback(InetSocketAddress address) {
        return address.getAddress() != null && address.getAddress().isLoopbackAddress();
    }
}
