package dev.squall.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.udl.Udl;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UdlJarTest {

    private static UdlJar spoilt(Consumer<Map<String, byte[]>> change) {
        var files = Jars.files();
        change.accept(files);
        return UdlJar.read(Jars.zip(files));
    }

    /** The reason for which a jar that was spoilt like this is refused. */
    private static String refusal(Consumer<Map<String, byte[]>> change) {
        var failure = assertThrows(Failure.class, () -> spoilt(change));
        assertEquals(Failure.Kind.INVALID, failure.kind());
        var message = String.valueOf(failure.getMessage());
        assertTrue(message.startsWith("the jar is not a UDL: "), message);
        return message.substring("the jar is not a UDL: ".length());
    }

    @Test
    void aGoodJarIsReadAndItsClassLoaded() throws ReflectiveOperationException {
        byte[] bytes = Jars.zip(Jars.files());
        var jar = UdlJar.read(bytes);
        assertEquals("scripted:1", jar.descriptor().id());
        assertEquals(64, jar.sha256().length());
        assertEquals(jar.sha256(), UdlJar.read(bytes.clone()).sha256());
        var type = jar.classLoader().loadClass(ScriptedUdl.class.getName());
        assertNotEquals(ScriptedUdl.class, type, "it is its own copy of the class");
        assertTrue(Udl.class.isAssignableFrom(type), "and the node's own interface");
    }

    @Test
    void aUdlSeesNothingOfTheNode() {
        var loader = UdlJar.read(Jars.zip(Jars.files())).classLoader();
        for (var name :
                new String[] {"dev.squall.trigger.Lane", "org.jctools.queues.MpscArrayQueue"}) {
            assertThrows(ClassNotFoundException.class, () -> loader.loadClass(name), name);
        }
    }

    @Test
    void whatIsNoJarIsRefused() {
        var none = "the jar is not a UDL: it is no zip archive, or an empty one";
        for (byte[] bytes : new byte[][] {{}, {1}, Jars.utf8("hello"), Jars.zip(Map.of())}) {
            var failure = assertThrows(Failure.class, () -> UdlJar.read(bytes));
            assertEquals(none, failure.getMessage());
        }
    }

    @Test
    void aJarCutAnywhereOrHarmedIsRefusedOrRead() {
        byte[] jar = Jars.zip(Jars.files());
        for (int cut = 0; cut < jar.length; cut++) {
            refusedOrRead(Arrays.copyOf(jar, cut));
        }
        var random = new Random(2);
        for (int i = 0; i < 2000; i++) {
            byte[] harmed = jar.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                harmed[random.nextInt(harmed.length)] = (byte) random.nextInt();
            }
            refusedOrRead(harmed);
        }
    }

    private static void refusedOrRead(byte[] bytes) {
        try {
            UdlJar.read(bytes, 1 << 20, 100);
        } catch (Failure e) {
            assertEquals(Failure.Kind.INVALID, e.kind());
        }
    }

    @Test
    void whatUnpacksToMoreThanTheLimitsIsRefused() {
        var files = Jars.files();
        files.put("zeros", new byte[1 << 20]);
        byte[] bomb = Jars.zip(files);
        assertTrue(bomb.length < 10_000, "packed it has " + bomb.length + " bytes");
        var large = assertThrows(Failure.class, () -> UdlJar.read(bomb, 1 << 20, 100));
        var many = assertThrows(Failure.class, () -> UdlJar.read(bomb, 2 << 20, 3));
        var text = "the jar is not a UDL: it unpacks to more than %d bytes or %d entries";
        assertEquals(text.formatted(1 << 20, 100), large.getMessage());
        assertEquals(text.formatted(2 << 20, 3), many.getMessage());
        assertEquals("scripted", UdlJar.read(bomb, 2 << 20, 4).descriptor().name());
    }

    @Test
    void whatIsMissingIsNamed() {
        assertEquals(
                "it has no META-INF/squall/udl.yaml",
                refusal(files -> files.remove(UdlDescriptor.PATH)));
        assertEquals(
                "entry 'run': no class dev.squall.trigger.ScriptedUdl",
                refusal(files -> files.remove(Jars.CLASS)));
        var unnamed =
                "entry 'run': dev.squall.trigger.ScriptedUdl is not named in " + Jars.SERVICES;
        assertEquals(unnamed, refusal(files -> files.remove(Jars.SERVICES)));
        assertEquals(unnamed, refusal(files -> files.put(Jars.SERVICES, Jars.utf8("other.Udl"))));
        var model =
                """
                models:
                  - name: m
                    platform: none
                    file: m.pt
                    inputs: [{name: a, type: FP32, shape: [1]}]
                    outputs: [{name: b, type: FP32, shape: [1]}]
                """;
        assertEquals(
                "model 'm': no m.pt",
                refusal(files ->
                        files.put(UdlDescriptor.PATH, Jars.utf8(Jars.DESCRIPTOR + model))));
    }

    @Test
    void packagesOfTheNodeAreForbidden() {
        for (var name : new String[] {"java/lang/Sneaky.class", "dev/squall/udl/Udl.class"}) {
            assertEquals(
                    "it brings " + name + ", whose package belongs to the node",
                    refusal(files -> files.put(name, Jars.code())));
        }
    }

    @Test
    void codeForAnotherJavaIsRefusedBeforeItIsLoaded() {
        byte[] newer = Jars.code();
        newer[7] = (byte) (44 + Runtime.version().feature() + 1);
        assertEquals(
                "a/B.class was compiled for Java %d; this node runs Java %d"
                        .formatted(Runtime.version().feature() + 1, Runtime.version().feature()),
                refusal(files -> files.put("a/B.class", newer)));
        assertEquals(
                "a/B.class is no class file",
                refusal(files -> files.put("a/B.class", Jars.utf8("text, not code"))));
        assertEquals(
                "a/B.class is no class file",
                refusal(files -> files.put("a/B.class", new byte[3])));
    }

    @Test
    void otherFilesMayBeAnything() {
        var files = new LinkedHashMap<>(Jars.files());
        files.put("META-INF/versions/99/a/B.class", Jars.utf8("not loaded"));
        files.put("notes.txt", new byte[0]);
        var jar = UdlJar.read(Jars.zip(files));
        assertEquals(0, jar.file("notes.txt").length);
        assertThrows(IllegalArgumentException.class, () -> jar.file("none"));
    }

    @Test
    void aMisspeltDescriptorIsRefusedWithItsPlace() {
        var wrong = Jars.DESCRIPTOR.replace("version: 1", "version: 0");
        var failure =
                assertThrows(
                        Failure.class,
                        () -> spoilt(f -> f.put(UdlDescriptor.PATH, Jars.utf8(wrong))));
        assertEquals("udl.yaml.version is 0; allowed are 1 to 2147483647", failure.getMessage());
    }
}
