package dev.squall.fabric.tcp;

import dev.squall.fabric.FabricContract;
import dev.squall.fabric.FabricEnds;

class TcpFabricTest extends FabricContract {

    @Override
    protected FabricEnds.Opener opener() {
        return TcpFabric::new;
    }
}
