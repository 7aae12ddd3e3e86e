package dev.squall.rdma;

import com.ibm.disni.verbs.RdmaCmId;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Calls of which it is not known yet whose they are: a call may come before the caller's offer.
 * Whoever knows the address may call, so they are few and wait no longer than a connection may
 * take. To give a call up is to refuse it.
 */
final class Calls {

    private record Call(RdmaCmId id, InetSocketAddress from, long deadline) {}

    private final ArrayDeque<Call> waiting = new ArrayDeque<>();

    /** A call has come. */
    void add(RdmaCmId id, InetSocketAddress from, long now) {
        if (waiting.size() == Device.BACKLOG) {
            refuse(waiting.remove());
        }
        waiting.add(new Call(id, from, now + Contact.SETUP_NANOS_MAX));
    }

    private static void refuse(Call call) {
        Quietly.run("a call", call.id::destroyId);
    }

    /** Takes out the call that a contact waits for; null = it has not come. */
    @Nullable RdmaCmId take(Contact contact) {
        for (var call : waiting) {
            if (contact.isFrom(call.from)) {
                waiting.remove(call);
                return call.id;
            }
        }
        return null;
    }

    /** Refuses those that nobody has waited for. */
    void expire(long now) {
        while (!waiting.isEmpty() && now - waiting.element().deadline >= 0) {
            refuse(waiting.remove());
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void close() {
        Arrays.stream(waiting.toArray(Call[]::new)).forEach(Calls::refuse);
        waiting.clear();
    }
}
