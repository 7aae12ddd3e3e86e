package dev.squall.fabric.shm;

import dev.squall.base.Clock;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.Peer;
import dev.squall.fabric.tcp.TcpFabric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** Opens fabrics over shared memory, carried by TCP as in production. */
class ShmOpener implements FabricEnds.Opener {

    private final Otherwise otherwise;
    private final Path root;

    ShmOpener(Otherwise otherwise) {
        this(otherwise, ShmFabric.ROOT);
    }

    ShmOpener(Otherwise otherwise, Path root) {
        this.otherwise = otherwise;
        this.root = root;
    }

    @Override
    public Fabric open(
            Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
        try {
            return ShmFabric.open(
                    self,
                    root,
                    otherwise,
                    (s, l) -> new TcpFabric(s, bind, peers, l),
                    Clock.SYSTEM,
                    listener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
