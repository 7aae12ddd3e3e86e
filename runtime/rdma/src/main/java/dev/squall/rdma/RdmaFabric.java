package dev.squall.rdma;

import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import dev.squall.fabric.Carrier;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.Peer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Fabric} over RDMA: a write is one request to this node's device, whose counterpart at the
 * peer stores the bytes where they belong. The peer's processor takes no part in it.
 *
 * <pre>
 *   greeting, where boxes are, end of the process     carrier (TCP)
 *   where regions are, writes, rings                  queue pair ({@link Way})
 * </pre>
 *
 * <p><b>Carrier.</b> Another fabric makes the connections, lets peers in, and tells of their end,
 * as for shared memory. A peer without a device, or whose device cannot be reached, is written to
 * over the carrier until it connects anew, or is refused ({@link Otherwise}).
 *
 * <p><b>Ends.</b> A request that fails ends the connection: a region that is not registered any
 * more, a peer that does not acknowledge, a device that is gone. Then the queue pair is destroyed,
 * so that nothing of the peer's is applied any more, and the carrier's connection is dropped; both
 * sides learn why, and it is made anew with the usual rhythm.
 *
 * <p><b>Bounds</b> are checked by the writer, against what the peer has announced, and by the
 * peer's device.
 *
 * <p><b>Waiting.</b> Completions are polled for at every turn. Before a wait the queues are armed,
 * and a thread hears them ({@link Bell}).
 */
final class RdmaFabric implements Fabric {

    /** Between two looks at the sockets while nobody writes by them, and in set-up: 1 ms. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final System.Logger LOG = System.getLogger(RdmaFabric.class.getName());

    private final Hello self;
    private final Device device;
    private final Otherwise otherwise;
    private final FabricListener owner;
    private final Registry registry;
    private final Fabric carrier;
    private final Bell bell;
    private final Contacts contacts = new Contacts();
    private final Calls calls = new Calls();

    /** Memory that is not registered any more, and still read by what is under way. */
    private final List<Pinned> draining = new ArrayList<>();

    private long nextLook = System.nanoTime();
    private int work;

    private RdmaFabric(
            Hello self, Device device, Otherwise otherwise, Carrier carrier, FabricListener owner) {
        this.self = self;
        this.device = device;
        this.otherwise = otherwise;
        this.owner = owner;
        this.registry = new Registry(device);
        this.carrier = carrier.open(self.reachable(device.address()), new Ear());
        this.bell = new Bell(device, "rdma-bell-" + self.node(), this.carrier::wake);
    }

    /**
     * Opens the carrier.
     *
     * @param device closed with the fabric
     */
    static RdmaFabric open(
            Hello self, Device device, Otherwise otherwise, Carrier carrier, FabricListener owner) {
        try {
            return new RdmaFabric(self, device, otherwise, carrier, owner);
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    @Override
    public void register(int region, MemorySegment memory) {
        carrier.register(region, memory);
        try {
            var pinned = registry.add(region, memory);
            for (var contact : contacts.all()) {
                var way = contact.way();
                if (way != null && way.isUp()) {
                    Registry.announce(region, pinned, way::announce);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void unregister(int region) {
        carrier.unregister(region);
        var pinned = registry.remove(region);
        if (pinned != null && pinned.inUse()) {
            draining.add(pinned);
        }
        for (var contact : contacts.all()) {
            var way = contact.way();
            if (way != null && way.isUp()) {
                way.announce(Announcement.remove(region));
            }
        }
    }

    @Override
    public boolean write(
            int peer,
            int region,
            MemorySegment source,
            long sourceOffset,
            long targetOffset,
            long length) {
        var contact = contacts.find(peer);
        if (contact == null) {
            return false;
        }
        if (contact.isCarried()) {
            return carrier.write(peer, region, source, sourceOffset, targetOffset, length);
        }
        var way = contact.way();
        if (way == null || contact.broken() != null) {
            return false;
        }
        return switch (way.write(region, source, sourceOffset, targetOffset, length)) {
            case DONE -> true;
            case LATER -> false;
            case REFUSED -> {
                contact.mail.refuse(region, targetOffset, length);
                contact.breakOff(
                        Mail.describe(region, targetOffset, length)
                                + ", which it has not announced");
                yield true; // nothing comes of it, as of all that is under way when a peer is lost
            }
        };
    }

    @Override
    public int poll() {
        work = 0;
        if (!contacts.areQuiet() || System.nanoTime() - nextLook >= 0) {
            look();
        }
        work += contacts.poll();
        return work;
    }

    private boolean someoneIsComing() {
        return contacts.areComing() || !calls.isEmpty();
    }

    private void look() {
        work += carrier.poll();
        long now = System.nanoTime();
        nextLook = now + LOOK_NANOS;
        if (someoneIsComing()) {
            hear(now);
            calls.expire(now);
            for (var contact : contacts.all()) {
                if (contact.isComing()) {
                    step(contact, now);
                }
            }
        }
    }

    /** What has become of connections that are being made. */
    private void hear(long now) {
        try {
            var event = device.events().getCmEvent(0);
            while (event != null) {
                hear(event, now);
                event = device.events().getCmEvent(0);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the device tells of connections no more", e);
        }
    }

    private void hear(RdmaCmEvent event, long now) throws IOException {
        var id = event.getConnIdPriv();
        var kind = Contact.kind(event);
        if (kind == EventType.RDMA_CM_EVENT_CONNECT_REQUEST) {
            calls.add(id, (InetSocketAddress) id.getDestination(), now);
            return;
        }
        for (var contact : contacts.all()) {
            if (contact.isOf(id)) {
                happened(contact, kind);
            }
        }
    }

    private void happened(Contact contact, EventType event) {
        try {
            contact.happened(event);
        } catch (IOException e) {
            failed(contact, e);
        }
    }

    private void step(Contact contact, long now) {
        try {
            RdmaCmId call = calls.take(contact);
            if (call != null) {
                contact.answer(call);
            }
            var way = contact.way();
            if (contact.step(now) && way != null) {
                registry.announce(way::announce);
                way.announce(Announcement.open());
                LOG.log(System.Logger.Level.INFO, "node {0} is written to by RDMA", contact.peer);
            }
        } catch (IOException e) {
            failed(contact, e);
        }
    }

    /** The connection ended, or never came to be. */
    private void failed(Contact contact, IOException e) {
        if (otherwise == Otherwise.CARRY && !contact.isOpen()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "node {0} is written to over tcp: {1}",
                    contact.peer,
                    e.getMessage());
            contact.carry();
        } else {
            contact.breakOff(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public int flush() {
        work = 0;
        draining.removeIf(memory -> !memory.inUse());
        boolean drain = !draining.isEmpty();
        for (var contact : contacts.all()) {
            var way = contact.way();
            work += way != null && way.ring(drain) ? 1 : 0;
        }
        work += carrier.flush();
        endBroken();
        return work;
    }

    @Override
    public void await(long nanosMax, BooleanSupplier more) {
        bell.reset();
        contacts.arm();
        if (contacts.poll() > 0) {
            return; // what came before the queues were armed rings no bell
        }
        long nanos = someoneIsComing() ? Math.min(nanosMax, LOOK_NANOS) : nanosMax;
        carrier.await(nanos, () -> bell.hasRung() || more.getAsBoolean());
        nextLook = System.nanoTime();
    }

    @Override
    public void wake() {
        carrier.wake();
    }

    private void endBroken() {
        for (var contact : contacts.all()) {
            var why = contact.broken();
            if (why != null && contacts.remove(contact.peer)) {
                carrier.drop(contact.peer);
                work++;
                owner.lost(contact.peer, why);
            }
        }
    }

    /** Hears what the carrier tells, before the owner does. */
    private final class Ear implements FabricListener {

        @Override
        public @Nullable String refusal(Hello hello) {
            return otherwise == Otherwise.REFUSE && hello.device().isEmpty()
                    ? "node %d has no RDMA, which node %d demands; use squall.fabric=auto"
                            .formatted(hello.node(), self.node())
                    : owner.refusal(hello);
        }

        @Override
        public void connected(int peer, Hello hello) {
            var mail = new Mail(carrier, self.node(), peer);
            boolean mine = peer < self.node();
            var contact = new Contact(hello, mail, device, registry, mine, System.nanoTime());
            contacts.add(contact);
            if (contact.isCarried()) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "node {0} is written to over tcp: it has no RDMA",
                        peer);
            }
            owner.connected(peer, hello);
            call(contact);
        }

        @Override
        public void lost(int peer, String reason) {
            var contact = contacts.find(peer);
            var refused = contact == null ? "" : contact.mail.refused(registry);
            contacts.remove(peer);
            owner.lost(peer, refused.isEmpty() ? reason : "it attempted " + refused);
        }
    }

    private void call(Contact contact) {
        if (contacts.find(contact.peer) != contact) {
            return; // the owner has dropped it
        }
        try {
            contact.call();
        } catch (IOException e) {
            failed(contact, e);
        }
    }

    @Override
    public void introduce(Peer peer) {
        carrier.introduce(peer);
    }

    @Override
    public void forget(int peer) {
        contacts.remove(peer);
        carrier.forget(peer);
    }

    @Override
    public void drop(int peer) {
        contacts.remove(peer);
        carrier.drop(peer);
    }

    @Override
    public void close() {
        bell.close();
        carrier.close();
        contacts.close();
        calls.close();
        registry.close();
        device.close();
    }
}
