package dev.squall.bench.fabric;

import dev.squall.fabric.Peer;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Member 1 writes records into the memory of member 2, and after some of them the counter that
 * guards them; member 2 checks each record when its counter is there, and writes back how far it
 * is, so that the place may be used again. Both sleep when there is nothing to do.
 *
 * <p>Arguments: the kind of fabric, the number of writes, two ports, a directory of certificates.
 * Prints how far it is each second, at last {@value #DONE}, and ends with 0 when every write was
 * whole, in its place and seen in its turn.
 */
public final class SoakMain {

    /** The last line. */
    static final String DONE = "done";

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final long SEED = 11;
    private static final int BURST_MAX = 40;
    private static final int AHEAD_MAX = 1 << 12;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final String kind;
    private final long writes;
    private final List<Peer> peers;
    private final Path certificates;
    private final AtomicBoolean acknowledged = new AtomicBoolean();

    /** Neither end closes while the other takes turns: it would see it as a loss. */
    private final CountDownLatch over = new CountDownLatch(1);

    private SoakMain(String[] arguments) {
        kind = arguments[0];
        writes = Long.parseLong(arguments[1]);
        peers = List.of(peer(1, arguments[2]), peer(2, arguments[3]));
        certificates = Path.of(arguments[4]);
    }

    private static Peer peer(int id, String port) {
        var here = InetAddress.getLoopbackAddress();
        return new Peer(id, new InetSocketAddress(here, Integer.parseInt(port)));
    }

    public static void main(String[] arguments) throws Exception {
        var soak = new SoakMain(arguments);
        var writer =
                Thread.ofPlatform()
                        .uncaughtExceptionHandler((_, e) -> {
                            e.printStackTrace();
                            Runtime.getRuntime().halt(1);
                        })
                        .start(soak::write);
        soak.read();
        writer.join();
        System.out.println(DONE);
    }

    private void write() {
        try (var end = End.open(1, kind, peers, certificates)) {
            end.awaitPeer();
            var records = new Records(SEED);
            var bursts = new SplittableRandom(SEED + 1);
            var ring = Arena.ofAuto().allocate(Records.RING_AT + Records.RING_BYTES, 8);
            var totals = new long[AHEAD_MAX];
            while (records.number() < writes) {
                long last = Math.min(writes, records.number() + 1 + bursts.nextInt(BURST_MAX));
                while (records.number() < last) {
                    records.next();
                    totals[(int) (records.number() % AHEAD_MAX)] = records.total();
                    awaitRoom(end, records, totals);
                    records.fill(ring);
                    end.post(2, ring, records.at(), records.bytes());
                }
                ring.set(LONG, 0, last);
                end.post(2, ring, 0, 8);
                end.flush();
            }
            while (end.counter() < writes) {
                end.turn(true);
            }
            acknowledged.set(true);
            over.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A record may lie where one was that the reader has read: half a ring is always free. */
    private static void awaitRoom(End end, Records records, long[] totals) {
        long read = end.counter();
        while (records.number() - read >= AHEAD_MAX
                || records.total() - totals[(int) (read % AHEAD_MAX)] > Records.RING_BYTES / 2) {
            end.turn(records.number() - read > BURST_MAX);
            read = end.counter();
        }
    }

    private void read() throws Exception {
        try (var end = End.open(2, kind, peers, certificates)) {
            end.awaitPeer();
            var records = new Records(SEED);
            var counter = Arena.ofAuto().allocate(8, 8);
            long next = System.nanoTime() + SECOND_NANOS;
            while (records.number() < writes) {
                long come = end.counter();
                if (come == records.number()) {
                    end.turn(true);
                    continue;
                }
                if (come < records.number() || come > writes) {
                    throw new IllegalStateException(
                            "the counter says %d after %d".formatted(come, records.number()));
                }
                while (records.number() < come) {
                    records.next();
                    records.check(end.memory());
                }
                counter.set(LONG, 0, come);
                end.post(1, counter, 0, 8);
                end.flush();
                if (System.nanoTime() - next > 0) {
                    next += SECOND_NANOS;
                    System.out.println(come);
                }
            }
            while (!acknowledged.get()) {
                end.turn(false);
            }
            over.countDown();
        }
    }
}
