package dev.squall.server.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.base.Failure;
import dev.squall.fabric.tls.Credentials;
import dev.squall.server.config.SquallConfig;
import dev.squall.server.problem.Problem;
import dev.squall.store.PoolSpec;
import dev.squall.view.Member;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Speaks HTTP to the other members. Every request says in {@link #FORWARDED} who sends it, so that
 * the one who gets it answers it itself or refuses, and nothing goes around in circles.
 */
@Singleton
public final class MemberClient {

    /** Carries the id of the member that passed a request on. */
    public static final String FORWARDED = "Squall-Forwarded";

    /** A member that does not take a connection for this long is passed over. */
    static final int CONNECT_MILLIS = 1_000;

    /** Connections to one member for requests. */
    static final int CONNECTIONS_MAX = 64;

    /** Requests that wait for one of them. */
    static final int WAITING_MAX = 1024;

    private final int self;
    private final Vertx vertx;
    private final HttpClient requests;
    private final HttpClient streams;
    private final ObjectMapper json;

    MemberClient(SquallConfig config, Vertx vertx, ObjectMapper json) {
        this.self = config.node().id();
        this.vertx = vertx;
        this.json = json;
        var tls = config.tls();
        this.requests =
                vertx.createHttpClient(
                        options(CONNECTIONS_MAX, tls).setMaxWaitQueueSize(WAITING_MAX));
        int streamsMax = config.limits().watches() * PoolSpec.SHARDS_MAX;
        this.streams = vertx.createHttpClient(options(streamsMax, tls).setMaxWaitQueueSize(0));
    }

    /** Members whose address begins with https must show a certificate of the node's authority. */
    private static HttpClientOptions options(int connections, Optional<String> tls) {
        var options =
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setMaxPoolSize(connections)
                        .setTcpNoDelay(true);
        tls.map(directory -> Path.of(directory, Credentials.AUTHORITY).toString())
                .ifPresent(ca -> options.setTrustOptions(new PemTrustOptions().addCertPath(ca)));
        return options;
    }

    @PreDestroy
    void close() {
        requests.close();
        streams.close();
    }

    /**
     * Opens a request.
     *
     * @param millis how long the answer's head may take, and after it each further part
     */
    Future<HttpClientRequest> open(HttpMethod method, Member member, String path, long millis) {
        return open(requests, method, member, path, millis);
    }

    /** Opens a request whose answer never ends; it counts against no other. */
    public Future<HttpClientRequest> stream(Member member, String path, long silenceMillis) {
        return open(streams, HttpMethod.GET, member, path, silenceMillis);
    }

    private Future<HttpClientRequest> open(
            HttpClient client, HttpMethod method, Member member, String path, long millis) {
        return client.request(
                new RequestOptions()
                        .setMethod(method)
                        .setAbsoluteURI(member.rest() + path)
                        .setIdleTimeout(millis)
                        .putHeader(FORWARDED, Integer.toString(self)));
    }

    /**
     * One exchange, on an event loop from beginning to end: an answer has to be taken in the very
     * turn in which its head comes, or its end may be over before anybody looks.
     *
     * @param send sends the request
     * @param read takes the answer
     */
    <T> Future<T> exchange(
            HttpMethod method,
            Member member,
            String path,
            long millis,
            Function<HttpClientRequest, Future<HttpClientResponse>> send,
            Function<HttpClientResponse, Future<T>> read) {
        Promise<T> done = Promise.promise();
        Runnable begin =
                () ->
                        open(method, member, path, millis)
                                .recover(e -> Future.failedFuture(unreachable(member, e)))
                                .compose(send)
                                .compose(read)
                                .onComplete(done);
        if (Context.isOnEventLoopThread()) {
            begin.run();
        } else {
            vertx.getOrCreateContext().runOnContext(_ -> begin.run());
        }
        return done.future();
    }

    /** Asks a member for JSON; anything but success is a {@link Failure}. */
    Future<JsonNode> get(Member member, String path, long millis, int bytesMax) {
        return exchange(
                        HttpMethod.GET,
                        member,
                        path,
                        millis,
                        HttpClientRequest::send,
                        response -> whole(response, bytesMax).map(b -> json(response, b)))
                .recover(e -> Future.failedFuture(broken(member, e)));
    }

    /** Reads an answer's body, up to a limit. */
    static Future<Buffer> whole(HttpClientResponse response, int bytesMax) {
        var all = Buffer.buffer();
        Promise<Buffer> promise = Promise.promise();
        response.exceptionHandler(promise::tryFail);
        response.endHandler(_ -> promise.tryComplete(all));
        response.handler(part -> {
            if (part.length() > bytesMax - all.length()) {
                promise.tryFail(new IOException("an answer of more than " + bytesMax + " bytes"));
                response.request().reset();
            } else {
                all.appendBuffer(part);
            }
        });
        return promise.future();
    }

    /** The answer's JSON, or what its problem document says. */
    JsonNode json(HttpClientResponse response, Buffer body) {
        JsonNode tree;
        try {
            tree = json.readTree(body.getBytes());
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "another member answered %d and no JSON: %s"
                            .formatted(response.statusCode(), e.getMessage()));
        }
        if (response.statusCode() / 100 == 2) {
            return tree;
        }
        throw failure(response, tree);
    }

    /** What an answer's problem document says; what is none, says nothing. */
    Failure failure(HttpClientResponse response, Buffer body) {
        JsonNode tree;
        try {
            tree = json.readTree(body.getBytes());
        } catch (IOException _) {
            tree = json.missingNode();
        }
        return failure(response, tree);
    }

    private static Failure failure(HttpClientResponse response, JsonNode tree) {
        return new Failure(
                Problem.kindOf(response.statusCode(), tree.path("type").asText()),
                tree.path("detail").asText("answer " + response.statusCode()));
    }

    private static Failure unreachable(Member member, Throwable cause) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "node %d at %s takes no connection: %s"
                        .formatted(member.id(), member.rest(), cause.getMessage()));
    }

    private static Failure broken(Member member, Throwable cause) {
        return cause instanceof Failure failure
                ? failure
                : new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "node %d at %s broke off: %s"
                                .formatted(member.id(), member.rest(), cause.getMessage()));
    }
}
