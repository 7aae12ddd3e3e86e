package dev.squall.fabric.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricEnds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes in by the fabric's port from outside, the members go on. */
@Timeout(60)
class TcpStrangersTest {

    private FabricEnds ends = new FabricEnds(TcpFabric::new, 0);
    private long written;

    @BeforeEach
    void threeMembersOfWhomTwoAreUp() {
        ends = new FabricEnds(TcpFabric::new, 3);
        ends.open(1, "test");
        ends.open(2, "test");
        ends.pump("2 to connect", () -> ends.end(1).connected().contains(2));
    }

    @AfterEach
    void close() {
        ends.close();
    }

    private Socket stranger() throws IOException {
        var socket = new Socket();
        socket.connect(ends.address(1));
        return socket;
    }

    private static byte[] greeting(String cluster, int node) {
        return Greetings.of(cluster, node);
    }

    /** The members write to each other as before, and lose nobody. */
    private void assertUnharmed(String after) {
        var source = Arena.ofAuto().allocate(8, 8);
        source.set(ValueLayout.JAVA_LONG, 0, ++written);
        ends.write(ends.end(2), 1, source, 0, 0, 8);
        var memory = ends.end(1).memory();
        ends.pump("a write after " + after, () -> memory.get(ValueLayout.JAVA_LONG, 0) == written);
        assertEquals(List.of(), ends.end(1).lost(), after);
    }

    @Test
    void noiseBeforeTheGreetingIsNotHeard() throws IOException {
        var random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(2 * Handshake.BYTES)];
            random.nextBytes(noise);
            try (var socket = stranger()) {
                socket.getOutputStream().write(noise);
                ends.turns(1);
            }
            assertUnharmed("noise " + i);
        }
        assertEquals(List.of(2), ends.end(1).connected());
    }

    @Test
    void aGreetingCutAnywhereOrHarmedIsNotAccepted() throws IOException {
        byte[] whole = greeting("test", 3);
        for (int cut = 0; cut < whole.length; cut++) {
            try (var socket = stranger()) {
                socket.getOutputStream().write(whole, 0, cut);
                ends.turns(1);
            }
        }
        assertUnharmed("cut greetings");
        var harmful =
                List.of(
                        greeting("other", 3),
                        greeting("test", 1),
                        with(whole, 0, 7),
                        with(whole, 4, 1),
                        with(whole, 8, 0),
                        with(whole, 12, 65_536),
                        with(whole, 32, -1),
                        with(whole, 32, 64),
                        with(whole, 36, 254),
                        with(whole, 40, 256));
        for (byte[] bytes : harmful) {
            try (var socket = stranger()) {
                socket.getOutputStream().write(bytes);
                ends.turns(3);
            }
        }
        assertUnharmed("harmed greetings");
        assertEquals(List.of(2), ends.end(1).connected());
    }

    private static byte[] with(byte[] greeting, int at, int value) {
        byte[] changed = greeting.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return changed;
    }

    /** One who greets as member 3 and then sends noise is dropped, and nothing out of bounds is. */
    @Test
    void noiseBehindAGreetingDropsItsSender() throws IOException {
        var random = new Random(2);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[16 + random.nextInt(3000)];
            random.nextBytes(noise);
            try (var socket = stranger()) {
                socket.getOutputStream().write(greeting("test", 3));
                socket.getOutputStream().write(noise);
                int times = i + 1;
                ends.pump(
                        "3 to be dropped for the " + times,
                        () -> ends.end(1).lost().stream().filter(p -> p == 3).count() == times);
            }
        }
        ends.end(1).lost().clear();
        assertUnharmed("noise in frames");
    }

    @Test
    void aConnectionThatIsResetAtOnceIsForgotten() throws IOException {
        for (int i = 0; i < 200; i++) {
            var socket = stranger();
            socket.setSoLinger(true, 0);
            socket.close();
            ends.turns(1);
        }
        assertUnharmed("resets");
    }

    /** Those who connect and say nothing must not keep a member out. */
    @Test
    void manySilentStrangersDoNotKeepAMemberOut() throws IOException {
        var silent = new ArrayList<Socket>();
        for (int i = 0; i < 3 * TcpFabric.STRANGERS_MAX; i++) {
            silent.add(stranger());
            ends.turns(1);
        }
        ends.open(3, "test");
        ends.pump("3 to connect", () -> ends.end(1).connected().contains(3));
        for (var socket : silent) {
            socket.close();
        }
        assertUnharmed("silent strangers");
    }

    @Test
    void aGreetingMayComeInPieces() throws IOException {
        try (var socket = stranger()) {
            socket.setTcpNoDelay(true);
            byte[] whole = greeting("test", 3);
            int piece = 1; // the head byte for byte, the rest in pieces that grow
            for (int from = 0; from < whole.length; from += piece) {
                piece = Math.min(from < 64 ? 1 : from / 8, whole.length - from);
                socket.getOutputStream().write(whole, from, piece);
                ends.turns(1);
            }
            ends.pump("3 to connect", () -> ends.end(1).connected().contains(3));
            byte[] answer = socket.getInputStream().readNBytes(Handshake.BYTES);
            assertTrue(Arrays.equals(greeting("test", 1), answer), "the member's own greeting");
        }
    }
}
