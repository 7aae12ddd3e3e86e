package dev.squall.fabric.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.Hello;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The greeting: what goes in comes out, and no bytes do anything but that or be refused. */
class HandshakeTest {

    private static final int ROUNDS = 20_000;

    private static Hello longest() {
        return new Hello(
                "c".repeat(Hello.CLUSTER_BYTES_MAX),
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                "h".repeat(Hello.HOST_BYTES_MAX),
                65_535,
                "ü".repeat(127) + "r");
    }

    private static byte[] bytes(Hello hello) {
        return Handshake.encode(hello).array();
    }

    private static byte[] with(int at, int value) {
        byte[] changed = bytes(longest());
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return changed;
    }

    private static void assertRefused(byte[] greeting, String says) {
        var refused = assertThrows(ProtocolException.class, () -> Handshake.decode(greeting), says);
        assertTrue(String.valueOf(refused.getMessage()).contains(says), refused::getMessage);
    }

    @Test
    void whatIsSaidIsHeard() throws ProtocolException {
        var shortest = new Hello("c", 1, 0, "h", 1, "");
        var device = new InetSocketAddress(InetAddress.ofLiteral("10.0.200.255"), 65_535);
        for (var hello :
                new Hello[] {
                    shortest,
                    longest(),
                    shortest.sharing("0f".repeat(16)),
                    shortest.reachable(device),
                    longest().sharing("f0".repeat(16)).reachable(device)
                }) {
            assertEquals(Handshake.BYTES, bytes(hello).length);
            assertEquals(hello, Handshake.decode(bytes(hello)));
        }
    }

    @Test
    void everyFieldOutOfItsBoundsIsRefused() {
        assertRefused(with(0, 0), "does not speak");
        assertRefused(with(4, 1), "protocol 1, this node 8");
        assertRefused(with(8, 0), "node id 0");
        assertRefused(with(8, -5), "node id -5");
        assertRefused(with(12, 0), "port 0");
        assertRefused(with(12, 65_536), "port 65536");
        assertRefused(with(20, -1), "incarnation -");
        assertRefused(with(32, 0), "cluster name '' of 0 bytes");
        assertRefused(with(32, 64), "cluster name of 64 bytes");
        assertRefused(with(32, -1), "cluster name of -1 bytes");
        assertRefused(with(36, 0), "host '' of 0 bytes");
        assertRefused(with(36, 254), "host of 254 bytes");
        assertRefused(with(36, Integer.MIN_VALUE), "host of -2147483648 bytes");
        assertRefused(with(40, 256), "REST address of 256 bytes");
        assertRefused(with(40, Integer.MAX_VALUE), "REST address of 2147483647 bytes");
        assertRefused(with(112, 0xffff_ffff), "the peer's greeting"); // no UTF-8
    }

    @Test
    void whatIsTooLongIsNotSaid() {
        assertThrows(IllegalArgumentException.class, () -> hello("c".repeat(64), "h", ""));
        assertThrows(IllegalArgumentException.class, () -> hello("c", "ü".repeat(127), ""));
        assertThrows(IllegalArgumentException.class, () -> hello("c", "h", "r".repeat(256)));
    }

    private static Hello hello(String cluster, String host, String rest) {
        return new Hello(cluster, 1, 1, host, 1, rest);
    }

    @Test
    void randomBytesAreRefused() {
        var random = new Random(3);
        byte[] noise = new byte[Handshake.BYTES];
        for (int i = 0; i < ROUNDS; i++) {
            random.nextBytes(noise);
            assertThrows(ProtocolException.class, () -> Handshake.decode(noise), "round " + i);
        }
    }

    /** Behind a true head anything may come: either it can be said again, or it is refused. */
    @Test
    void harmedGreetingsAreRefusedOrMeanSomething() {
        var random = new Random(4);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] greeting = bytes(FabricEnds.hello("test", 3, 7));
            int harms = 1 + random.nextInt(4);
            for (int h = 0; h < harms; h++) {
                int at = 8 + random.nextInt(random.nextBoolean() ? 60 : Handshake.BYTES - 8);
                greeting[at] = (byte) random.nextInt();
            }
            try {
                var hello = Handshake.decode(greeting);
                assertEquals(hello, Handshake.decode(bytes(hello)), "round " + i);
            } catch (ProtocolException _) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 10 && refused < ROUNDS, "refused " + refused);
    }
}
