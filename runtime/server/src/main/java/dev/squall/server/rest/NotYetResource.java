package dev.squall.server.rest;

import dev.squall.base.Failure;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Calls whose names are settled and which are not built yet: each says so. */
@Path("/v1")
@Tag(name = "not available yet", description = "Calls whose names are settled")
@APIResponse(responseCode = "501", description = "Not available yet")
@NonBlocking
public final class NotYetResource {

    @GET
    @Path("/placement")
    @Operation(operationId = "getPlacement", summary = "Show the plan in force")
    public CompletionStage<Response> placement() {
        return notYet("the placement plan");
    }

    @POST
    @Path("/placement/plan")
    @Operation(operationId = "planPlacement", summary = "Make a plan without carrying it out")
    public CompletionStage<Response> plan() {
        return notYet("planning a placement");
    }

    /** Says that something is not built yet, and what to do meanwhile. */
    static CompletionStage<Response> notYet(String what) {
        return CompletableFuture.failedStage(
                new Failure(Failure.Kind.NOT_AVAILABLE_YET, "not available yet: " + what));
    }
}
