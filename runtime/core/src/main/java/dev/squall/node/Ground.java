package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.log.Disk;
import dev.squall.log.Log;
import java.util.concurrent.Executor;

/**
 * What a node stands on: everything that comes to it from outside. A process hands in the machine's
 * own, the simulator what it has made up.
 *
 * @param clock its time
 * @param disk its directory on disk
 * @param fabrics opens its way to the other members
 * @param executor runs recoveries and callers' code, away from the group agent
 * @param background runs what has time: one task at a time, in their order
 * @param segmentBytes the size of a log segment, unless one record needs more
 */
public record Ground(
        Clock clock,
        Disk disk,
        Fabrics fabrics,
        Executor executor,
        Executor background,
        int segmentBytes) {

    /** Opens a fabric; called once in a node's life. */
    public interface Fabrics {

        /**
         * Opens the way to the other members.
         *
         * @param self what this member says of itself
         * @param listener told of what happens, from within {@link Fabric#poll}
         */
        Fabric open(Hello self, FabricListener listener);
    }

    /** With log segments of the usual size, {@link Log#SEGMENT_BYTES}, and a thread of its own. */
    public Ground(Clock clock, Disk disk, Fabrics fabrics, Executor executor) {
        this(clock, disk, fabrics, executor, Background.executor(), Log.SEGMENT_BYTES);
    }
}
