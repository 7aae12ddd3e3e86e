package dev.squall.server.route;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.PutAnswer;
import dev.squall.store.Outcome;
import dev.squall.view.Member;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How a batch gets into the order of a shard that this node does not hold: as the record that it is
 * in a log, to a member that writes it into its ring. Any thread.
 */
@Singleton
public final class BatchPeers {

    /** A member answers within this, or the outcome is unknown: 6 s. */
    static final long ANSWER_MILLIS = 6_000;

    private static final int ANSWER_BYTES_MAX = 64 << 10;

    private static final int UNAVAILABLE = 503;

    private static final int FULL = 507;

    private final MemberClient client;

    BatchPeers(MemberClient client) {
        this.client = client;
    }

    /** The largest record of a batch: its objects, and what stands before each. */
    public static int bytesMax(int objectBytes) {
        return objectBytes
                + BatchLayout.PARTS_MAX * (2 * RecordLayout.HEADER_BYTES + 1024)
                + RecordLayout.HEADER_BYTES;
    }

    /** The level that another member asks for. */
    public static AckLevel level(String label) {
        return label.equals(AckLevel.APPLIED.label()) ? AckLevel.APPLIED : AckLevel.parse(label);
    }

    /**
     * What became of it, from member to member.
     *
     * @param key the key that was in the way
     * @param first version or incarnation; of a full shard the bytes in use
     * @param second time or sequence number; the bytes that were needed
     * @param third the bytes that there may be
     */
    @Schema(hidden = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            String outcome,
            @Nullable String key,
            long first,
            long second,
            long third,
            int shard,
            String ack) {

        private Step(
                String outcome,
                @Nullable String key,
                long first,
                long second,
                int shard,
                String ack) {
            this(outcome, key, first, second, 0, shard, ack);
        }

        public static Step of(PutAnswer answer) {
            var outcome = answer.outcome();
            var word = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            var ack = answer.ack().label();
            int shard = answer.shard();
            return switch (outcome) {
                case Outcome.Stored(long v, long t) -> new Step(word, null, v, t, shard, ack);
                case Outcome.Repeated(long v, long t) -> new Step(word, null, v, t, shard, ack);
                case Outcome.Mismatch(long newest) -> new Step(word, null, newest, 0, shard, ack);
                case Outcome.Absent() -> new Step(word, null, 0, 0, shard, ack);
                case Outcome.Unmet(var key, long newest) ->
                        new Step(word, key, newest, 0, shard, ack);
                case Outcome.Held(var key) -> new Step(word, key, 0, 0, shard, ack);
                case Outcome.Aborted(long v) -> new Step(word, null, v, 0, shard, ack);
                case Outcome.Crowded(int open) -> new Step(word, null, open, 0, shard, ack);
                case Outcome.Full(long used, long needs, long budget, boolean _) ->
                        new Step(word, null, used, needs, budget, shard, ack);
                case Outcome.Stale(long i, long s) -> new Step(word, null, i, s, shard, ack);
            };
        }

        static PutAnswer read(JsonNode tree) {
            long first = tree.path("first").asLong();
            long second = tree.path("second").asLong();
            var key = tree.path("key").asText();
            var word = tree.path("outcome").asText();
            var outcome =
                    switch (word) {
                        case "stored" -> new Outcome.Stored(first, second);
                        case "repeated" -> new Outcome.Repeated(first, second);
                        case "mismatch" -> new Outcome.Mismatch(first);
                        case "absent" -> new Outcome.Absent();
                        case "unmet" -> new Outcome.Unmet(key, first);
                        case "held" -> new Outcome.Held(key);
                        case "aborted" -> new Outcome.Aborted(first);
                        case "crowded" -> new Outcome.Crowded((int) first);
                        case "full" -> // parts of a batch have no labels
                                new Outcome.Full(first, second, tree.path("third").asLong(), false);
                        case "stale" -> new Outcome.Stale(first, second);
                        default ->
                                throw new Failure(
                                        Failure.Kind.OUTCOME_UNKNOWN,
                                        "another member answered '" + word + "'");
                    };
            return new PutAnswer(
                    outcome, tree.path("shard").asInt(), level(tree.path("ack").asText()));
        }
    }

    CompletableFuture<PutAnswer> order(Member member, int shard, byte[] record, AckLevel ack) {
        var path = "/v1/batch/order?shard=%d&ack=%s".formatted(shard, ack.label());
        return client.exchange(
                        HttpMethod.POST,
                        member,
                        path,
                        ANSWER_MILLIS,
                        request -> request.send(Buffer.buffer(record)),
                        response ->
                                MemberClient.whole(response, ANSWER_BYTES_MAX)
                                        .map(body -> answer(response, body)))
                .recover(BatchPeers::unknown)
                .toCompletionStage()
                .toCompletableFuture();
    }

    /** What goes wrong in another member in a way of its own may have been done before. */
    private PutAnswer answer(HttpClientResponse response, Buffer body) {
        int status = response.statusCode();
        if (status >= 500 && status != UNAVAILABLE && status != FULL) {
            throw new Failure(Failure.Kind.OUTCOME_UNKNOWN, "another member answered " + status);
        }
        return Step.read(client.json(response, body));
    }

    private static <T> Future<T> unknown(Throwable cause) {
        return Future.failedFuture(
                cause instanceof Failure
                        ? cause
                        : new Failure(
                                Failure.Kind.OUTCOME_UNKNOWN,
                                "the connection broke off: " + cause.getMessage()));
    }
}
