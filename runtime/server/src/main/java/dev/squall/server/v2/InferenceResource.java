package dev.squall.server.v2;

import dev.squall.node.Node;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.EventLoop;
import dev.squall.udl.ModelSpec;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Inference. The body's form is told by its header and never by its Content-Type, which clients of
 * this protocol leave out or set to anything.
 */
@Path("/v2/models/{model}")
@Tag(name = "inference", description = "The Open Inference Protocol v2")
@Consumes(MediaType.WILDCARD)
@Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
@NonBlocking
public final class InferenceResource {

    /** Says where a body's JSON ends; 0 in a request = no JSON, one raw input. */
    static final String HEAD_LENGTH = "Inference-Header-Content-Length";

    /** Larger bodies are decoded off the event loop: 64 KiB take a fraction of a millisecond. */
    private static final int INLINE_BYTES = 64 << 10;

    private final Node node;
    private final ServedModels models;
    private final Bodies bodies;
    private final CodecTimes times;
    private final ExecutorService threads;

    InferenceResource(
            Node node,
            ServedModels models,
            Bodies bodies,
            CodecTimes times,
            @VirtualThreads ExecutorService threads) {
        this.node = node;
        this.models = models;
        this.bodies = bodies;
        this.times = times;
        this.threads = threads;
    }

    @POST
    @Path("/infer")
    @Operation(
            operationId = "infer",
            summary = "Ask a model",
            description =
                    "JSON, with or without the binary tensor extension; or, with"
                            + " Inference-Header-Content-Length: 0, the bytes of the one input.")
    @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "200", description = "The outputs, in the form asked for")
    @APIResponse(responseCode = "400", description = "The request does not fit the model")
    @APIResponse(responseCode = "404", description = "There is no such model")
    @APIResponse(responseCode = "429", description = "Too many requests wait for it")
    public CompletionStage<Response> infer(
            @Context HttpServerRequest request,
            @PathParam("model") String model,
            @HeaderParam(HEAD_LENGTH) @Nullable String head,
            @HeaderParam("Accept-Encoding") @Nullable String accepted) {
        return run(request, models.find(model, null), head, accepted);
    }

    @POST
    @Path("/versions/{version}/infer")
    @Operation(operationId = "inferVersion", summary = "Ask a version of a model")
    @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "200", description = "The outputs, in the form asked for")
    @APIResponse(responseCode = "404", description = "There is no such version")
    public CompletionStage<Response> inferVersion(
            @Context HttpServerRequest request,
            @PathParam("model") String model,
            @PathParam("version") String version,
            @HeaderParam(HEAD_LENGTH) @Nullable String head,
            @HeaderParam("Accept-Encoding") @Nullable String accepted) {
        return run(request, models.find(model, version), head, accepted);
    }

    private CompletionStage<Response> run(
            HttpServerRequest request,
            ModelSpec model,
            @Nullable String head,
            @Nullable String accepted) {
        var loop = EventLoop.current();
        return bodies.use(
                request,
                bodies.objectBytes(),
                body -> {
                    Executor decoder = body.length > INLINE_BYTES ? threads : Runnable::run;
                    return CompletableFuture.completedFuture(body)
                            .thenComposeAsync(bytes -> infer(model, bytes, head), decoder)
                            .thenApplyAsync(reply -> answer(reply, accepted), loop);
                });
    }

    private CompletableFuture<InferReply> infer(
            ModelSpec model, byte[] body, @Nullable String head) {
        long begin = System.nanoTime();
        var request = RequestReader.read(model, body, head);
        long decoded = System.nanoTime() - begin;
        return node.models()
                .infer(
                        model.name(),
                        request.inputs(),
                        outputs -> {
                            long given = System.nanoTime();
                            var reply = InferReply.of(model, request, outputs);
                            times.add(model.name(), decoded, System.nanoTime() - given);
                            return reply;
                        });
    }

    private static Response answer(InferReply reply, @Nullable String accepted) {
        var response = Response.ok();
        boolean binary = reply.headLength() >= 0;
        if (binary) {
            response.header(HEAD_LENGTH, reply.headLength());
        }
        var coding = Coding.of(accepted, reply.body().length);
        if (coding != Coding.IDENTITY) {
            response.header("Content-Encoding", coding.label());
        }
        return response.type(
                        binary
                                ? MediaType.APPLICATION_OCTET_STREAM_TYPE
                                : MediaType.APPLICATION_JSON_TYPE)
                .entity(coding.encode(reply.body()))
                .build();
    }
}
