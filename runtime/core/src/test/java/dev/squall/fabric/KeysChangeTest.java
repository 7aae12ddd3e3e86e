package dev.squall.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.tls.TestAuthority;
import dev.squall.fabric.tls.TlsOpener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * TLS changes its keys while writes flow. The JDK does so after 2^37 bytes, so another process does
 * the long run with a limit of 1 MiB, and says each change.
 */
@Timeout(120)
class KeysChangeTest {

    private static final long WRITES = 10_000; // of 2.4 KB on average
    private static final String CHANGED = "Produced KeyUpdate";

    @TempDir private Path directory = Path.of("."); // set by JUnit

    @Test
    void writesGoOnInTheirOrderWhenKeysChange() throws IOException, InterruptedException {
        var security = directory.resolve("limits");
        Files.writeString(security, "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^20\n");
        var root = TestAuthority.OURS.node(1).getParent();
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-Djava.security.properties=" + security,
                                "-Djavax.net.debug=ssl:handshake",
                                "-D%s=%s".formatted(TestAuthority.ROOT, root),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KeysChangeTest.class.getName())
                        .redirectErrorStream(true)
                        .start();
        int changes = 0;
        boolean read = false;
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                changes += line.contains(CHANGED) ? 1 : 0;
                read |= line.equals("read " + WRITES);
            }
        }
        assertEquals(0, process.waitFor());
        assertTrue(read, "everything is read");
        assertTrue(changes >= 10, changes + " changes of keys");
    }

    /** Two members, of whom one writes and the other reads. */
    public static void main(String[] arguments) throws InterruptedException {
        try (var ends = new FabricEnds(new TlsOpener(), 2)) {
            ends.connectAll();
            var soak = new Soak(WRITES);
            var writer = Thread.ofPlatform().start(() -> soak.write(ends.end(1), 2));
            long read = soak.read(ends.end(2), 1);
            writer.join();
            System.out.println("read " + read);
        }
        System.exit(0);
    }
}
