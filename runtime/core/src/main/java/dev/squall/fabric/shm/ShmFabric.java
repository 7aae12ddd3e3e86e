package dev.squall.fabric.shm;

import dev.squall.base.Clock;
import dev.squall.fabric.Carrier;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.Peer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Fabric} between processes of one machine: a write is a store into memory that writer and
 * peer have both mapped. The peer's processor takes no part in it, nor does the kernel.
 *
 * <pre>
 *   greeting, "I write from now on", end of the process     carrier (TCP)
 *   writes                                                  the peer's memory ({@link Neighbour})
 *   "there is something"                                    the peer's doorbell ({@link Bell})
 * </pre>
 *
 * <p><b>Carrier.</b> Another fabric makes the connections, lets peers in, and tells of their end:
 * the kernel closes a dead process's sockets, however it died. A peer whose memory cannot be mapped
 * here (it is on another machine, or has another {@code /dev/shm}) is written to over the carrier,
 * and so is one that has registered memory which could not be shared. Once a peer is written to
 * over the carrier it stays so until it connects again: thus its order holds.
 *
 * <p><b>Opening.</b> Both sides tell their owners as soon as the carrier does. A writer then asks
 * for a slot in the peer's home by the first frame on the connection; the peer, whose owner has
 * been told by then and has registered what it will, opens it. Until then writes are not taken.
 *
 * <p><b>Bounds</b> are checked by the writer before it stores. A write out of bounds is stored
 * nowhere; it ends the writer's connection, at both sides with the reason.
 *
 * <p><b>Death in the middle of a write</b> leaves some of its bytes, and never the counter that
 * guards them. Nobody waits for a lock, for there is none.
 *
 * <p><b>Sockets</b> are looked at every {@link #LOOK_NANOS} and after each wait, at every turn only
 * while somebody writes by them. So a wait must not be longer than the owner likes to wait for news
 * of a death or of a new peer.
 */
public final class ShmFabric implements Fabric {

    /** Where homes are on Linux. */
    public static final Path ROOT = Path.of("/dev/shm");

    /** Between two looks at the sockets while nobody writes by them: 1 ms. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Contact[] NOBODY = {};
    private static final System.Logger LOG = System.getLogger(ShmFabric.class.getName());

    private final Hello self;
    private final Path root;
    private final Otherwise otherwise;
    private final FabricListener owner;
    private final Home home;
    private final Bell bell;
    private final Fabric carrier;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** Who is connected; replaced as a whole, so that who walks through it is not disturbed. */
    private Contact[] contacts = NOBODY;

    private long nextLook;
    private int work;

    private ShmFabric(
            Hello self,
            Path root,
            Home home,
            Otherwise otherwise,
            Carrier carrier,
            Clock clock,
            FabricListener owner) {
        this.clock = clock;
        this.nextLook = clock.nanos();
        this.self = self;
        this.root = root;
        this.otherwise = otherwise;
        this.owner = owner;
        this.home = home;
        this.bell = new Bell(home.file);
        try {
            this.carrier = carrier.open(self.sharing(home.name), new Ear());
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    /**
     * Makes this node's home and opens the carrier.
     *
     * @param root where homes are, {@link #ROOT} but in tests
     * @throws IOException when this machine does not share memory so, or has no room; says why
     */
    public static ShmFabric open(
            Hello self,
            Path root,
            Otherwise otherwise,
            Carrier carrier,
            Clock clock,
            FabricListener owner)
            throws IOException {
        if (!Kernel.available()) {
            throw new IOException(
                    "memory is shared on Linux on x86-64 and aarch64 only, this is %s on %s"
                            .formatted(
                                    System.getProperty("os.name"), System.getProperty("os.arch")));
        }
        var home = new Home(root, self.node(), self.incarnation());
        return new ShmFabric(self, root, home, otherwise, carrier, clock, owner);
    }

    @Override
    public MemorySegment allocate(long bytes) {
        try {
            return home.allocate(bytes);
        } catch (IOException e) {
            if (otherwise == Otherwise.REFUSE) {
                throw new IllegalStateException(
                        e.getMessage() + "; make it larger, or use squall.fabric=auto", e);
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}; peers write into it over tcp. To share it, make room there",
                    e.getMessage());
            return Fabric.super.allocate(bytes);
        }
    }

    @Override
    public void register(int region, MemorySegment memory) {
        home.register(region, memory);
        carrier.register(region, memory);
    }

    @Override
    public void unregister(int region) {
        home.unregister(region);
        carrier.unregister(region);
    }

    private @Nullable Contact find(int peer) {
        for (var contact : contacts) {
            if (contact.peer == peer) {
                return contact;
            }
        }
        return null;
    }

    @Override
    public boolean write(
            int peer,
            int region,
            MemorySegment source,
            long sourceOffset,
            long targetOffset,
            long length) {
        var contact = find(peer);
        if (contact == null || contact.broken != null) {
            return false;
        }
        var way = contact.way;
        if (way == null) {
            return carrier.write(peer, region, source, sourceOffset, targetOffset, length);
        }
        return switch (way.write(region, source, sourceOffset, targetOffset, length)) {
            case DONE -> true;
            case LATER -> false;
            case ELSEWHERE -> {
                leave(contact, way, region);
                yield carrier.write(peer, region, source, sourceOffset, targetOffset, length);
            }
            case REFUSED -> {
                contact.mail.refuse(region, targetOffset, length);
                contact.broken =
                        Mail.describe(region, targetOffset, length, way.bytes(region)) + " of it";
                yield true; // nothing comes of it, as of all that is under way when a peer is lost
            }
        };
    }

    /** From now on a peer is written to over its sockets. */
    private void leave(Contact contact, Neighbour way, int region) {
        LOG.log(
                System.Logger.Level.INFO,
                "node {0} is written to over tcp from now on: its region {1} is not shared",
                contact.peer,
                region);
        contact.way = null;
        way.leave();
        ring(contact, way);
    }

    @Override
    public int poll() {
        work = 0;
        if (!quiet() || clock.nanos() - nextLook >= 0) {
            look();
        }
        for (var contact : contacts) {
            work += contact.came() ? 1 : 0;
        }
        return work;
    }

    private void look() {
        work += carrier.poll();
        nextLook = clock.nanos() + LOOK_NANOS;
        for (var contact : contacts) {
            if (contact.welcome() && contact.way != null) {
                ring(contact, contact.way); // it may sleep until it may write
            }
        }
    }

    /** Whether all there is to see is in memory. */
    private boolean quiet() {
        for (var contact : contacts) {
            if (!contact.writesHere()) {
                return false;
            }
        }
        return contacts.length > 0;
    }

    private boolean waits() {
        for (var contact : contacts) {
            if (contact.waits()) {
                return true;
            }
        }
        return false;
    }

    private void ring(Contact contact, Neighbour way) {
        if (way.ring()) {
            contact.mail.ring();
        }
    }

    @Override
    public int flush() {
        work = 0;
        for (var contact : contacts) {
            var way = contact.way;
            if (way != null && way.posted()) {
                ring(contact, way);
                work++;
            }
        }
        work += carrier.flush();
        endBroken();
        return work;
    }

    @Override
    public void await(long nanosMax, BooleanSupplier more) {
        BooleanSupplier any = () -> waits() || more.getAsBoolean();
        if (quiet()) {
            bell.sleep(nanosMax, any);
            nextLook = clock.nanos();
        } else {
            bell.atSockets();
            carrier.await(nanosMax, any);
            bell.awake();
        }
    }

    @Override
    public void wake() {
        if (bell.ring()) {
            carrier.wake();
        }
    }

    private void endBroken() {
        for (var contact : contacts) {
            var why = contact.broken;
            if (why != null && remove(contact.peer)) {
                carrier.drop(contact.peer);
                work++;
                owner.lost(contact.peer, why);
            }
        }
    }

    private boolean remove(int peer) {
        var contact = find(peer);
        if (contact == null) {
            return false;
        }
        contact.close();
        contacts = Arrays.stream(contacts).filter(c -> c != contact).toArray(Contact[]::new);
        return true;
    }

    /** Hears what the carrier tells, before the owner does. */
    private final class Ear implements FabricListener {

        @Override
        public @Nullable String refusal(Hello hello) {
            return otherwise == Otherwise.REFUSE && !Neighbour.isReachable(root, hello)
                    ? "node %d shares no memory in %s with node %d; use squall.fabric=auto"
                            .formatted(hello.node(), root, self.node())
                    : owner.refusal(hello);
        }

        @Override
        public void connected(int peer, Hello hello) {
            Home.sweep(root);
            var contact = new Contact(peer, new Mail(carrier, self.node(), peer), home);
            contact.way = approach(hello, contact.mail);
            contacts =
                    Stream.concat(Arrays.stream(contacts), Stream.of(contact))
                            .toArray(Contact[]::new);
            owner.connected(peer, hello);
        }

        @Override
        public void lost(int peer, String reason) {
            var contact = find(peer);
            var refused = contact == null ? "" : contact.mail.refused(home);
            remove(peer);
            Home.sweep(root);
            owner.lost(peer, refused.isEmpty() ? reason : "it attempted " + refused);
        }
    }

    private @Nullable Neighbour approach(Hello hello, Mail mail) {
        long token = random.nextLong() | 1;
        try {
            var way = Neighbour.open(root, hello, self.node(), token);
            mail.ask(token);
            LOG.log(
                    System.Logger.Level.INFO,
                    "node {0} is written to through shared memory, {1}",
                    hello.node(),
                    way);
            return way;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "node {0} is written to over tcp: {1}",
                    hello.node(),
                    e.getMessage());
            return null;
        }
    }

    @Override
    public void introduce(Peer peer) {
        carrier.introduce(peer);
    }

    @Override
    public void forget(int peer) {
        remove(peer);
        carrier.forget(peer);
    }

    @Override
    public void drop(int peer) {
        remove(peer);
        carrier.drop(peer);
    }

    @Override
    public void close() {
        carrier.close();
        home.close();
    }
}
