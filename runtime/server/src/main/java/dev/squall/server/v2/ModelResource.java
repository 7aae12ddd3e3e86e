package dev.squall.server.v2;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.server.v2.ModelAnswers.AllStatistics;
import dev.squall.server.v2.ModelAnswers.Config;
import dev.squall.server.v2.ModelAnswers.Metadata;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What there is to ask, and how it has been doing. */
@Path("/v2/models")
@Tag(name = "inference")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class ModelResource {

    private final Node node;
    private final ServedModels models;
    private final ModelAnswers answers;

    ModelResource(Node node, ServedModels models, ModelAnswers answers) {
        this.node = node;
        this.models = models;
        this.answers = answers;
    }

    /** All names. */
    public record Names(List<String> models) {}

    /** Whether a model would answer. */
    public record Ready(String name, boolean ready) {}

    @GET
    @Operation(operationId = "listModels", summary = "List the models")
    public Names list() {
        return new Names(node.models().names());
    }

    @GET
    @Path("/stats")
    @Operation(operationId = "getAllModelStats", summary = "Show the statistics of all models")
    public AllStatistics statistics() {
        return new AllStatistics(
                node.models().names().stream()
                        .map(name -> answers.statistics(models.find(name, null)))
                        .toList());
    }

    @GET
    @Path("/{model}")
    @Operation(operationId = "getModel", summary = "Show what a model takes and gives")
    public Metadata get(@PathParam("model") String model) {
        return metadata(model, null);
    }

    @GET
    @Path("/{model}/versions/{version}")
    @Operation(operationId = "getModelVersion", summary = "Show what a version takes and gives")
    public Metadata getVersion(
            @PathParam("model") String model, @PathParam("version") String version) {
        return metadata(model, version);
    }

    private Metadata metadata(String model, @Nullable String version) {
        return Metadata.of(models.find(model, version));
    }

    @GET
    @Path("/{model}/ready")
    @Operation(operationId = "getModelReady", summary = "Ask whether a model would answer")
    public Ready ready(@PathParam("model") String model) {
        return ready(model, null);
    }

    @GET
    @Path("/{model}/versions/{version}/ready")
    @Operation(operationId = "getModelVersionReady", summary = "Ask whether a version would answer")
    public Ready readyVersion(
            @PathParam("model") String model, @PathParam("version") String version) {
        return ready(model, version);
    }

    private Ready ready(String model, @Nullable String version) {
        var spec = models.find(model, version);
        if (!node.models().ready(spec.name())) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "model '" + spec.name() + "' is not ready");
        }
        return new Ready(spec.name(), true);
    }

    @GET
    @Path("/{model}/config")
    @Operation(operationId = "getModelConfig", summary = "Show a model's configuration")
    public Config config(@PathParam("model") String model) {
        return Config.of(models.find(model, null));
    }

    @GET
    @Path("/{model}/versions/{version}/config")
    @Operation(operationId = "getModelVersionConfig", summary = "Show a version's configuration")
    public Config configVersion(
            @PathParam("model") String model, @PathParam("version") String version) {
        return Config.of(models.find(model, version));
    }

    @GET
    @Path("/{model}/stats")
    @Operation(operationId = "getModelStats", summary = "Show a model's statistics")
    public AllStatistics stats(@PathParam("model") String model) {
        return new AllStatistics(List.of(answers.statistics(models.find(model, null))));
    }

    @GET
    @Path("/{model}/versions/{version}/stats")
    @Operation(operationId = "getModelVersionStats", summary = "Show a version's statistics")
    public AllStatistics statsVersion(
            @PathParam("model") String model, @PathParam("version") String version) {
        return new AllStatistics(List.of(answers.statistics(models.find(model, version))));
    }
}
