package dev.squall.server.route;

import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.Peers;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.server.http.Conditions;
import dev.squall.server.http.KeyPath;
import dev.squall.server.http.Trace;
import dev.squall.server.http.Window;
import dev.squall.store.Outcome;
import dev.squall.view.Member;
import dev.squall.wire.RecordLayout;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How the effects of user-defined logic reach shards that this node does not hold: by the same REST
 * calls that anybody may make. Any thread.
 */
@Singleton
public final class HttpPeers implements Peers {

    /** How long a member may take to answer: 30 s, as long as user-defined logic may run. */
    private static final long ANSWER_MILLIS = 30_000;

    /** The largest answer of user-defined logic that is passed on: 64 MiB. */
    private static final int ANSWER_BYTES_MAX = 64 << 20;

    private final MemberClient client;

    private final BatchPeers batches;

    HttpPeers(MemberClient client, BatchPeers batches) {
        this.client = client;
        this.batches = batches;
    }

    @Override
    public CompletableFuture<PutAnswer> order(
            Member member, int shard, byte[] record, AckLevel ack) {
        return batches.order(member, shard, record, ack);
    }

    @Override
    public CompletableFuture<PutAnswer> put(Member member, Put put) {
        var ack = put.ack() == AckLevel.APPLIED ? AckLevel.ORDERED : put.ack();
        boolean label = put.part() == Put.Part.LABEL;
        var path =
                (label ? "/v1/labels" : "/v1/objects")
                        + KeyPath.encode(put.key())
                        + "?ack="
                        + ack.label()
                        + (label || put.label() != 0 ? "&labelled=" + put.label() : "")
                        + (label && put.expected() >= 0 ? "&version=" + put.expected() : "");
        var method = put.delete() ? HttpMethod.DELETE : HttpMethod.PUT;
        return client.exchange(
                        method,
                        member,
                        path,
                        ANSWER_MILLIS,
                        request -> send(request, put),
                        response ->
                                MemberClient.whole(response, ANSWER_BYTES_MAX)
                                        .map(body -> answer(response, body, ack)))
                .recover(HttpPeers::unknown)
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, Put put) {
        var producer = put.producer();
        if (producer != null) {
            request.putHeader(
                    "Squall-Producer",
                    producer.id() + "/" + producer.incarnation() + "/" + producer.sequence());
        }
        if (put.part() == Put.Part.LABEL) {
            return request.send();
        }
        if (put.expected() == 0) {
            request.putHeader("If-None-Match", "*");
        } else if (put.expected() != RecordLayout.ANY) {
            request.putHeader("If-Match", Conditions.tag(put.expected()));
        }
        if (!put.trace().isEmpty()) {
            request.putHeader(Trace.HEADER, Trace.header(put.trace()));
        }
        if (put.delete()) {
            return request.send();
        }
        return request.send(Window.over(put.payload()));
    }

    private PutAnswer answer(HttpClientResponse response, Buffer body, AckLevel ack) {
        var tree = client.json(response, body);
        var stored =
                new Outcome.Stored(tree.path("version").asLong(), tree.path("timestamp").asLong());
        return new PutAnswer(stored, tree.path("shard").asInt(), ack);
    }

    @Override
    public CompletableFuture<Optional<byte[]>> trigger(
            Member member, String key, byte[] payload, boolean wait) {
        var path = "/v1/trigger" + KeyPath.encode(key) + (wait ? "?reply=wait" : "");
        return client.exchange(
                        HttpMethod.POST,
                        member,
                        path,
                        ANSWER_MILLIS,
                        request -> request.send(Buffer.buffer(payload)),
                        response ->
                                MemberClient.whole(response, ANSWER_BYTES_MAX)
                                        .map(body -> reply(response, body)))
                .recover(HttpPeers::unknown)
                .toCompletionStage()
                .toCompletableFuture();
    }

    private Optional<byte[]> reply(HttpClientResponse response, Buffer body) {
        return switch (response.statusCode()) {
            case 200 -> Optional.of(body.getBytes());
            case 202, 204 -> Optional.empty();
            default -> {
                var _ = client.json(response, body);
                yield Optional.empty();
            }
        };
    }

    /** A connection that breaks after the request has gone leaves open whether it was done. */
    private static <T> Future<T> unknown(Throwable cause) {
        return Future.failedFuture(
                cause instanceof Failure
                        ? cause
                        : new Failure(
                                Failure.Kind.OUTCOME_UNKNOWN,
                                "the connection broke off: " + cause.getMessage()));
    }
}
