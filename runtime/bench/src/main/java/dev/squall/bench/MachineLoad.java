package dev.squall.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** How busy this machine is with other things: without it a figure says little. */
final class MachineLoad {

    private MachineLoad() {}

    /** The load average of the last minute and the number of cores, for people. */
    static String now() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "load average %.2f on %d cores",
                system.getSystemLoadAverage(),
                system.getAvailableProcessors());
    }
}
