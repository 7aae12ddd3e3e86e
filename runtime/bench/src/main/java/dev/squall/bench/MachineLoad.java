package dev.squall.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * How busy this machine is with other things: without it a figure says little.
 *
 * @param average the load average of the last minute
 * @param cores how many there are to share
 */
record MachineLoad(double average, int cores) {

    static MachineLoad now() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return new MachineLoad(system.getSystemLoadAverage(), system.getAvailableProcessors());
    }

    /** What the machine is. */
    static String machine() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return "%d processors, %s %s, Java %s"
                .formatted(
                        system.getAvailableProcessors(),
                        system.getName(),
                        system.getArch(),
                        System.getProperty("java.version"));
    }

    /** For people. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "load average %.2f on %d cores", average, cores);
    }
}
