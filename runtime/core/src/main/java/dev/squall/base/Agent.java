package dev.squall.base;

/**
 * A thread's duty cycle without the thread: whoever runs it calls {@link #doWork} again and again.
 * A production thread does so with an idle strategy in between, the simulator one step at a time.
 */
public interface Agent {

    /** Does what there is to do now, without blocking. Returns how much that was; 0 = idle. */
    int doWork();

    /** Waits, at most this long, until there may be work again or {@link #wake} was called. */
    void await(long nanosMax);

    /** Ends a wait, from any thread. */
    void wake();

    /** The agent's name, for its thread. */
    String role();

    /** Frees what the agent holds; called on its own thread after the last {@link #doWork}. */
    default void onClose() {}
}
