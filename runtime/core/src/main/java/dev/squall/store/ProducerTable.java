package dev.squall.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of which producers a shard has applied, so that a retry happens once and gets its
 * first answer (RIFL, Lee et al., SOSP 2015). Part of the shard's replicated state: it changes only
 * with delivered messages, and is rebuilt from the log.
 *
 * <p>Within an incarnation, numbers may arrive out of order inside a window of {@link #WINDOW};
 * older ones are refused as stale. When there are more than {@link #PRODUCERS_MAX} producers, the
 * one that has been silent for the most messages is forgotten. So is what the log has dropped:
 * replicas whose disks let go of a file at different times must answer a retry alike after a
 * restart, and what stands in the log is all that they have in common.
 */
final class ProducerTable {

    /** Producers remembered by a shard. */
    static final int PRODUCERS_MAX = 4096;

    /** Answers remembered of a producer. */
    static final int WINDOW = 64;

    /** One producer's latest incarnation. */
    static final class Session {
        private long incarnation;
        private long newest = -1;
        private long oldestVersion = Long.MAX_VALUE;
        private final long[] sequences = new long[WINDOW];
        private final long[] versions = new long[WINDOW];
        private final long[] timestamps = new long[WINDOW];

        private void restart(long incarnation) {
            this.incarnation = incarnation;
            newest = -1;
            oldestVersion = Long.MAX_VALUE;
            Arrays.fill(sequences, -1);
        }

        private void add(long sequence, long version, long timestamp) {
            int slot = (int) (sequence % WINDOW);
            sequences[slot] = sequence;
            versions[slot] = version;
            timestamps[slot] = timestamp;
            newest = Math.max(newest, sequence);
            oldestVersion = Math.min(oldestVersion, version);
        }

        /** Forgets what is before a version. Returns whether anything is left. */
        private boolean keepFrom(long version) {
            if (oldestVersion < version) {
                newest = -1;
                oldestVersion = Long.MAX_VALUE;
                for (int slot = 0; slot < WINDOW; slot++) {
                    if (sequences[slot] >= 0 && versions[slot] >= version) {
                        newest = Math.max(newest, sequences[slot]);
                        oldestVersion = Math.min(oldestVersion, versions[slot]);
                    } else {
                        sequences[slot] = -1;
                    }
                }
            }
            return newest >= 0;
        }
    }

    private final LinkedHashMap<String, Session> sessions = new LinkedHashMap<>();
    private long oldestVersion;

    /** The log has dropped what is before a version. */
    void forgetBefore(long version) {
        oldestVersion = version;
    }

    /** What is known of a message, or null when it is new and may be applied. */
    @Nullable Outcome known(String producer, long incarnation, long sequence) {
        var session = sessions.get(producer);
        if (session == null
                || !session.keepFrom(oldestVersion)
                || incarnation > session.incarnation) {
            return null;
        }
        boolean old = incarnation < session.incarnation || sequence <= session.newest - WINDOW;
        if (old) {
            return new Outcome.Stale(session.incarnation, session.newest);
        }
        int slot = (int) (sequence % WINDOW);
        return session.sequences[slot] == sequence
                ? new Outcome.Repeated(session.versions[slot], session.timestamps[slot])
                : null;
    }

    /** A message has been applied. */
    void applied(String producer, long incarnation, long sequence, long version, long timestamp) {
        // To the end: the eldest has been silent for the longest. Only what is in the log counts,
        // or a replica that is rebuilt from it would forget others.
        var session = sessions.remove(producer);
        boolean fresh = session == null;
        session = session == null ? new Session() : session;
        sessions.put(producer, session);
        if (fresh) {
            session.restart(incarnation);
            forgetMostSilent();
        } else if (!session.keepFrom(oldestVersion) || incarnation > session.incarnation) {
            session.restart(incarnation);
        }
        session.add(sequence, version, timestamp);
    }

    private void forgetMostSilent() {
        if (sessions.size() > PRODUCERS_MAX) {
            Iterator<String> eldest = sessions.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
