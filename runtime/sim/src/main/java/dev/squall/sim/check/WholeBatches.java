package dev.squall.sim.check;

/**
 * "A reader never sees half a batch": whatever comes in one record has one version and one time, so
 * that every cut shows all of it or nothing. That the cuts are what the log says, and the same at
 * every replica, others check.
 */
final class WholeBatches extends Checker {

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        for (var item : entry.objects()) {
            boolean same =
                    item.version() == entry.version()
                            && item.timestamp() == entry.objects().getFirst().timestamp();
            if (!same) {
                throw violated("%s: %s of %s stands apart".formatted(replica, item, entry));
            }
        }
    }
}
