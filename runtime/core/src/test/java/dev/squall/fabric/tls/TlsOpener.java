package dev.squall.fabric.tls;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Guests;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import dev.squall.fabric.tcp.TcpFabric;
import java.net.InetSocketAddress;
import java.util.List;

/** Opens fabrics over TCP with TLS; by name in other processes too. */
public final class TlsOpener implements FabricEnds.Opener {

    @Override
    public Fabric open(
            Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
        var mine = TestAuthority.OURS.node(self.node());
        return new TcpFabric(self, bind, peers, Credentials.in(mine), listener, Guests.NONE);
    }
}
