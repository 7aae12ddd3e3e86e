package dev.squall.node;

import dev.squall.view.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether this member takes puts of a shard. Not when it does not send in the current view, and not
 * as long as fewer members hold the shard than its pool demands at least: a shard that is
 * inadequately provisioned, in Derecho's words. It is read meanwhile, and goes on by itself when
 * another member has been filled.
 *
 * <p>Only members with everything count, as for Kafka's in-sync replicas: a put that is
 * acknowledged durable lies on so many disks. One that was sent when they were enough, and is
 * delivered when they are not any more, is answered when they are again.
 *
 * <p>Puts wait for {@link #PATIENCE_NANOS}, in case that it is over soon, and are refused from then
 * on. Steps belong to the group agent; the texts may be asked by anybody.
 */
final class Admission {

    /** A shard with too few members lets puts wait for so long: 1 s. */
    static final long PATIENCE_NANOS = 1_000_000_000;

    private final int min;
    private @Nullable ShardEpoch opened;
    private @Nullable ShardEpoch told;
    private int toldWhole;
    private long since;
    private volatile String lacks = "";
    private volatile String refusal = "";

    /**
     * @param min how many members must hold the shard
     */
    Admission(int min) {
        this.min = min;
    }

    /** Whether puts may be sent in this view now. */
    boolean open(ShardEpoch epoch, long now) {
        if (epoch == opened) {
            return true; // who holds the shard does so to the end of the view
        }
        int whole = min == 1 ? 1 : epoch.whole().size(); // who asks is one
        if (whole < min) {
            lack(epoch, whole, now);
            return false;
        }
        lacks = "";
        if (epoch.multicast.sends()) {
            refusal = "";
            opened = epoch;
            return true;
        }
        if (told != epoch) {
            told = epoch;
            var senders = epoch.senders().stream().map(Member::id).toList();
            refusal = "takes no puts here; put at one of the members " + senders;
        }
        return false;
    }

    private void lack(ShardEpoch epoch, int whole, long now) {
        if (lacks.isEmpty()) {
            since = now;
        }
        if (told != epoch || toldWhole != whole) {
            told = epoch;
            toldWhole = whole;
            lacks = text(epoch, epoch.whole());
        }
        refusal = now - since > PATIENCE_NANOS ? lacks : "";
    }

    private String text(ShardEpoch epoch, List<Integer> whole) {
        var filling =
                epoch.members.stream()
                        .map(Member::id)
                        .filter(m -> !whole.contains(m))
                        .sorted()
                        .toList();
        return "needs %d members, has %d: %s; it takes no puts until %s"
                .formatted(
                        min,
                        whole.size(),
                        whole.stream().sorted().toList(),
                        filling.isEmpty() ? "another one joins" : filling + " are filled");
    }

    /** The view has ended: who sends in the next one is open. */
    void viewEnded() {
        opened = null;
        told = null;
        refusal = lacks.isEmpty() ? "" : refusal;
    }

    /** What the shard lacks to take puts at all, for people; empty = nothing. Any thread. */
    String lacks() {
        return lacks;
    }

    /** Why a put is refused at once; empty when it is not. Any thread, a moment late. */
    String refusal() {
        return refusal;
    }
}
