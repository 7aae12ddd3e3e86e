package dev.squall.rdma;

import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import dev.squall.fabric.Hello;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A peer that the carrier is connected to, from the greeting to the end, and how its queue pair
 * comes to be:
 *
 * <pre>
 *   higher id                                        lower id
 *   resolves address and route, makes its queues
 *   offer: box, port  ------------ carrier -------->
 *   connects          ------------ device  -------->  knows the call by its port, makes queues
 *                     <----------- carrier ---------  offer: box
 *                     <----------- device  ---------  accepts
 *   announces regions, "open"  <-- queue pair ---->   announces regions, "open"
 * </pre>
 *
 * Each step comes as an event that the fabric polls for; nothing waits. When all of it has not
 * happened after {@link #SETUP_NANOS_MAX} it is given up.
 *
 * <p>Belongs to the fabric's thread.
 */
final class Contact implements AutoCloseable {

    /** How long a connection may take, from the greeting to the first write: 10 s. */
    static final long SETUP_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    /** How long each of finding the address and the route may take: 2 s. */
    private static final int RESOLVE_MILLIS = 2000;

    /** The device repeats so often what is not acknowledged, and waits for receives for ever. */
    private static final byte RETRIES = 7;

    private static final EventType[] EVENTS = EventType.values();

    /** Its node id. */
    final int peer;

    final Mail mail;
    private final Device device;
    private final Registry registry;
    private final InetSocketAddress address;
    private final boolean calls;
    private final long deadline;
    private @Nullable RdmaCmId id;
    private @Nullable Way way;
    private boolean established;
    private boolean carried;
    private @Nullable String broken;

    /**
     * @param calls whether this side connects
     * @param now nanoseconds
     */
    Contact(Hello hello, Mail mail, Device device, Registry registry, boolean calls, long now) {
        this.peer = hello.node();
        this.mail = mail;
        this.device = device;
        this.registry = registry;
        this.address = hello.device().orElseGet(device::address);
        this.carried = hello.device().isEmpty();
        this.calls = calls && !carried;
        this.deadline = now + SETUP_NANOS_MAX;
    }

    /** Its queue pair, as soon as there is one. */
    @Nullable Way way() {
        return way;
    }

    /** Whether it is written to over the carrier. */
    boolean isCarried() {
        return carried;
    }

    /** Whether it is written to by the device. */
    boolean isOpen() {
        return way != null && way.isOpen();
    }

    /** Whether the connection is being made. */
    boolean isComing() {
        return !carried && broken() == null && !isOpen();
    }

    /** Why it has to be dropped; null = it has not. */
    @Nullable String broken() {
        return broken == null && way != null ? way.broken() : broken;
    }

    /** It has to be dropped. */
    void breakOff(String why) {
        broken = broken == null ? why : broken;
    }

    /** It is written to over the carrier from now on. */
    void carry() {
        carried = true;
        hangUp();
    }

    /** Begins to connect, if it is this side's to do so. */
    void call() throws IOException {
        if (calls) {
            id = device.call();
            id.resolveAddr(null, address, RESOLVE_MILLIS);
        }
    }

    /** What an event is. */
    static EventType kind(RdmaCmEvent event) {
        return EVENTS[event.getEvent()];
    }

    /** Whether an event is about this contact. */
    boolean isOf(RdmaCmId connection) {
        return connection.equals(id);
    }

    /** Something has happened to its connection. */
    void happened(EventType event) throws IOException {
        switch (event) {
            case RDMA_CM_EVENT_ADDR_RESOLVED -> connection().resolveRoute(RESOLVE_MILLIS);
            case RDMA_CM_EVENT_ROUTE_RESOLVED -> {
                var way = open(connection());
                var from = (InetSocketAddress) connection().getSource();
                mail.offer(way.box(), from.getPort());
                connection().connect(terms());
            }
            case RDMA_CM_EVENT_ESTABLISHED -> established = true;
            case RDMA_CM_EVENT_TIMEWAIT_EXIT, RDMA_CM_EVENT_ADDR_CHANGE -> {}
            default -> throw new IOException(event + " of " + address);
        }
    }

    private RdmaCmId connection() throws IOException {
        if (id == null) {
            throw new IOException("the connection is closed");
        }
        return id;
    }

    private Way open(RdmaCmId connection) throws IOException {
        try {
            way = Way.open(device, registry, connection);
            return way;
        } catch (IOException e) {
            id = connection.isOpen() ? connection : null; // closed with what was made of it
            throw e;
        }
    }

    private static RdmaConnParam terms() throws IOException {
        var terms = new RdmaConnParam();
        terms.setRetry_count(RETRIES);
        terms.setRnr_retry_count(RETRIES);
        return terms;
    }

    /** Whether a call is the one that this peer has told of. */
    boolean isFrom(InetSocketAddress caller) {
        return isComing()
                && !calls
                && id == null
                && mail.isOffered()
                && mail.port() == caller.getPort()
                && address.getAddress().equals(caller.getAddress());
    }

    /** Takes the peer's call; it is this contact's to close. */
    void answer(RdmaCmId call) throws IOException {
        id = call;
        mail.offer(open(call).box(), 0);
        call.accept(terms());
    }

    /** Gets on. Returns whether the queue pair has just come to stand. */
    boolean step(long now) throws IOException {
        mail.send();
        if (way != null && established && mail.isOffered() && !way.isUp()) {
            way.connected(mail.boxAddress(), mail.boxKey());
            return true;
        }
        if (now - deadline >= 0) {
            throw new IOException(
                    "no connection to %s after %d s (%s)"
                            .formatted(
                                    address,
                                    TimeUnit.NANOSECONDS.toSeconds(SETUP_NANOS_MAX),
                                    way == null ? "no answer" : way.toString()));
        }
        return false;
    }

    private void hangUp() {
        var connection = id;
        if (way != null) {
            way.close();
        } else if (connection != null) {
            Quietly.run("a connection", connection::destroyId);
        }
        way = null;
        id = null;
    }

    /** Nothing is written any more, by either side. */
    @Override
    public void close() {
        mail.close();
        hangUp();
    }
}
