package dev.squall.rdma;

import dev.squall.fabric.Carrier;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.FabricProvider;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Makes {@code squall.fabric=rdma} known to a node. */
public final class RdmaProvider implements FabricProvider {

    @Override
    public String name() {
        return "rdma";
    }

    @Override
    public Fabric open(
            Hello self,
            InetSocketAddress address,
            Otherwise otherwise,
            Carrier carrier,
            FabricListener owner)
            throws IOException {
        var device = Device.open(address, Pinned.PIECE_BYTES);
        return RdmaFabric.open(self, device, otherwise, carrier, owner);
    }
}
