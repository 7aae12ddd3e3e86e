package dev.squall.server.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.base.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Writes problem documents to answers that no resource is responsible for. Under /v2 the document
 * is {@code {"error": detail}}, as the Open Inference Protocol has it.
 */
@Singleton
public final class ProblemAnswers {

    private static final String INFERENCE = "/v2";

    private final ObjectMapper json;

    ProblemAnswers(ObjectMapper json) {
        this.json = json;
    }

    /** Whether errors of this path have the Open Inference Protocol's form. */
    public static boolean inference(String path) {
        return path.equals(INFERENCE) || path.startsWith(INFERENCE + "/");
    }

    /** A request's path as it was sent; empty when it has none. */
    public static String path(HttpServerRequest request) {
        var path = request.path();
        return path == null ? "" : path;
    }

    /** The document's media type under this path. */
    static String mediaType(String path) {
        return inference(path) ? "application/json" : Problem.MEDIA_TYPE;
    }

    /** The document under this path, to be written as JSON. */
    static Object document(String path, Problem problem) {
        return inference(path) ? Map.of("error", problem.detail()) : problem;
    }

    /** Ends a request with what a failure means. */
    public void end(RoutingContext context, Failure failure) {
        end(context, Problem.of(failure));
    }

    /** Ends a request with a problem, if its answer has not begun. */
    public void end(RoutingContext context, Problem problem) {
        var response = context.response();
        if (response.headWritten()) {
            response.reset();
            return;
        }
        var path = path(context.request());
        response.setStatusCode(problem.status());
        response.putHeader(HttpHeaders.CONTENT_TYPE, mediaType(path));
        if (problem.again()) {
            response.putHeader("Retry-After", Problem.RETRY_AFTER_SECONDS);
        }
        response.end(Buffer.buffer(bytes(document(path, problem))));
    }

    private byte[] bytes(Object document) {
        try {
            return json.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem document is not JSON", e);
        }
    }
}
