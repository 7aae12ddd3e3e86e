package dev.squall.sim.check;

import dev.squall.table.Table;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

    /** A table's cells as they were when it was looked at last. */
    private static final class Seen {
        final MemorySegment cells;
        final long[] before;

        Seen(Table table) {
            cells = table.cells();
            before = new long[(int) (cells.byteSize() / Long.BYTES)];
        }

        boolean unchanged() {
            return cells.mismatch(MemorySegment.ofArray(before)) < 0;
        }
    }

    private final Map<Table, Seen> seen = new WeakHashMap<>();

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        check(subject.node(), -1, subject.core().group().nodes());
        for (var replica : subject.core().replicas()) {
            var multicast = replica.multicast();
            check(subject.node(), replica.id(), multicast == null ? null : multicast.table());
        }
    }

    private void check(int node, int shard, @Nullable Table table) {
        if (table == null) {
            return; // between two views
        }
        var was = seen.computeIfAbsent(table, Seen::new);
        if (was.unchanged()) {
            return;
        }
        int rowCells = was.before.length / table.rows();
        for (int row = 0; row < table.rows(); row++) {
            for (int column = -1; column <= table.columns(); column++) { // and the two numbers
                int cell = row * rowCells + column + 1;
                long now = was.cells.getAtIndex(ValueLayout.JAVA_LONG, cell);
                if (now < was.before[cell]) {
                    throw violated(
                            "node %d: %s, row %d, column %d went from %d back to %d"
                                    .formatted(
                                            node,
                                            shard < 0 ? "the node table" : "shard " + shard,
                                            row,
                                            column,
                                            was.before[cell],
                                            now));
                }
                was.before[cell] = now;
            }
        }
    }
}
