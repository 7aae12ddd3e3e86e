package dev.squall.sim.check;

import dev.squall.table.Table;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shared state table: "every column monotone within a view, one writer". No cell ever goes
 * back, in the own row or in the copies of others' rows; that no copy is ahead of its row follows
 * from its bytes coming from there alone.
 */
final class Tables extends Checker {

    private final Map<Table, long[]> seen = new WeakHashMap<>();

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        check(subject.node(), "the node table", subject.core().group().nodes());
        for (var replica : subject.core().replicas()) {
            var multicast = replica.multicast();
            check(
                    subject.node(),
                    "the table of shard " + replica.id(),
                    multicast == null ? null : multicast.table());
        }
    }

    private void check(int node, String name, @Nullable Table table) {
        if (table == null) {
            return; // between two views
        }
        int columns = table.columns();
        var before = seen.computeIfAbsent(table, t -> new long[t.rows() * columns]);
        for (int row = 0; row < table.rows(); row++) {
            for (int column = 0; column < columns; column++) {
                long now = table.get(row, column);
                int cell = row * columns + column;
                if (now < before[cell]) {
                    throw violated(
                            "node %d: %s, row %d, column %d went from %d back to %d"
                                    .formatted(node, name, row, column, before[cell], now));
                }
                before[cell] = now;
            }
        }
    }
}
