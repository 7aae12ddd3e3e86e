package dev.squall.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.fabric.FabricEnds.End;
import dev.squall.fabric.tls.TestAuthority;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Member 2 in a process of its own, which writes blocks into the memory of member 1 until it is
 * killed: a block full of its number, then the counter that guards it. Member 1 writes back how far
 * it has read.
 */
final class WriterProcess implements AutoCloseable {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int BLOCKS = 16;
    private static final int WINDOW = 8;
    private static final long BLOCK_BYTES = 64 << 10;
    private static final long BLOCKS_AT = 4096;
    private static final long ENOUGH = 300;

    /** Blocks of one life, at most; the next one counts on from there. */
    private static final long LIFE = 1_000_000L * BLOCKS;

    private final Process process;

    private WriterProcess(Process process) {
        this.process = process;
    }

    /** Starts a life of member 2. */
    static WriterProcess start(FabricEnds.Opener opener, FabricEnds ends, int life)
            throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new WriterProcess(
                new ProcessBuilder(
                                java,
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-D%s=%s"
                                        .formatted(
                                                TestAuthority.ROOT,
                                                System.getProperty(TestAuthority.ROOT, "")),
                                "-cp",
                                System.getProperty("java.class.path"),
                                WriterProcess.class.getName(),
                                opener.getClass().getName(),
                                String.valueOf(ends.address(1).getPort()),
                                String.valueOf(ends.address(2).getPort()),
                                String.valueOf(life))
                        .inheritIO()
                        .start());
    }

    /** Reads what comes until that is enough. */
    void follow(End end, FabricEnds ends) {
        var ack = Arena.ofAuto().allocate(8, 8);
        long from = end.load(0);
        long read = from;
        while (read < from + ENOUGH) {
            long before = read;
            ends.pump("a block", () -> end.load(0) != before);
            read = end.load(0);
            check(end, read);
            ack.set(LONG, 0, read);
            ends.write(end, 2, ack, 0, 0, 8);
        }
    }

    /** Every block that counts is whole. */
    void check(End end, long counter) {
        long first = counter - counter % LIFE + 1;
        for (long n = Math.max(first, counter - WINDOW + 1); n <= counter; n++) {
            long at = place(n);
            for (long i = 0; i < BLOCK_BYTES; i += 8) {
                assertEquals(n, end.memory.get(LONG, at + i));
            }
        }
    }

    private static long place(long n) {
        return BLOCKS_AT + n % BLOCKS * BLOCK_BYTES;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] args) throws Exception {
        var opener =
                Class.forName(args[0])
                        .asSubclass(FabricEnds.Opener.class)
                        .getDeclaredConstructor()
                        .newInstance();
        var one = peer(1, args[1]);
        var two = peer(2, args[2]);
        var self = FabricEnds.hello("test", 2, Long.parseLong(args[3]));
        var nobody =
                new FabricListener() {
                    @Override
                    public @Nullable String refusal(Hello hello) {
                        return null;
                    }

                    @Override
                    public void connected(int peer, Hello hello) {}

                    @Override
                    public void lost(int peer, String reason) {
                        System.exit(1);
                    }
                };
        try (var fabric = opener.open(self, two.address(), List.of(one, two), nobody)) {
            write(fabric, Long.parseLong(args[3]));
        }
    }

    private static Peer peer(int id, String port) {
        return new Peer(
                id,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
    }

    private static void write(Fabric fabric, long life) {
        var mine = fabric.allocate(FabricEnds.REGION_BYTES);
        fabric.register(FabricEnds.REGION, mine);
        var blocks = Arena.ofAuto().allocate(BLOCKS_AT + BLOCKS * BLOCK_BYTES, 8);
        var counter = Arena.ofAuto().allocate(8, 8);
        long start = life * LIFE; // beyond what the life before has written
        for (long n = start + 1; ; n++) {
            while (n > Math.max(start, mine.get(LONG, 0)) + WINDOW) {
                fabric.poll();
                fabric.flush();
            }
            long at = place(n);
            for (long i = 0; i < BLOCK_BYTES; i += 8) {
                blocks.set(LONG, at + i, n);
            }
            counter.set(LONG, 0, n);
            while (!fabric.write(1, FabricEnds.REGION, blocks, at, at, BLOCK_BYTES)) {
                fabric.poll();
                fabric.flush();
            }
            while (!fabric.write(1, FabricEnds.REGION, counter, 0, 0, 8)) {
                fabric.poll();
                fabric.flush();
            }
            fabric.flush();
        }
    }
}
