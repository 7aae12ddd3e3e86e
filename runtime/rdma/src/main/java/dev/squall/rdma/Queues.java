package dev.squall.rdma;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import com.ibm.disni.verbs.SVCReqNotify;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;

/**
 * A queue pair with its completion queue, as DiSNI's calls: they are made once and changed in
 * place, so that posting and polling make no garbage. Owns the connection, too.
 *
 * <p>Belongs to the fabric's thread.
 */
final class Queues implements AutoCloseable {

    /** Requests that may be under way to a peer. */
    static final int SENDS = 2048;

    /** Of these, how many are kept for rings. */
    static final int RESERVED = 8;

    /** Of so many requests one says when it has completed. */
    static final int SIGNAL_EVERY = 64;

    /** Rings of a peer that may wait to be taken. */
    static final int RECEIVES = 256;

    /** Bytes that travel inside their request, where the device takes so many: 256. */
    static final int INLINE_BYTES = 256;

    /** What every device takes. */
    private static final int INLINE_BYTES_MIN = 64;

    /** Receive requests that are posted at once. */
    private static final int BATCH = 32;

    /** Completions that are taken at once, and how often in a turn. */
    private static final int COMPLETIONS = 32;

    private static final int POLLS_MAX = 32;

    private static final IbvWC.IbvWcStatus[] STATUSES = IbvWC.IbvWcStatus.values();

    /** Completions of receives have this bit in their opcode. */
    private static final int RECEIVED = 128;

    private final RdmaCmId id;
    private final IbvCQ completions;
    private final IbvQP pair;
    private final int inlineBytes;
    private final SVCPostSend write;
    private final SVCPostSend ring;
    private final SVCPostRecv receives;
    private final SVCPollCq poll;
    private final SVCReqNotify arm;
    private final IbvWC[] taken = new IbvWC[COMPLETIONS];
    private long rings;
    private long ready;

    /**
     * @param id a connection that is about to be made; it is closed with the queues
     */
    Queues(Device device, RdmaCmId id) throws IOException {
        this.id = id;
        completions = device.context().createCQ(device.bells(), SENDS + RECEIVES, 0);
        try {
            inlineBytes = create(device);
        } catch (IOException e) {
            Quietly.run("a completion queue", completions::destroyCQ);
            throw e;
        }
        pair = id.getQp();
        for (int i = 0; i < COMPLETIONS; i++) {
            taken[i] = new IbvWC();
        }
        write = pair.postSend(List.of(request(IbvSendWR.IBV_WR_RDMA_WRITE)), null);
        ring = pair.postSend(List.of(request(IbvSendWR.IBV_WR_RDMA_WRITE_WITH_IMM)), null);
        receives = pair.postRecv(receiveRequests(), null);
        poll = completions.poll(taken, COMPLETIONS);
        arm = completions.reqNotification(false);
        try {
            for (int i = 0; i < RECEIVES; i += BATCH) {
                receives.execute();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Makes the queue pair. Returns how many bytes travel inside a request. */
    private int create(Device device) throws IOException {
        try {
            return create(device, INLINE_BYTES);
        } catch (IOException _) {
            return create(device, INLINE_BYTES_MIN);
        }
    }

    private int create(Device device, int inline) throws IOException {
        var wanted = new IbvQPInitAttr();
        wanted.setQp_type(IbvQP.IBV_QPT_RC);
        wanted.setSend_cq(completions);
        wanted.setRecv_cq(completions);
        wanted.cap().setMax_send_wr(SENDS);
        wanted.cap().setMax_recv_wr(RECEIVES);
        wanted.cap().setMax_send_sge(1);
        wanted.cap().setMax_recv_sge(1);
        wanted.cap().setMax_inline_data(inline);
        id.createQP(device.domain(), wanted);
        return inline;
    }

    private static IbvSendWR request(int opcode) {
        var request = new IbvSendWR();
        request.setOpcode(opcode);
        request.getSg_list().add(new IbvSge());
        request.setNum_sge(1);
        return request;
    }

    @SuppressWarnings("JdkObsolete") // what DiSNI asks for
    private static List<IbvRecvWR> receiveRequests() {
        var batch = new ArrayList<IbvRecvWR>();
        for (int i = 0; i < BATCH; i++) {
            var request = new IbvRecvWR();
            request.setSg_list(new LinkedList<>());
            request.setNum_sge(0);
            batch.add(request);
        }
        return batch;
    }

    /** How many bytes travel inside a request here. */
    int inlineBytes() {
        return inlineBytes;
    }

    /** Posts a write. */
    void write(
            long number,
            long local,
            int localKey,
            int bytes,
            long remote,
            int remoteKey,
            int flags,
            boolean signals)
            throws IOException {
        fill(write, number, local, bytes, remote, remoteKey, flags, signals);
        write.getWrMod(0).getSgeMod(0).setLkey(localKey);
        write.execute();
    }

    /** Posts a write that rings at the peer. */
    void ring(long number, long local, long remote, int remoteKey, boolean signals)
            throws IOException {
        int inline = IbvSendWR.IBV_SEND_INLINE;
        fill(ring, number, local, Box.TAKEN_BYTES, remote, remoteKey, inline, signals);
        ring.execute();
    }

    private static void fill(
            SVCPostSend call,
            long number,
            long local,
            int bytes,
            long remote,
            int remoteKey,
            int flags,
            boolean signals)
            throws IOException {
        var request = call.getWrMod(0);
        request.setWr_id(number);
        request.setSend_flags(signals ? flags | IbvSendWR.IBV_SEND_SIGNALED : flags);
        var part = request.getSgeMod(0);
        part.setAddr(local);
        part.setLength(bytes);
        var target = request.getRdmaMod();
        target.setRemote_addr(remote);
        target.setRkey(remoteKey);
    }

    /**
     * Takes completions, of requests into the ledger.
     *
     * @throws IOException when one tells that the connection is at its end; says why
     */
    void poll(SendLedger ledger) throws IOException {
        int count = COMPLETIONS;
        for (int i = 0; i < POLLS_MAX && count == COMPLETIONS; i++) {
            count = poll.execute().getPolls();
            for (int c = 0; c < count; c++) {
                take(taken[c], ledger);
            }
        }
        for (; rings - ready >= BATCH; ready += BATCH) {
            receives.execute();
        }
    }

    private void take(IbvWC completion, SendLedger ledger) throws IOException {
        if (completion.getStatus() != 0) {
            throw new IOException("its connection has ended: " + STATUSES[completion.getStatus()]);
        }
        if ((completion.getOpcode() & RECEIVED) != 0) {
            rings++;
        } else {
            ledger.complete(completion.getWr_id());
        }
    }

    /** How many rings were taken. */
    long rings() {
        return rings;
    }

    /** Of these, for how many another one can come. */
    long ready() {
        return ready;
    }

    /** Lets the next completion ring the device's bell. */
    void arm() throws IOException {
        arm.execute();
    }

    @Override
    public void close() {
        Quietly.run("a queue pair", id::destroyQP);
        Quietly.run("a completion queue", completions::destroyCQ);
        Quietly.run("a connection", id::destroyId);
        write.free();
        ring.free();
        receives.free();
        poll.free();
    }

    @Override
    public String toString() {
        return "queue pair " + id;
    }
}
