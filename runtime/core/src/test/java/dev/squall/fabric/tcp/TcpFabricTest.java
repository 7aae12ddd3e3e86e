package dev.squall.fabric.tcp;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricContract;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import java.net.InetSocketAddress;
import java.util.List;

class TcpFabricTest extends FabricContract {

    /** Opened by name in other processes too. */
    public static final class Opener implements FabricEnds.Opener {

        @Override
        public Fabric open(
                Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
            return new TcpFabric(self, bind, peers, listener);
        }
    }

    @Override
    protected FabricEnds.Opener opener() {
        return new Opener();
    }
}
