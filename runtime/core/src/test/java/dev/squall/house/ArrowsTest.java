package dev.squall.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import dev.squall.fabric.shm.ShmFabric;
import dev.squall.fabric.tcp.TcpFabric;
import dev.squall.log.FileDisk;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Data climbs from the wire to the user's logic; what a package knows points down only. */
class ArrowsTest {

    /** The core's packages, lowest first: each may use those before it, and no others. */
    static final List<String> LAYERS =
            List.of(
                    "base", "memory", "wire", "fabric", "table", "order", "view", "log", "store",
                    "device", "trigger", "client", "node");

    /** What every package may use besides: the JDK and a few libraries that know nothing of us. */
    private static final List<String> LIBRARIES =
            List.of(
                    "java..",
                    "javax.net.ssl..",
                    "org.jspecify..",
                    "org.jctools..",
                    "com.google.re2j..",
                    "org.apache.commons.codec..",
                    "org.snakeyaml.engine..",
                    "dev.squall.udl..");

    static List<String> layers() {
        return LAYERS;
    }

    private static ArchRule mayUse(String layer, List<String> others) {
        var allowed =
                Stream.of(LIBRARIES.stream(), others.stream().map(ArrowsTest::all))
                        .flatMap(s -> s)
                        .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(all(layer))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .because(
                        "%s may use only %s and a few libraries; move the code up, or let"
                                        .formatted(layer, others)
                                + " the lower package declare an interface for it");
    }

    private static String all(String layer) {
        return "dev.squall." + layer + "..";
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aPackageUsesOnlyThoseBelowIt(String layer) {
        mayUse(layer, LAYERS.subList(0, LAYERS.indexOf(layer) + 1)).check(CoreClasses.ALL);
    }

    @Test
    void anArrowUpwardsWouldBeFound() {
        var rule = mayUse("order", List.of("base", "order"));
        var found = rule.evaluate(CoreClasses.ALL).getFailureReport().getDetails();
        assertTrue(found.stream().anyMatch(l -> l.contains("dev.squall.table.Table")), "" + found);
    }

    @Test
    void everyPackageOfTheCoreHasItsPlaceInTheList() {
        var there = new TreeSet<String>();
        for (JavaClass c : CoreClasses.ALL) {
            there.add(c.getPackageName().split("\\.", -1)[2]);
        }
        there.remove("udl");
        assertEquals(new TreeSet<>(LAYERS), there, "packages of the core, and those in LAYERS");
    }

    @Test
    void packagesKnowEachOtherInOneDirectionOnly() {
        slices().matching("dev.squall.(**)").should().beFreeOfCycles().check(CoreClasses.ALL);
    }

    /** Everything else takes the ports, so that the simulator can hand in its own. */
    @Test
    void onlyTheNodeChoosesTheRealNetworkAndTheRealDisk() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.squall.node..", "dev.squall.fabric.tcp..", "dev.squall.fabric.shm..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        TcpFabric.class.getPackageName(), ShmFabric.class.getPackageName())
                .because("the fabric is handed in; take dev.squall.fabric.Fabric")
                .check(CoreClasses.ALL);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.squall.node..")
                .and()
                .doNotBelongToAnyOf(FileDisk.class)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(FileDisk.class)
                .because("the disk is handed in; take dev.squall.log.Disk")
                .check(CoreClasses.ALL);
    }
}
