package dev.squall.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.squall.log.FileDisk;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The protocol code gets time, chance, network and disk handed in. Only so does the simulator run
 * the very classes of production, and one seed repeats a failure.
 */
class DeterminismTest {

    private static final String[] STEPPED = {
        "dev.squall.wire..",
        "dev.squall.table..",
        "dev.squall.order..",
        "dev.squall.view..",
        "dev.squall.log..",
        "dev.squall.store.."
    };

    @Test
    void theProtocolAsksTheMachineForNothing() {
        noClasses()
                .that()
                .resideInAnyPackage(STEPPED)
                .and()
                .doNotBelongToAnyOf(FileDisk.class)
                .should(new MachineCalls())
                .check(CoreClasses.ALL);
    }

    @Test
    void aClassThatAsksIsFoundInEveryLine() {
        var planted = new ClassFileImporter().importClasses(Restless.class);
        var found =
                noClasses()
                        .should(new MachineCalls())
                        .evaluate(planted)
                        .getFailureReport()
                        .getDetails();
        for (var call :
                List.of(
                        "System.nanoTime",
                        "System.currentTimeMillis",
                        "Instant.now",
                        "Math.random",
                        "Random.<init>",
                        "ThreadLocalRandom.current",
                        "UUID.randomUUID",
                        "Thread.ofPlatform",
                        "Thread.sleep",
                        "Files.readAllBytes")) {
            assertTrue(found.stream().anyMatch(l -> l.contains(call)), call + " in " + found);
        }
    }

    @Test
    void theRealDiskIsTheOneClassThatIsLetOff() {
        var found =
                noClasses()
                        .that()
                        .belongToAnyOf(FileDisk.class)
                        .should(new MachineCalls())
                        .evaluate(CoreClasses.ALL);
        assertTrue(found.hasViolation(), "the exception for FileDisk is no longer needed");
        assertEquals("dev.squall.log", FileDisk.class.getPackageName());
    }
}
