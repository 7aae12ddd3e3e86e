package dev.squall.fabric.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Guests;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import dev.squall.fabric.tcp.Greetings;
import dev.squall.fabric.tcp.TcpFabric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who lacks the right certificate is not let in, and members go on whatever comes to their port.
 */
@Timeout(60)
class TlsStrangersTest implements FabricEnds.Opener {

    private static final TestAuthority OURS = TestAuthority.OURS;

    private final Map<Integer, @Nullable Path> shown = new HashMap<>();
    private FabricEnds ends = new FabricEnds(this, 0);
    private long written;

    @TempDir private Path directory = Path.of("."); // set by JUnit

    @Override
    public Fabric open(
            Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
        var mine = shown.getOrDefault(self.node(), OURS.node(self.node()));
        var credentials = mine == null ? null : Credentials.in(mine);
        return new TcpFabric(self, bind, peers, credentials, listener, Guests.NONE);
    }

    @BeforeEach
    void threeMembersOfWhomTwoAreUp() {
        ends = new FabricEnds(this, 3);
        ends.open(1, "test");
        ends.open(2, "test");
        ends.pump("2 to connect", () -> ends.end(1).connected().contains(2));
    }

    @AfterEach
    void close() {
        ends.close();
    }

    /** The members write to each other as before, and lose nobody. */
    private void assertUnharmed(String after) {
        var source = Arena.ofAuto().allocate(8, 8);
        source.set(ValueLayout.JAVA_LONG, 0, ++written);
        ends.write(ends.end(2), 1, source, 0, 0, 8);
        var memory = ends.end(1).memory();
        ends.pump("a write after " + after, () -> memory.get(ValueLayout.JAVA_LONG, 0) == written);
        assertEquals(List.of(), ends.end(1).lost(), after);
        assertEquals(List.of(2), ends.end(1).connected(), after);
    }

    /** Member 3 comes with this, and is not let in by anybody; with the right one it is. */
    private void assertRefused(@Nullable Path credentials) {
        shown.put(3, credentials);
        ends.open(3, "test");
        ends.turns(300);
        assertFalse(ends.end(2).connected().contains(3));
        assertUnharmed("" + credentials);
        ends.close(3);
        shown.remove(3);
        ends.open(3, "test");
        ends.pump("3 with the right one", () -> ends.end(1).connected().contains(3));
        ends.close(3);
        ends.pump("its end", () -> ends.end(1).lost().contains(3));
        ends.end(1).lost().clear();
        ends.end(1).connected().removeIf(p -> p == 3);
    }

    @Test
    void whoDoesNotSpeakTlsIsRefused() {
        assertRefused(null);
    }

    @Test
    void aCertificateOfAForeignAuthorityIsRefused() {
        assertRefused(TestAuthority.FOREIGN.node(3));
    }

    @Test
    void aCertificateOfAnotherNodeIsRefused() {
        assertRefused(OURS.node(2));
    }

    @Test
    void aCertificateForNobodyIsRefused() {
        assertRefused(OURS.of("node3", "-ext", "san=dns:node3"));
    }

    @Test
    void aCertificateForServersAloneIsRefused() {
        assertRefused(OURS.of("node3", "-ext", "eku=serverAuth"));
    }

    /** A certificate whose time is over is not even shown; so it has to be forged into the file. */
    @Test
    void aCertificateOutOfItsTimeIsRefused() throws Exception {
        for (var wrong : List.of(OURS.expired(3), OURS.early(3))) {
            assertThrows(RuntimeException.class, () -> Credentials.in(wrong));
            try (var socket = TlsCaller.of(wrong, "TLSv1.3").connect(ends)) {
                assertThrows(IOException.class, () -> read(socket));
            }
            assertUnharmed("" + wrong);
        }
    }

    @Test
    void olderTlsIsRefusedAndTls13IsNot() throws Exception {
        try (var socket = TlsCaller.of(OURS.node(3), "TLSv1.2").connect(ends)) {
            assertThrows(SSLException.class, () -> read(socket));
        }
        assertUnharmed("TLS 1.2");
        try (var socket = TlsCaller.of(OURS.node(3), "TLSv1.3").connect(ends)) {
            int first =
                    TlsCaller.whilePumping(
                            ends,
                            () -> {
                                byte[] greeting = Greetings.of("test", 3);
                                socket.getOutputStream().write(greeting, 0, 8); // its first words
                                return socket.getInputStream().read();
                            });
            assertTrue(first >= 0, "the member's own greeting");
        }
        assertUnharmed("TLS 1.3");
    }

    @Test
    void whoShowsNoCertificateIsRefused() throws Exception {
        try (var socket = TlsCaller.silent().connect(ends)) {
            assertThrows(IOException.class, () -> read(socket));
        }
        assertUnharmed("no certificate");
    }

    private int read(SSLSocket socket) throws IOException {
        return TlsCaller.whilePumping(ends, () -> socket.getInputStream().read());
    }

    @Test
    void noiseIsNotHeard() throws IOException {
        var random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(2000)];
            random.nextBytes(noise);
            if (i % 2 == 0 && noise.length > 5) { // looks like the first record of a handshake
                noise[0] = 22;
                noise[1] = 3;
                noise[2] = (byte) (i % 5);
                noise[3] = (byte) (i % 4 == 0 ? 0 : 5);
            }
            try (var socket = new Socket()) {
                socket.connect(ends.address(1));
                socket.getOutputStream().write(noise);
                ends.turns(1);
            }
            assertUnharmed("noise " + i);
        }
    }

    /** A member's own words, one bit of which turns over on the way, are not believed. */
    @Test
    void whatIsChangedOnTheWayIsNotBelieved() throws IOException {
        var random = new Random(2);
        var end = ends.open(FabricEnds.hello("test", 3, 1), List.of());
        for (int i = 0; i < 20; i++) {
            int at = i < 10 ? random.nextInt(3000) : 3000 + random.nextInt(20_000);
            try (var meddler = new Meddler(ends.address(1), at)) {
                end.fabric().introduce(new Peer(1, meddler.address()));
                var source = Arena.ofAuto().allocate(8, 8).fill((byte) -1);
                Runnable turn =
                        () -> {
                            meddler.turn();
                            end.fabric().write(1, FabricEnds.REGION, source, 0, 8, 8);
                        };
                ends.pump("the change at " + at, () -> after(turn, meddler::isDone));
                ends.pump("its end", () -> after(turn, meddler::isEnded));
                end.fabric().forget(1);
            }
            ends.pump("3 to be gone", () -> gone(3));
            assertEquals(-1, highest(ends.end(1).memory().get(ValueLayout.JAVA_LONG, 8)));
            ends.end(1).lost().clear();
            ends.end(1).connected().removeIf(p -> p == 3);
            assertUnharmed("a change at " + at);
        }
    }

    private static boolean after(Runnable action, BooleanSupplier condition) {
        action.run();
        return condition.getAsBoolean();
    }

    /** What is not all ones and not zero was changed and believed. */
    private static long highest(long word) {
        return word == 0 ? -1 : word;
    }

    private boolean gone(int peer) {
        long came = ends.end(1).connected().stream().filter(p -> p == peer).count();
        return ends.end(1).lost().stream().filter(p -> p == peer).count() == came;
    }

    @Test
    void manyWhoBeginAHandshakeDoNotKeepAMemberOut() throws Exception {
        byte[] hello = TlsCaller.clientHello();
        var silent = new ArrayList<Socket>();
        for (int i = 0; i < 3 * TcpFabric.STRANGERS_MAX; i++) {
            var socket = new Socket();
            socket.connect(ends.address(1));
            socket.getOutputStream().write(hello, 0, i % 2 == 0 ? hello.length : hello.length / 2);
            silent.add(socket);
            ends.turns(1);
        }
        ends.open(3, "test");
        ends.pump("3 to connect", () -> ends.end(1).connected().contains(3));
        for (var socket : silent) {
            socket.close();
        }
    }

    /** New files are used for the connections that begin after they came; open ones stay. */
    @Test
    void credentialsAreReadAgain() throws IOException {
        copy(TestAuthority.FOREIGN.node(3));
        shown.put(3, directory);
        ends.open(3, "test");
        ends.turns(200);
        assertEquals(List.of(), ends.end(3).connected());
        copy(OURS.node(3));
        ends.pump("3 with the new files", () -> ends.end(3).connected().contains(1));
        Files.writeString(directory.resolve(Credentials.CERTIFICATE), "half a fi");
        ends.end(3).fabric().drop(1);
        ends.pump(
                "3 with what it had",
                () -> ends.end(1).connected().stream().filter(p -> p == 3).count() == 2);
        assertFalse(ends.end(1).lost().contains(2));
    }

    private void copy(Path from) throws IOException {
        for (var name :
                Arrays.asList(Credentials.AUTHORITY, Credentials.CERTIFICATE, Credentials.KEY)) {
            Files.copy(
                    from.resolve(name),
                    directory.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
