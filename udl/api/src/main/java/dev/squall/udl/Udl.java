package dev.squall.udl;

/**
 * User-defined logic: runs on the node that holds an object, at the instant the object lands.
 *
 * <p>A jar carries one or more of these, named in {@code META-INF/services/dev.squall.udl.Udl}, and
 * describes itself in {@code META-INF/squall/udl.yaml}. Each jar gets a class loader of its own
 * whose only visible parent is this package and the JDK.
 *
 * <p><b>Threads.</b> A node makes one instance for each lane of a binding: {@code open}, every
 * {@code handle} and {@code close} of one instance run on that lane's thread, one at a time. With
 * {@code dispatch: per-key}, all objects of one key meet the same instance, in version order, so
 * that a field may hold per-key state without a lock.
 *
 * <p><b>Failures.</b> Whatever {@code handle} throws is counted, logged once and shown; the object
 * stays stored and the next object is handled. Nothing that a UDL does delays other UDLs or the
 * delivery of objects.
 */
@SuppressWarnings("try") // what an author's close() throws is caught and counted by the lane
public interface Udl extends AutoCloseable {

    /**
     * Called once, before the first object. Objects that land meanwhile wait in the lane.
     *
     * @param context this instance's door to the node; valid until {@link #close}
     * @throws Exception when it cannot start: the binding is then shown as failed, with this reason
     */
    default void open(UdlContext context) throws Exception {}

    /**
     * Handles one object.
     *
     * @param object the object, read-only, valid until this call returns unless retained
     * @param out takes what follows: objects to put, triggers, the answer; valid until this call
     *     returns
     * @throws Exception when this object could not be handled; it counts as one failure
     */
    void handle(ObjectView object, Emitter out) throws Exception;

    /** Called once, after the last object. */
    @Override
    default void close() throws Exception {}
}
