package dev.squall.rdma;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.Peer;
import dev.squall.fabric.tcp.TcpFabric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Opens fabrics over RDMA, carried by TCP: member n on the device's address 10.77.0.n. */
class RdmaOpener implements FabricEnds.Opener {

    private final Otherwise otherwise;
    private final long pieceBytes;

    RdmaOpener(Otherwise otherwise, long pieceBytes) {
        this.otherwise = otherwise;
        this.pieceBytes = pieceBytes;
    }

    static InetSocketAddress device(int node, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.77.0." + node), port);
    }

    @Override
    public Fabric open(
            Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
        try {
            var device = Device.open(device(self.node(), bind.getPort()), pieceBytes);
            return RdmaFabric.open(
                    self, device, otherwise, (s, l) -> new TcpFabric(s, bind, peers, l), listener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
