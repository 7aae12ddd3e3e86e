package dev.squall.rdma;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Runs the tests that need a device, where there is no Maven: all, or those of the classes named.
 * Exit code 0 = all passed.
 */
final class GuestTests {

    private static final class Progress implements TestExecutionListener {

        private long began;

        @Override
        public void executionStarted(TestIdentifier test) {
            began = System.nanoTime();
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                System.out.printf(
                        "%-10s %6d ms  %s%n",
                        result.getStatus(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                        test.getUniqueIdObject().toString().replaceAll(".*class:", ""));
                result.getThrowable().ifPresent(Throwable::printStackTrace);
            }
        }
    }

    private GuestTests() {}

    public static void main(String[] args) {
        var names = args.length == 0 ? ".*" : ".*\\.(" + String.join("|", args) + ")";
        var request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectPackage(GuestTests.class.getPackageName()))
                        .filters(
                                TagFilter.includeTags("rdma"),
                                ClassNameFilter.includeClassNamePatterns(names))
                        .build();
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, new Progress(), summary);
        var result = summary.getSummary();
        result.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 5);
        System.out.printf(
                "%d tests over RDMA, %d failed%n",
                result.getTestsFoundCount(), result.getTotalFailureCount());
        boolean passed = result.getTotalFailureCount() == 0 && result.getTestsFoundCount() > 0;
        System.exit(passed ? 0 : 1);
    }
}
