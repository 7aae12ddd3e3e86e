package dev.squall.server.problem;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** Says once, for every call in the API's description, what an error looks like. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ProblemSchema implements OASFilter {

    @Override
    public void filterOpenAPI(OpenAPI api) {
        var components = api.getComponents();
        if (components == null) {
            components = OASFactory.createComponents();
            api.setComponents(components);
        }
        components.addSchema(
                "Problem",
                object("A problem document (RFC 9457)")
                        .addProperty("type", text("Names the kind; see " + Problem.TYPES))
                        .addProperty("title", text("The kind in words"))
                        .addProperty("status", number())
                        .addProperty("detail", text("The value, the limit, what to do"))
                        .addProperty("reason", text("One word for programs, where it helps")));
        components.addSchema(
                "InferenceError", object("An error under /v2").addProperty("error", text("Why")));
        api.getPaths()
                .getPathItems()
                .forEach((path, item) ->
                        item.getOperations()
                                .values()
                                .forEach(operation -> addError(path, operation)));
    }

    private static void addError(String path, Operation operation) {
        boolean inference = ProblemAnswers.inference(path);
        var schema = inference ? "InferenceError" : "Problem";
        MediaType content =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(schema));
        operation
                .getResponses()
                .addAPIResponse(
                        "default",
                        OASFactory.createAPIResponse()
                                .description("Anything else: what was wrong and what to do")
                                .content(
                                        OASFactory.createContent()
                                                .addMediaType(
                                                        ProblemAnswers.mediaType(path), content)));
    }

    private static Schema object(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.OBJECT).description(description);
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
    }

    private static Schema number() {
        return OASFactory.createSchema().addType(Schema.SchemaType.INTEGER);
    }
}
