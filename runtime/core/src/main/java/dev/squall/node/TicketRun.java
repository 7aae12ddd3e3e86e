package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.Outcome;
import dev.squall.wire.BatchLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One batch over several shards, as its maker carries it out. Its words are records in the shards'
 * orders, so nothing hangs on the maker: whoever holds a share finishes it when he is gone ({@link
 * TicketKeeper}).
 *
 * <pre>
 *   others:  PREPARE ── yes, at p ──┐            ┌─► COMMIT at T
 *   home:                           └─► BATCH ───┤   (each in its own shard's order)
 *                     commits at T = max(p, ...) └─► DONE, once all others have it on disk
 * </pre>
 *
 * Any answer but yes, and the others are told to RELEASE. When it is not known whether the batch
 * got into the home's order, the home is told to GIVE UP, and says which came first. PREPARE and
 * BATCH are sent once, so that neither can come in again behind its end.
 */
final class TicketRun {

    private final Batches batches;
    private final Ticket ticket;
    private final Batch batch;
    private final Map<Integer, List<Batch.Part>> shares;

    /** What the others have answered, as far as they stand by it: the version of their share. */
    private final Map<Integer, Long> versions = new LinkedHashMap<>();

    TicketRun(Batches batches, Ticket ticket, Batch batch, Map<Integer, List<Batch.Part>> shares) {
        this.batches = batches;
        this.ticket = ticket;
        this.batch = batch;
        this.shares = shares;
    }

    private List<Batch.Part> parts(int shard) {
        return shares.getOrDefault(shard, List.of());
    }

    private CompletableFuture<PutAnswer> say(int shard, Message message) {
        return batches.order(shard, message, AckLevel.APPLIED);
    }

    private CompletableFuture<PutAnswer> say(int shard, int role, long time) {
        return say(shard, BatchMessage.word(ticket, role, time));
    }

    /** An answer, or why there is none. */
    private record Heard(@Nullable PutAnswer answer, @Nullable Throwable error) {}

    private static CompletableFuture<Heard> heard(CompletableFuture<PutAnswer> answer) {
        return answer.thenApply(value -> new Heard(value, null))
                .exceptionally(e -> new Heard(null, e));
    }

    CompletableFuture<BatchAnswer> run() {
        var votes = new LinkedHashMap<Integer, CompletableFuture<PutAnswer>>();
        for (int shard : ticket.others()) {
            votes.put(shard, say(shard, BatchMessage.share(ticket, parts(shard), batch)));
        }
        return all(votes.values()).thenCompose(_ -> decide(votes));
    }

    /** Done when all of them are, whatever became of them. */
    private static CompletableFuture<Void> all(Iterable<? extends CompletableFuture<?>> futures) {
        var all = CompletableFuture.<Void>completedFuture(null);
        for (var future : futures) {
            all = all.thenCombine(future.handle((_, _) -> true), (_, _) -> null);
        }
        return all;
    }

    private CompletableFuture<BatchAnswer> decide(
            Map<Integer, CompletableFuture<PutAnswer>> votes) {
        long first = Long.MAX_VALUE;
        long last = 0;
        Failure no = null;
        for (var vote : votes.entrySet()) {
            if (vote.getValue().isCompletedExceptionally()) {
                no = cause(vote.getValue().exceptionNow());
                continue;
            }
            switch (vote.getValue().join().outcome()) {
                case Outcome.Stored(_, long prepared) -> {
                    first = Math.min(first, prepared);
                    last = Math.max(last, prepared);
                }
                case Outcome.Repeated(long version, long time) -> {
                    versions.put(vote.getKey(), version);
                    no = refusal(vote.getKey(), new Outcome.Repeated(version, time));
                }
                case Outcome other -> no = refusal(vote.getKey(), other);
            }
        }
        if (no == null && last - first > Integer.MAX_VALUE) {
            no = refusal(ticket.home(), new Outcome.Aborted(0));
        }
        return no == null ? commit(first, last) : abandon(no);
    }

    private CompletableFuture<BatchAnswer> commit(long first, long last) {
        var message = BatchMessage.home(ticket, first, last, parts(ticket.home()), batch);
        return heard(say(ticket.home(), message))
                .thenCompose(heard ->
                        heard.answer == null
                                ? unknown(first, heard.error)
                                : decided(heard.answer.outcome()));
    }

    private CompletableFuture<BatchAnswer> decided(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored(long version, long time) -> follow(version, time);
            case Outcome.Repeated(long version, long time) -> repeated(version, time);
            case Outcome other -> refuse(refusal(ticket.home(), other));
        };
    }

    /** Nobody knows whether the home has it: asking to give it up settles that. */
    private CompletableFuture<BatchAnswer> unknown(long first, @Nullable Throwable e) {
        if (e != null && Node.unavailable(e)) {
            return refuse(cause(e));
        }
        return heard(say(ticket.home(), BatchLayout.ROLE_GIVE_UP, first))
                .thenCompose(heard ->
                        heard.answer == null
                                ? CompletableFuture.failedFuture(open())
                                : decided(heard.answer.outcome()));
    }

    private Failure open() {
        return new Failure(
                Failure.Kind.OUTCOME_UNKNOWN,
                "the home of the batch, shard %d, does not say whether it was done"
                        .formatted(ticket.home()));
    }

    /** It cannot be. Unless it was done before: the home knows its producer. */
    private CompletableFuture<BatchAnswer> abandon(Failure why) {
        var producer = batch.producer();
        if (producer == null) {
            return refuse(why);
        }
        return heard(say(ticket.home(), BatchMessage.ask(ticket, producer)))
                .thenCompose(heard ->
                        heard.answer != null
                                        && heard.answer.outcome()
                                                instanceof Outcome.Repeated(long v, long time)
                                ? repeated(v, time)
                                : refuse(why));
    }

    private CompletableFuture<BatchAnswer> refuse(Failure why) {
        release();
        return CompletableFuture.failedFuture(why);
    }

    /** Nobody waits for it: who does not hear of it asks. */
    private void release() {
        for (int shard : ticket.others()) {
            var _ = say(shard, BatchLayout.ROLE_RELEASE, 0);
        }
    }

    /** It is committed: the others are told, and the home, when they have followed. */
    private CompletableFuture<BatchAnswer> follow(long version, long time) {
        var followed = new ArrayList<CompletableFuture<?>>();
        for (int shard : ticket.others()) {
            followed.add(
                    say(shard, BatchLayout.ROLE_COMMIT, time)
                            .thenAccept(answer -> {
                                if (answer.outcome() instanceof Outcome.Stored(long v, _)) {
                                    versions.put(shard, v);
                                }
                            }));
        }
        return all(followed)
                .thenApply(_ -> {
                    if (followed.stream().noneMatch(CompletableFuture::isCompletedExceptionally)) {
                        var _ = say(ticket.home(), BatchLayout.ROLE_DONE, 0);
                    }
                    return answer(version, time);
                });
    }

    /** It was done by an earlier attempt; what this one has prepared goes. */
    private CompletableFuture<BatchAnswer> repeated(long version, long time) {
        release();
        return CompletableFuture.completedFuture(answer(version, time));
    }

    private BatchAnswer answer(long home, long time) {
        versions.put(ticket.home(), home);
        var done =
                ticket.shards().stream()
                        .map(shard ->
                                new BatchAnswer.Share(
                                        shard, // 0 = it follows by itself
                                        versions.getOrDefault(shard, 0L),
                                        parts(shard).stream().map(Batch.Part::key).toList()))
                        .toList();
        return new BatchAnswer(time, done, batch.ack());
    }

    private Failure refusal(int shard, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Unmet(var key, long newest) -> Batches.unmet(batch, key, newest);
            case Outcome.Held(var key) -> Batches.held(key);
            case Outcome.Crowded(int open) -> Batches.crowded(open);
            case Outcome.Full full -> batches.full(parts(shard).getFirst().key(), full);
            case Outcome.Stale(long incarnation, long sequence) ->
                    Batches.stale(batch, incarnation, sequence);
            case Outcome.Aborted _ ->
                    new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "the batch took too long and was given up; nothing of it was done");
            case Outcome.Repeated _ ->
                    new Failure(
                            Failure.Kind.CONFLICT,
                            "%s was used for a part of this batch, but its home shard %d does not"
                                    .concat(" know it: nothing was done now; use a new number")
                                    .formatted(batch.producer(), ticket.home()));
            case Outcome.Stored _, Outcome.Mismatch _, Outcome.Absent _ ->
                    new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "a shard answered " + outcome + "; nothing of the batch was done");
        };
    }

    /** Before the home has been told, nothing is done whatever became of a share. */
    private static Failure cause(Throwable e) {
        var cause = e instanceof CompletionException ? e.getCause() : e;
        return cause instanceof Failure f && f.kind() != Failure.Kind.OUTCOME_UNKNOWN
                ? f
                : new Failure(Failure.Kind.UNAVAILABLE, "nothing of the batch was done: " + cause);
    }
}
