package dev.squall.server.problem;

import dev.squall.base.Failure;
import dev.squall.server.config.NodeSettings;
import dev.squall.server.config.SquallConfig;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Answers requests that never reach a resource: those for paths that nothing serves, and those
 * whose body is announced as too large, which is refused before a byte of it is read.
 */
@Singleton
public final class Unrouted {

    /** How long the rest of a refused body is thrown away before the connection is closed. */
    private static final long LINGER_MILLIS = 2_000;

    /** Below here bodies become objects, which may come in chunks. */
    private static final String OBJECTS = "/v1/objects/";

    private final ProblemAnswers answers;
    private final int objectBytes;
    private final long bulkBytes;

    Unrouted(ProblemAnswers answers, SquallConfig config) {
        this.answers = answers;
        this.objectBytes = NodeSettings.objectBytes(config);
        this.bulkBytes = NodeSettings.bulkBytes(config);
    }

    void install(@Observes Router router) {
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(this::size);
        router.route()
                .order(Integer.MAX_VALUE)
                .handler(context -> answers.end(context, notFound(context.request())));
    }

    static Problem notFound(HttpServerRequest request) {
        return Problem.of(
                new Failure(
                        Failure.Kind.NOT_FOUND,
                        "nothing is served at %s; /q/openapi lists what is"
                                .formatted(request.path())));
    }

    private void size(RoutingContext context) {
        var header = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean object = ProblemAnswers.path(context.request()).startsWith(OBJECTS);
        long limit = object ? bulkBytes : objectBytes;
        if (header == null || length(header) <= limit) {
            context.next();
            return;
        }
        var request = context.request();
        // A caller who is still sending would never see the answer if the connection were cut at
        // once, so what comes is thrown away for a while.
        var connection = request.connection();
        long timer = context.vertx().setTimer(LINGER_MILLIS, _ -> connection.close());
        request.endHandler(_ -> {
            context.vertx().cancelTimer(timer);
            connection.close();
        });
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
        answers.end(
                context,
                new Failure(
                        Failure.Kind.TOO_LARGE,
                        "the body has %s bytes; the limit squall.limits.%s is %d"
                                .formatted(header, object ? "bulk-bytes" : "object-bytes", limit)));
        request.handler(_ -> {});
    }

    /** A length that is no number is the HTTP server's to refuse. */
    private static long length(String header) {
        try {
            return Long.parseLong(header);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
