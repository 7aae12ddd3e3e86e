package dev.squall.fabric.tls;

import dev.squall.fabric.FabricContract;
import dev.squall.fabric.FabricEnds;

/** With TLS every promise of a fabric is kept as without. */
class TlsFabricTest extends FabricContract {

    @Override
    protected FabricEnds.Opener opener() {
        return new TlsOpener();
    }
}
