package dev.squall.store;

import dev.squall.log.Prologue;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of which producers a shard has applied, so that a retry happens once and gets its
 * first answer (RIFL, Lee et al., SOSP 2015).
 *
 * <p><b>One fold.</b> The table is a fold over the versions in the shard's log and over nothing
 * else: no clock, no refused message, no retry changes it. So it is the same at every replica at
 * the same version. It outlives the versions that it was made of, for each segment of the log
 * begins with the table as it was there ({@link Prologue}): whoever recovers a log, or is filled
 * from a peer, takes the table at the beginning and folds on.
 *
 * <p><b>A session's life.</b> A session begins with the first version of a producer, and lasts
 * until the producer has had no new version for the pool's {@code sessionMillis}, by the times of
 * the log: a shard in which nothing happens forgets nothing. Within an incarnation, numbers may
 * arrive out of order inside a window of {@link #WINDOW}; older ones are refused as stale. When
 * there are more than {@link #PRODUCERS_MAX} sessions, the one that has been silent for longest
 * ends. Of a session that has ended, incarnation and newest number are still known: up to there
 * everything is refused as stale, whether it was applied or not, and what is newer begins a session
 * again. Only when {@link #ENDED_MAX} others have ended since is that forgotten too, and a retry
 * would apply once more.
 *
 * <p>Belongs to the shard's one writer.
 */
final class ProducerTable implements Prologue {

    /** Sessions of a shard. */
    static final int PRODUCERS_MAX = 4096;

    /** Answers remembered of a session. */
    static final int WINDOW = 64;

    /** Sessions that have ended and of which the newest number is still known. */
    static final int ENDED_MAX = 16_384;

    /** A session that has ended: everything up to this number is stale. */
    record Ended(long incarnation, long newest) {

        private @Nullable Outcome known(long incarnation, long sequence) {
            boolean old = incarnation == this.incarnation && sequence <= newest;
            return old || incarnation < this.incarnation
                    ? new Outcome.Stale(this.incarnation, newest)
                    : null;
        }

        /** Up to which number nothing of an incarnation is applied any more; -1 = it is new. */
        private long floor(long incarnation) {
            return incarnation == this.incarnation ? newest : -1;
        }
    }

    private final long sessionMicros;

    /** The eldest is the one that has had no new version for longest. */
    private final LinkedHashMap<String, Session> sessions = new LinkedHashMap<>();

    /** The eldest ended first. */
    private final LinkedHashMap<String, Ended> ended = new LinkedHashMap<>();

    /**
     * @param sessionMillis how long a session lasts without a new version
     */
    ProducerTable(long sessionMillis) {
        this.sessionMicros = sessionMillis * 1000;
    }

    /** What is known of a message, or null when it is new and may be applied. */
    @Nullable Outcome known(String producer, long incarnation, long sequence) {
        var session = sessions.get(producer);
        if (session != null) {
            return incarnation < session.incarnation
                    ? new Outcome.Stale(session.incarnation, session.newest())
                    : incarnation > session.incarnation ? null : session.known(sequence);
        }
        var last = ended.get(producer);
        return last == null ? null : last.known(incarnation, sequence);
    }

    /** A record stands in the log, with its version and time. */
    void take(MemorySegment m, long at) {
        passed(RecordLayout.timestamp(m, at));
        var producer = TicketRules.producer(m, at);
        if (!producer.isEmpty()) {
            applied(
                    producer,
                    RecordLayout.incarnation(m, at),
                    RecordLayout.sequence(m, at),
                    RecordLayout.version(m, at),
                    BatchLayout.objectTime(m, at));
        }
    }

    /** A version stands in the log: sessions end that have been silent for too long at its time. */
    void passed(long timestamp) {
        var eldest = sessions.firstEntry();
        while (eldest != null && timestamp - eldest.getValue().heard() > sessionMicros) {
            end(eldest.getValue());
            eldest = sessions.firstEntry();
        }
    }

    /** It was put by a producer. */
    void applied(String producer, long incarnation, long sequence, long version, long timestamp) {
        var session = sessions.remove(producer); // and comes back as the youngest
        if (session == null || incarnation > session.incarnation) {
            var last = ended.remove(producer);
            long floor = last == null ? -1 : last.floor(incarnation);
            session = new Session(producer, incarnation, floor);
        }
        session.add(sequence, version, timestamp);
        begin(session);
    }

    /** It is the youngest, and the eldest may have to go. */
    private void begin(Session session) {
        sessions.put(session.producer, session);
        if (sessions.size() > PRODUCERS_MAX) {
            end(sessions.firstEntry().getValue());
        }
    }

    /**
     * Another shard, whose keys come here, knows this of a producer. What it had before, and what
     * came since, are one session; a session that has ended there ends nothing here.
     *
     * @param there as {@link #known(String)} gave it
     */
    void taken(Session there) {
        var here = sessions.get(there.producer);
        var last = ended.get(there.producer);
        if (here == null && last != null) {
            here = new Session(there.producer, last.incarnation, last.newest);
        }
        if (here != null && there.incarnation < here.incarnation) {
            return; // that is refused as stale already
        }
        var both = here != null && here.incarnation == there.incarnation ? here.with(there) : there;
        sessions.remove(there.producer);
        ended.remove(there.producer);
        if (both.count() == 0) {
            end(there.producer, new Ended(both.incarnation, both.newest()));
        } else {
            begin(both);
        }
    }

    /** What is known of a producer, or null; of a session that has ended, no answers. */
    @Nullable Session known(String producer) {
        var session = sessions.get(producer);
        var last = ended.get(producer);
        return session != null || last == null
                ? session
                : new Session(producer, last.incarnation, last.newest);
    }

    /** The producers of which anything is known. */
    List<String> names() {
        var names = new ArrayList<>(ended.keySet());
        names.addAll(sessions.keySet());
        return names;
    }

    private void end(Session session) {
        sessions.remove(session.producer);
        end(session.producer, new Ended(session.incarnation, session.newest()));
    }

    private void end(String producer, Ended last) {
        ended.put(producer, last);
        if (ended.size() > ENDED_MAX) {
            ended.pollFirstEntry();
        }
    }

    /**
     * As it was when it was written.
     *
     * @return where it ends
     */
    long read(MemorySegment bytes) {
        sessions.clear();
        ended.clear();
        return SessionsLayout.read(bytes, s -> sessions.put(s.producer, s), this::end);
    }

    @Override
    public int length() {
        return SessionsLayout.length(sessions, ended);
    }

    @Override
    public void write(MemorySegment m, long at) {
        SessionsLayout.write(m, at, sessions, ended);
    }
}
