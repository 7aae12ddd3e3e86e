package dev.squall.rdma;

import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import dev.squall.memory.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/**
 * The RDMA device that has this node's address, opened: it listens there, and all memory and all
 * queues of the node belong to it. A device that has several addresses can be opened several times.
 *
 * <p>Belongs to the fabric's thread, but for {@link #bells}, on which another may wait.
 */
final class Device implements AutoCloseable {

    /** Callers that may wait for an answer. */
    static final int BACKLOG = 64;

    /** What is pinned for a moment when it is opened, to see that memory can be: 16 MiB. */
    private static final long PROBE_BYTES = 16 << 20;

    private final InetSocketAddress address;
    private final RdmaEventChannel events;
    private final RdmaCmId listener;
    private final IbvContext context;
    private final IbvPd domain;
    private final IbvCompChannel bells;
    private final long pieceBytes;

    private Device(InetSocketAddress address, RdmaEventChannel events, long pieceBytes)
            throws IOException {
        this.address = address;
        this.events = events;
        this.pieceBytes = pieceBytes;
        this.listener = events.createId(RdmaCm.RDMA_PS_TCP);
        try {
            listener.bindAddr(address);
            listener.listen(BACKLOG);
        } catch (IOException e) {
            Quietly.run("the listener", listener::destroyId);
            throw new IOException(
                    "no RDMA device listens on %s (%s); squall.members must name the address of one"
                            .formatted(address, e.getMessage()),
                    e);
        }
        this.context = listener.getVerbs();
        this.domain = context.allocPd();
        this.bells = context.createCompChannel();
    }

    /**
     * Opens the device that has an address.
     *
     * @param pieceBytes in pieces of which size memory is pinned, {@link Pinned#PIECE_BYTES} but in
     *     tests
     * @throws IOException when that is not possible here; says what is missing
     */
    static Device open(InetSocketAddress address, long pieceBytes) throws IOException {
        if (!(address.getAddress() instanceof Inet4Address ip) || ip.isAnyLocalAddress()) {
            throw new IOException(
                    "RDMA needs an IPv4 address of its device, not %s".formatted(address));
        }
        var events = channel();
        try {
            var device = new Device(address, events, pieceBytes);
            try {
                device.pin(Region.allocate(PROBE_BYTES), Pinned.WRITE).retire();
                return device;
            } catch (IOException e) {
                device.free();
                throw e;
            }
        } catch (IOException e) {
            Quietly.run("the event channel", events::destroyEventChannel);
            throw e;
        }
    }

    private static RdmaEventChannel channel() throws IOException {
        try {
            return RdmaEventChannel.createEventChannel();
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(
                    "libdisni cannot be loaded (%s); build runtime/rdma where libibverbs-dev and"
                                    .formatted(e.getMessage())
                            + " librdmacm-dev are installed, and start the node with"
                            + " -Djava.library.path=FOLDER-OF-LIBDISNI",
                    e);
        } catch (IllegalAccessError e) {
            throw new IOException(
                    "the JVM keeps DiSNI from native memory; start it with"
                            + " --add-exports java.base/sun.nio.ch=ALL-UNNAMED",
                    e);
        } catch (LinkageError e) {
            throw new IOException("libdisni could not be loaded before: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(
                    "there is no RDMA device (%s); is /dev/infiniband/rdma_cm there, and the module"
                                    .formatted(e.getMessage())
                            + " rdma_ucm loaded?",
                    e);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** News of connections. */
    RdmaEventChannel events() {
        return events;
    }

    /** Rings when a queue that was armed has completions. */
    IbvCompChannel bells() {
        return bells;
    }

    IbvContext context() {
        return context;
    }

    IbvPd domain() {
        return domain;
    }

    /** The beginning of a connection that leaves from this device's address. */
    RdmaCmId call() throws IOException {
        var id = events.createId(RdmaCm.RDMA_PS_TCP);
        try {
            id.bindAddr(new InetSocketAddress(address.getAddress(), 0));
            return id;
        } catch (IOException e) {
            Quietly.run("a connection", id::destroyId);
            throw e;
        }
    }

    /** Pins memory. */
    Pinned pin(MemorySegment memory, int access) throws IOException {
        return new Pinned(domain, memory, pieceBytes, access);
    }

    private void free() {
        Quietly.run("the listener", listener::destroyId);
        Quietly.run("the completion channel", bells::destroyCompChannel);
        Quietly.run("the protection domain", domain::deallocPd);
    }

    /** When nothing that belongs to it is left. */
    @Override
    public void close() {
        free();
        Quietly.run("the event channel", events::destroyEventChannel);
    }
}
