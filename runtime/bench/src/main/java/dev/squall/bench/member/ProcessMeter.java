package dev.squall.bench.member;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process has used since it began, as the virtual machine and the kernel count it. */
final class ProcessMeter {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Bytes of objects made by all threads. */
    long allocatedBytes() {
        return threads.getTotalThreadAllocatedBytes();
    }

    /** Processor time of all threads, in nanoseconds. */
    long cpuNanos() {
        return system.getProcessCpuTime();
    }

    /** Time spent collecting garbage, in milliseconds. */
    long collectorMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(c -> Math.max(0, c.getCollectionTime()))
                .sum();
    }

    /** Bytes of memory resident now; 0 where the kernel does not say. */
    long residentBytes() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(l -> l.startsWith(RESIDENT))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElse(0);
        }
    }
}
