package dev.squall.rdma;

/**
 * Lets go of what the device holds. That may fail when the device itself has gone; then there is
 * nothing left to do but say so.
 */
final class Quietly {

    private static final System.Logger LOG = System.getLogger(Quietly.class.getName());

    /** What lets go. */
    interface End {
        /** DiSNI throws whatever it likes. */
        Object run() throws Exception;
    }

    private Quietly() {}

    static void run(String what, End end) {
        try {
            var result = end.run();
            if (result instanceof Integer code && code != 0) {
                LOG.log(System.Logger.Level.WARNING, "{0} was not freed: {1}", what, code);
            }
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "{0} was not freed: {1}", what, e.getMessage());
        }
    }
}
