package dev.squall.table;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import dev.squall.memory.Align;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Derecho's shared state table (Jha et al., TOCS 2019): every member holds a copy of all rows,
 * writes its own, and pushes it to the same place in the others' copies by one-sided writes.
 *
 * <p><b>Every column only grows within a view.</b> So a stale copy is a safe lower bound, and a
 * minimum over rows a safe conclusion; {@link #raise} refuses to go back. Whoever publishes data
 * writes the data first and the counter that guards it later, and reads in the reverse order.
 *
 * <pre>
 *   base + 0 * rowBytes   row of member 0:  column 0 i64 | column 1 i64 | ...
 *   base + 1 * rowBytes   row of member 1:  ...
 * </pre>
 *
 * Rows stand {@link Align#ROW_BYTES} apart. Writer of a row: its member's group agent. The same
 * bytes at the other members are written by their fabric.
 */
public final class Table {

    private static final VarHandle CELL = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment memory;
    private final long base;
    private final int rows;
    private final int columns;
    private final int me;
    private final long rowBytes;
    private long changes;

    /**
     * A table over zeroed memory.
     *
     * @param memory registered memory
     * @param base where the rows begin in it
     * @param rows how many members
     * @param columns cells in a row
     * @param me this member's row
     */
    public Table(MemorySegment memory, long base, int rows, int columns, int me) {
        this.memory = memory;
        this.base = base;
        this.rows = rows;
        this.columns = columns;
        this.me = me;
        this.rowBytes = rowBytes(columns);
    }

    /** The bytes of one row. */
    public static long rowBytes(int columns) {
        return Align.up(columns * 8L, Align.ROW_BYTES);
    }

    public int rows() {
        return rows;
    }

    /** Cells in a row. */
    public int columns() {
        return columns;
    }

    public int me() {
        return me;
    }

    /** A cell. Sees everything that its writer had written before. */
    public long get(int row, int column) {
        return (long) CELL.getAcquire(memory, base + row * rowBytes + column * 8L);
    }

    /** A cell of the own row. */
    public long mine(int column) {
        return get(me, column);
    }

    /** All rows as they stand, for those who watch the table from outside; read-only. */
    public MemorySegment cells() {
        return memory.asSlice(base, rows * rowBytes).asReadOnly();
    }

    /** Raises a cell of the own row; publishes everything written before. */
    public void raise(int column, long value) {
        long before = mine(column);
        if (value == before) {
            return;
        }
        Check.that(value > before, "a column of the table went back to", value);
        CELL.setRelease(memory, base + me * rowBytes + column * 8L, value);
        changes++;
    }

    /** The smallest value of a column over all rows. */
    public long min(int column) {
        long min = get(0, column);
        for (int r = 1; r < rows; r++) {
            min = Math.min(min, get(r, column));
        }
        return min;
    }

    /** The greatest value of a column over all rows. */
    public long max(int column) {
        long max = get(0, column);
        for (int r = 1; r < rows; r++) {
            max = Math.max(max, get(r, column));
        }
        return max;
    }

    /** How often the own row has changed; compare with what was pushed. */
    public long changes() {
        return changes;
    }

    /** Pushes the own row to a peer. Returns false when the way there is full. */
    public boolean push(Fabric fabric, int peer, int region) {
        return push(fabric, peer, region, 0, columns);
    }

    /** Pushes some columns of the own row, from the first up to but not including the last. */
    public boolean push(Fabric fabric, int peer, int region, int first, int last) {
        long at = base + me * rowBytes + first * 8L;
        return fabric.write(peer, region, memory, at, at, (last - first) * 8L);
    }
}
