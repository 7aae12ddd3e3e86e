package dev.squall.rdma;

import dev.squall.fabric.FabricContract;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.Otherwise;
import org.junit.jupiter.api.Tag;

/** Writes by a device, all of them. */
@Tag("rdma")
class RdmaFabricTest extends FabricContract {

    /** Opened by name in other processes too. */
    public static final class Opener extends RdmaOpener {
        public Opener() {
            super(Otherwise.REFUSE, Pinned.PIECE_BYTES);
        }
    }

    @Override
    protected FabricEnds.Opener opener() {
        return new Opener();
    }
}
