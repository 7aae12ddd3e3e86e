package dev.squall.server.problem;

import dev.squall.base.Failure;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Whatever a resource throws becomes a problem document. */
public final class ExceptionMappers {

    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    private static final int REQUEST_TIMEOUT = 408;

    private final Verbs verbs;

    ExceptionMappers(Verbs verbs) {
        this.verbs = verbs;
    }

    @ServerExceptionMapper
    Response failure(Failure failure, RoutingContext context) {
        return response(context, Problem.of(failure)).build();
    }

    @ServerExceptionMapper
    Response refusal(Refusal refusal, RoutingContext context) {
        return response(context, refusal.problem()).build();
    }

    @ServerExceptionMapper
    Response completion(CompletionException exception, RoutingContext context) {
        return switch (exception.getCause()) {
            case Failure failure -> failure(failure, context);
            case Refusal refusal -> refusal(refusal, context);
            case null, default -> unexpected(exception, context);
        };
    }

    @ServerExceptionMapper
    Response notFound(NotFoundException exception, RoutingContext context) {
        // The framework looks no further than the first class whose path fits.
        if (!verbs.allowed(ProblemAnswers.path(context.request())).isEmpty()) {
            return notAllowed(context);
        }
        return response(context, Unrouted.notFound(context.request())).build();
    }

    @ServerExceptionMapper
    Response web(WebApplicationException exception, RoutingContext context) {
        var status = exception.getResponse().getStatusInfo();
        var problem =
                Problem.of(status.getStatusCode(), status.getReasonPhrase(), detail(exception));
        return response(context, problem).build();
    }

    @ServerExceptionMapper
    Response notAllowed(NotAllowedException exception, RoutingContext context) {
        return notAllowed(context);
    }

    private Response notAllowed(RoutingContext context) {
        var path = ProblemAnswers.path(context.request());
        var allowed = verbs.allowed(path);
        var detail =
                "%s is not a verb of %s; it has %s"
                        .formatted(context.request().method(), path, allowed);
        return response(context, Problem.of(405, "Method not allowed", detail))
                .header(HttpHeaders.ALLOW, allowed)
                .build();
    }

    private static String detail(WebApplicationException exception) {
        var message = exception.getMessage();
        return message == null ? exception.getResponse().getStatusInfo().toString() : message;
    }

    @ServerExceptionMapper
    Response unexpected(Throwable exception, RoutingContext context) {
        LOG.errorf(exception, "%s %s failed", context.request().method(), context.request().path());
        return response(
                        context,
                        Problem.of(
                                500,
                                "Internal error",
                                "the node failed at this request (%s); its log says more"
                                        .formatted(exception.getClass().getSimpleName())))
                .build();
    }

    private static Response.ResponseBuilder response(RoutingContext context, Problem problem) {
        var path = ProblemAnswers.path(context.request());
        var response =
                Response.status(problem.status())
                        .type(ProblemAnswers.mediaType(path))
                        .entity(ProblemAnswers.document(path, problem));
        if (problem.status() == REQUEST_TIMEOUT) {
            response.header("Connection", "close"); // nobody waits for the rest
        }
        if (problem.again()) {
            response.header("Retry-After", Problem.RETRY_AFTER_SECONDS);
        }
        return response;
    }
}
