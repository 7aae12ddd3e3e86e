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
 *   base + 0 * rowBytes   row of member 0:  begin i64 | column 0 i64 | column 1 i64 | ... | end i64
 *   base + 1 * rowBytes   row of member 1:  ...
 * </pre>
 *
 * Rows stand {@link Align#ROW_BYTES} apart. Writer of a row: its member's group agent. The same
 * bytes at the other members are written by their fabric, at any moment.
 *
 * <p><b>Whole rows.</b> Where columns mean something together, a row is read as its member has
 * pushed it, and stays so for a turn: {@link #look} takes a copy. A row is pushed in three writes:
 * the number of the push ahead of it and the same number behind it; as writes are seen in their
 * order, a row between two equal numbers is whole. One that is just being rewritten, or whose
 * writer has died there, is left as it was before.
 */
public final class Table {

    private static final VarHandle CELL = ValueLayout.JAVA_LONG.varHandle();

    /** Looks at a row that is being rewritten; then it waits for the next turn. */
    private static final int LOOKS_MAX = 4;

    private static final int CELL_BYTES = 8;

    private final MemorySegment memory;
    private final long base;
    private final int rows;
    private final int columns;
    private final int me;
    private final long rowBytes;
    private long changes;

    /** The rows as they were last seen whole; of no rows when cells are read one by one. */
    private final long[][] seen;

    /** The numbers of these rows. */
    private final long[] numbers;

    private final long[] scratch;

    private Table(MemorySegment memory, long base, int rows, int columns, int me, boolean whole) {
        this.memory = memory;
        this.base = base;
        this.rows = rows;
        this.columns = columns;
        this.me = me;
        this.rowBytes = rowBytes(columns);
        this.seen = new long[whole ? rows : 0][columns];
        this.numbers = new long[rows];
        this.scratch = new long[columns];
    }

    /**
     * A table whose cells each mean something by themselves, and are read as they are.
     *
     * @param memory zeroed memory, registered by the caller
     * @param base where the rows begin in it
     * @param rows how many members
     * @param columns cells in a row
     * @param me this member's row
     */
    public static Table ofCells(MemorySegment memory, long base, int rows, int columns, int me) {
        return new Table(memory, base, rows, columns, me, false);
    }

    /** A table whose rows are read whole, as {@link #look} has seen them last. */
    public static Table ofRows(MemorySegment memory, long base, int rows, int columns, int me) {
        return new Table(memory, base, rows, columns, me, true);
    }

    /** The bytes of one row. */
    public static long rowBytes(int columns) {
        return Align.up((columns + 2L) * CELL_BYTES, Align.ROW_BYTES);
    }

    /**
     * Takes the rows as they are now.
     *
     * @return whether all of them were whole. If not, a row may be older than what its member has
     *     written elsewhere since
     */
    public boolean look() {
        boolean whole = true;
        for (int r = 0; r < seen.length; r++) {
            whole &= r == me || look(r);
        }
        return whole;
    }

    private boolean look(int row) {
        long at = base + row * rowBytes;
        for (int i = 0; i < LOOKS_MAX; i++) {
            long end = (long) CELL.getAcquire(memory, at + (columns + 1L) * CELL_BYTES);
            if (end == numbers[row]) {
                return true;
            }
            for (int c = 0; c < columns; c++) {
                scratch[c] = (long) CELL.getOpaque(memory, at + (c + 1L) * CELL_BYTES);
            }
            VarHandle.acquireFence();
            if ((long) CELL.getOpaque(memory, at) == end) {
                System.arraycopy(scratch, 0, seen[row], 0, columns);
                numbers[row] = end;
                return true;
            }
        }
        return false;
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

    /** All rows as they stand, for those who watch the table from outside; read-only. */
    public MemorySegment cells() {
        return memory.asSlice(base, rows * rowBytes).asReadOnly();
    }

    private long place(int row, int column) {
        return base + row * rowBytes + (column + 1L) * CELL_BYTES;
    }

    /** A cell. Sees everything that its writer had written before. */
    public long get(int row, int column) {
        return row < seen.length
                ? seen[row][column]
                : (long) CELL.getAcquire(memory, place(row, column));
    }

    /** A cell of the own row. */
    public long mine(int column) {
        return get(me, column);
    }

    /** Raises a cell of the own row; publishes everything written before. */
    public void raise(int column, long value) {
        long before = mine(column);
        if (value == before) {
            return;
        }
        Check.that(value > before, "a column of the table went back to", value);
        CELL.setRelease(memory, place(me, column), value);
        if (me < seen.length) {
            seen[me][column] = value;
        }
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
        if (seen.length == 0) {
            return push(fabric, peer, region, 0, columns);
        }
        long begin = base + me * rowBytes;
        long end = begin + (columns + 1L) * CELL_BYTES;
        CELL.set(memory, begin, changes);
        CELL.set(memory, end, changes);
        return fabric.write(peer, region, memory, begin, begin, CELL_BYTES)
                && push(fabric, peer, region, 0, columns)
                && fabric.write(peer, region, memory, end, end, CELL_BYTES);
    }

    /** Pushes some columns of the own row, from the first up to but not including the last. */
    public boolean push(Fabric fabric, int peer, int region, int first, int last) {
        long at = place(me, first);
        return fabric.write(peer, region, memory, at, at, (long) (last - first) * CELL_BYTES);
    }
}
