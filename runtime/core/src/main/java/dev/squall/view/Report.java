package dev.squall.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member says when it has stopped taking part in a view, so that the next one can begin
 * where it ended. It does not change any more until then.
 *
 * @param node who says it
 * @param incarnation in which life
 * @param live whether it has been in the view ever since that began
 * @param knows the newest view that its disk knew when this life began, or that it was in since
 * @param since the first view in which it had a seat with the disk that it has now
 * @param floor no message of its is stamped later than this, and no read of the past was promised
 *     beyond it; microseconds
 * @param latest no version in what it has, and none that the view may still deliver of it, has a
 *     later time; microseconds
 * @param busy the shards of which it has something in which a batch over several shards is open, or
 *     may come to be so before the view has ended
 * @param holdings what it has, by shard
 */
public record Report(
        int node,
        long incarnation,
        boolean live,
        long knows,
        long since,
        long floor,
        long latest,
        List<Integer> busy,
        List<Holding> holdings) {

    public Report {
        busy = List.copyOf(busy);
        holdings = List.copyOf(holdings);
    }

    /** What it has of a shard, or null. */
    public @Nullable Holding holding(int shard) {
        for (var h : holdings) {
            if (h.shard() == shard) {
                return h;
            }
        }
        return null;
    }
}
