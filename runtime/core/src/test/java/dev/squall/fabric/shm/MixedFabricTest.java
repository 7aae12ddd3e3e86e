package dev.squall.fabric.shm;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricContract;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.Peer;
import dev.squall.fabric.tcp.TcpFabric;
import java.net.InetSocketAddress;
import java.util.List;

/** One group in which members 1 and 3 share memory and member 2 knows of sockets only. */
class MixedFabricTest extends FabricContract {

    /** Opened by name in other processes too. */
    public static final class Opener extends ShmOpener {
        public Opener() {
            super(Otherwise.CARRY);
        }

        @Override
        public Fabric open(
                Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
            return self.node() == 2
                    ? new TcpFabric(self, bind, peers, listener)
                    : super.open(self, bind, peers, listener);
        }
    }

    @Override
    protected FabricEnds.Opener opener() {
        return new Opener();
    }
}
