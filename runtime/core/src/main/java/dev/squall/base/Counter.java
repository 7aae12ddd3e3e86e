package dev.squall.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count with one writing thread and any number of readers, who may see it a moment late. */
public final class Counter {

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // read and written through VALUE
    private long value;

    /** Adds; the writing thread only. */
    public void add(long amount) {
        VALUE.setOpaque(this, (long) VALUE.get(this) + amount);
    }

    public long get() {
        return (long) VALUE.getOpaque(this);
    }
}
