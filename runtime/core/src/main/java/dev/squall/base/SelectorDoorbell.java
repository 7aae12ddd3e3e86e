package dev.squall.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The {@link Doorbell} of a thread that sleeps until bytes come: it waits at its selector. A ring
 * between its last look for work and its sleep is not lost, and ringing costs one read while it
 * does not sleep.
 */
public final class SelectorDoorbell {

    private final Selector selector;
    private final Consumer<SelectionKey> ready;
    private final BooleanSupplier own;
    private final AtomicBoolean asleep = new AtomicBoolean();

    /**
     * @param selector the waiter's; whoever opened it closes it
     * @param ready told of each key that is ready, by the waiter
     * @param own whether the waiter has work already, of which it alone knows
     */
    public SelectorDoorbell(Selector selector, Consumer<SelectionKey> ready, BooleanSupplier own) {
        this.selector = selector;
        this.ready = ready;
        this.own = own;
    }

    /**
     * Sleeps until a key is ready, or {@link #ring}, or the time has passed, or there is work
     * already. May return early.
     *
     * @param nanosMax how long at most; less than 1 ms counts as that
     * @param work other work that there may be already; asked once rings are heard
     */
    public void await(long nanosMax, BooleanSupplier work) {
        asleep.set(true);
        try {
            if (!work.getAsBoolean() && !own.getAsBoolean()) {
                selector.select(ready, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanosMax)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            asleep.set(false);
        }
    }

    /** Wakes the waiter if it sleeps; from any thread. */
    public void ring() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }
}
