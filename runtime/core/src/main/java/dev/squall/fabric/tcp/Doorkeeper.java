package dev.squall.fabric.tcp;

import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Decides who is let in, and says in the log who is not for want of a certificate: somebody has to
 * know why a node does not come. One line in {@link #SILENCE_NANOS} for each peer that is called,
 * and one for all who connect, so that nobody fills a disk by knocking. One thread.
 */
final class Doorkeeper {

    /** How long nothing more is told of a peer, or of those who connect: 10 s. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final System.Logger LOG = System.getLogger(Doorkeeper.class.getName());

    private final Hello self;
    private final FabricListener listener;

    /** When something was told of whom: peers, and all who connect as {@link Link#NOBODY}. */
    private final Map<Integer, Long> told = new HashMap<>();

    Doorkeeper(Hello self, FabricListener listener) {
        this.self = self;
        this.listener = listener;
    }

    /**
     * Why a peer that greets is not let in, or null when it is.
     *
     * @param current the open way to it, if there is one
     */
    @Nullable String refusal(Link link, Hello hello, @Nullable Link current) throws IOException {
        int peer = hello.node();
        if (!link.mayBe(peer)) {
            throw new SSLException(
                    "who says that it is node %d shows a certificate of somebody else"
                            .formatted(peer));
        }
        if (!hello.cluster().equals(self.cluster())) {
            return "the peer belongs to cluster '%s', not '%s'"
                    .formatted(hello.cluster(), self.cluster());
        }
        if (link.called != Link.NOBODY && link.called != peer) {
            return "node %d answers where node %d is expected".formatted(peer, link.called);
        }
        if (link.called == Link.NOBODY && peer <= self.node()) {
            return "node %d connects to node %d; of two nodes the one with the higher id connects"
                    .formatted(peer, self.node());
        }
        var before = current == null ? null : current.hello();
        if (before != null && hello.incarnation() < before.incarnation()) {
            return "node %d is connected as incarnation %d; %d is older"
                    .formatted(peer, before.incarnation(), hello.incarnation());
        }
        return listener.refusal(hello);
    }

    /** A connection ends that was no way yet; the time is in nanoseconds of the caller's clock. */
    void tell(Link link, Exception why, long now) {
        if (!(why instanceof SSLException)) {
            return; // peers that are not up yet are no news
        }
        var before = told.get(link.called);
        if (before == null || now - before >= SILENCE_NANOS) {
            told.put(link.called, now);
            LOG.log(
                    Level.WARNING,
                    link.called == Link.NOBODY
                            ? "{0} connects and is not let in: {2}"
                            : "node {1} at {0} is not reached: {2}",
                    link.remote(),
                    link.called,
                    why.getMessage());
        }
    }
}
