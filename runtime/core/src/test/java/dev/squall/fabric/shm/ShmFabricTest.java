package dev.squall.fabric.shm;

import dev.squall.fabric.FabricContract;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.Otherwise;

/** Writes between processes of this machine, all of them through memory. */
class ShmFabricTest extends FabricContract {

    /** Opened by name in other processes too. */
    public static final class Opener extends ShmOpener {
        public Opener() {
            super(Otherwise.REFUSE);
        }
    }

    @Override
    protected FabricEnds.Opener opener() {
        return new Opener();
    }
}
