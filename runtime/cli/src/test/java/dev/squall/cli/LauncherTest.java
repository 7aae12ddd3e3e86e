package dev.squall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script itself, in a project of fakes: JDKs whose `java` prints how it was called,
 * and a Maven wrapper that prints what Maven prints and creates the jars.
 */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir Path dir;
    private Path home = Path.of("");
    private Path jdks = Path.of("");
    private String javaHome = "";

    @BeforeEach
    void project() throws IOException {
        home = Files.createDirectories(dir.resolve("a project"));
        jdks = Files.createDirectories(dir.resolve("jdks"));
        Files.copy(Path.of("../../squall"), home.resolve("squall"));
        script(home.resolve("squall"), Files.readString(home.resolve("squall")));
        for (String module : List.of("runtime/cli", "runtime/bench")) {
            Files.createDirectories(home.resolve(module).resolve("src/main/java"));
            Files.writeString(home.resolve(module).resolve("pom.xml"), "<project/>");
        }
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        script(
                home.resolve("mvnw"),
                """
                #!/bin/sh
                echo "[INFO] Building Squall CLI 0.1.0                      [2/2]"
                echo "mvnw with $JAVA_HOME: $*" >> calls
                [ ! -f break ] || { echo "[ERROR] it broke"; exit 1; }
                mkdir -p runtime/cli/target runtime/bench/target
                touch runtime/cli/target/squall-cli.jar runtime/bench/target/squall-bench.jar
                """);
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path jdk(String name, String version) throws IOException {
        Path jdk = jdks.resolve(name);
        script(jdk.resolve("bin/java"), "#!/bin/sh\necho " + name + ": \"$@\"\n");
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(
                jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private Run squall(String... arguments) throws IOException, InterruptedException {
        Path out = dir.resolve("out");
        Path err = dir.resolve("err");
        List<String> command = new ArrayList<>(List.of(home.resolve("squall").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(dir.toFile());
        var environment = builder.environment();
        environment.put("SQUALL_JDK_PATH", jdks.toString());
        environment.put("PATH", jdks.resolve("seventeen/bin") + ":" + environment.get("PATH"));
        environment.remove("JAVA_HOME");
        if (!javaHome.isEmpty()) {
            environment.put("JAVA_HOME", javaHome);
        }
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        int code = builder.start().waitFor();
        return new Run(code, Files.readString(out), Files.readString(err));
    }

    private String calls() throws IOException {
        Path calls = home.resolve("calls");
        return Files.exists(calls) ? Files.readString(calls) : "";
    }

    private static void touch(Path file, int secondsFromNow) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(secondsFromNow)));
    }

    @Test
    void withoutTheRightJdkItSaysWhatToInstall() throws Exception {
        jdk("seventeen", "17.0.15");
        jdk("two-fifty", "250.0.1");
        Run run = squall("status");
        assertEquals(1, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("squall: no JDK 25 found"), run.err());
        assertTrue(run.err().contains("https://adoptium.net/temurin/releases/?version=25"));
        assertEquals("", calls());
    }

    @Test
    void theRightJdkIsFoundBesideAnOlderOneOnThePath() throws Exception {
        jdk("seventeen", "17.0.15");
        Path right = jdk("right one", "25.0.1");
        Run run = squall("get", "/a key", "-o", "*");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("right one: "), run.out());
        assertTrue(run.out().contains(" -Dsquall.home=" + home + " -jar "), run.out());
        assertTrue(run.out().endsWith("squall-cli.jar get /a key -o *\n"), run.out());
        assertTrue(calls().startsWith("mvnw with " + right + ": "), calls());
    }

    @Test
    void javaHomeGoesFirstButOnlyIfItIsRight() throws Exception {
        javaHome = jdk("seventeen", "17.0.15").toString();
        jdk("a", "25");
        assertTrue(squall("status").out().startsWith("a: "));
        javaHome = jdk("chosen", "25.0.2").toString();
        assertTrue(squall("status").out().startsWith("chosen: "));
    }

    @Test
    void itBuildsOnceAndAgainWhenASourceIsNewer() throws Exception {
        jdk("a", "25");
        Run first = squall("status");
        assertEquals(
                """
                building (first time: a few minutes)
                  module 2 of 2: Squall CLI 0.1.0
                """,
                first.err());
        assertEquals("", squall("status").err());
        touch(home.resolve("runtime/cli/src/test/java/T.java"), 60);
        touch(home.resolve("runtime/server/src/main/java/S.java"), 60);
        assertEquals("", squall("status").err(), "neither is in the command line's jar");
        touch(home.resolve("runtime/cli/src/main/java/A.java"), 60);
        assertTrue(squall("status").err().startsWith("building (sources have changed)\n"));
    }

    @Test
    void upBuildsAllThatItStarts() throws Exception {
        jdk("a", "25");
        assertEquals(0, squall("--output", "json", "up").code());
        assertTrue(
                calls().contains(
                                " package -pl runtime/cli,runtime/server,edge-agent,"
                                        + "udl/samples/digits,udl/samples/motion -am"),
                calls());
    }

    @Test
    void aFailedBuildShowsTheEndOfItsLog() throws Exception {
        jdk("a", "25");
        Files.createFile(home.resolve("break"));
        Run run = squall("status");
        assertEquals(1, run.code());
        assertEquals("", run.out(), "nothing may run after a failed build");
        assertTrue(run.err().contains("[ERROR] it broke\n"), run.err());
        assertTrue(
                run.err()
                        .endsWith(
                                "the build failed; the whole log is in "
                                        + home.resolve("target/build.log")
                                        + "\n"),
                run.err());
        Files.delete(home.resolve("break"));
        assertEquals(0, squall("status").code());
    }

    @Test
    void testIsMavensVerifyWithTheRestOfTheArguments() throws Exception {
        jdk("a", "25");
        Run run = squall("test", "-pl", "udl/api");
        assertEquals(0, run.code());
        assertTrue(calls().endsWith(": verify -pl udl/api\n"), calls());
        assertFalse(run.out().contains("a: "), "no program is started");
    }

    @Test
    void programsOfTheirOwnAreBuiltOnDemand() throws Exception {
        jdk("a", "25");
        Run bench = squall("bench", "put", "--size", "1");
        assertEquals(0, bench.code(), bench.err());
        assertTrue(
                bench.out().endsWith("runtime/bench/target/squall-bench.jar put --size 1\n"),
                bench.out());
        Run sim = squall("sim", "--seeds", "1");
        assertEquals(1, sim.code());
        assertEquals("squall: `sim` is not available yet\n", sim.err());
    }
}
