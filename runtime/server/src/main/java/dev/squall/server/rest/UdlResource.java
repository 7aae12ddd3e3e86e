package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.UdlInfo;
import dev.squall.node.Upload;
import dev.squall.server.http.Await;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.FormPart;
import dev.squall.server.http.KeyPath;
import dev.squall.server.route.MemberClient;
import dev.squall.server.route.Scatter;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** User-defined logic: jars in, versions and their counters out. */
@Path("/v1/udls")
@Tag(name = "logic")
@Produces(MediaType.APPLICATION_JSON)
public final class UdlResource {

    private final Node node;
    private final Bodies bodies;
    private final UdlTotals totals;
    private final Scatter scatter;
    private final ExecutorService threads;

    UdlResource(
            Node node,
            Bodies bodies,
            UdlTotals totals,
            Scatter scatter,
            @VirtualThreads ExecutorService threads) {
        this.node = node;
        this.bodies = bodies;
        this.totals = totals;
        this.scatter = scatter;
        this.threads = threads;
    }

    /** UDL versions. */
    public record Udls(List<UdlInfo> udls) {}

    /** One name's versions, oldest first. */
    public record Versions(String name, List<UdlInfo> versions) {}

    /** Log lines, oldest first within a node. */
    public record Logs(String name, List<String> lines) {}

    @POST
    @Consumes(MediaType.WILDCARD)
    @NonBlocking
    @Operation(
            operationId = "uploadUdl",
            summary = "Upload a jar",
            description =
                    "As the body, or as the part jarfile of a form. Every node has bound it when"
                            + " the answer comes; the same bytes again change nothing.")
    @RequestBody(
            content = {
                @Content(
                        mediaType = "application/java-archive",
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = MediaType.MULTIPART_FORM_DATA,
                        schema = @Schema(implementation = JarForm.class))
            })
    @APIResponse(
            responseCode = "201",
            description = "It is new",
            content = @Content(schema = @Schema(implementation = UdlInfo.class)))
    @APIResponse(responseCode = "200", description = "It was there, or dryRun: it would be fine")
    @APIResponse(responseCode = "400", description = "Not a UDL jar; the detail says why")
    @APIResponse(responseCode = "409", description = "This version is there with other bytes")
    public CompletionStage<Response> upload(
            @Context HttpServerRequest request,
            @Parameter(hidden = true) @HeaderParam("Content-Type") @DefaultValue("") String type,
            @Parameter(description = "true = only check it")
                    @QueryParam("dryRun")
                    @DefaultValue("false")
                    boolean dryRun) {
        var loop = EventLoop.current();
        return bodies.use(
                request,
                bodies.objectBytes(),
                body ->
                        CompletableFuture.supplyAsync(() -> take(jar(body, type), dryRun), threads)
                                .thenApplyAsync(response -> response, loop));
    }

    /** A form with a jar. */
    @Schema(name = "JarForm")
    record JarForm(@Schema(type = SchemaType.STRING, format = "binary") String jarfile) {}

    private static byte[] jar(byte[] body, String type) {
        return FormPart.isForm(type) ? FormPart.find(body, type, "jarfile") : body;
    }

    private Response take(byte[] jar, boolean dryRun) {
        if (dryRun) {
            return Response.ok(node.udls().validate(jar)).build();
        }
        Upload upload = Await.on(node.udls().upload(jar));
        var udl = upload.udl();
        var place = URI.create("/v1/udls/" + udl.name() + "/" + udl.version());
        return upload.created()
                ? Response.created(place).entity(udl).build()
                : Response.ok(udl).build();
    }

    @GET
    @RunOnVirtualThread
    @Operation(
            operationId = "listUdls",
            summary = "List the UDLs",
            description = "Counters are those of the whole cluster.")
    public Udls list(
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        return new Udls(forwarded == null ? totals.list() : node.udls().list());
    }

    @GET
    @Path("/{name}")
    @RunOnVirtualThread
    @Operation(operationId = "getUdl", summary = "Show the versions of a UDL")
    @APIResponse(responseCode = "404", description = "There is no such UDL")
    public Versions get(@PathParam("name") String name) {
        var versions = totals.list().stream().filter(u -> u.name().equals(name)).toList();
        if (versions.isEmpty()) {
            throw missing(name);
        }
        return new Versions(name, versions);
    }

    @GET
    @Path("/{name}/{version:[0-9]{1,9}}")
    @RunOnVirtualThread
    @Operation(operationId = "getUdlVersion", summary = "Show a version of a UDL")
    @APIResponse(responseCode = "404", description = "There is no such version")
    public UdlInfo get(@PathParam("name") String name, @PathParam("version") int version) {
        return totals.list().stream()
                .filter(u -> u.name().equals(name) && u.version() == version)
                .findFirst()
                .orElseThrow(() -> missing(name + ":" + version));
    }

    private static Failure missing(String id) {
        return new Failure(
                Failure.Kind.NOT_FOUND, "there is no UDL '" + id + "'; POST /v1/udls uploads one");
    }

    @DELETE
    @Path("/{name}")
    @NonBlocking
    @Operation(operationId = "deleteUdl", summary = "Delete a UDL with all its versions")
    @APIResponse(responseCode = "204", description = "Deleted")
    @APIResponse(responseCode = "404", description = "There is no such UDL")
    public CompletionStage<Response> delete(@PathParam("name") String name) {
        return delete(name, 0);
    }

    @DELETE
    @Path("/{name}/{version:[0-9]{1,9}}")
    @NonBlocking
    @Operation(operationId = "deleteUdlVersion", summary = "Delete a version of a UDL")
    @APIResponse(responseCode = "204", description = "Deleted")
    @APIResponse(responseCode = "404", description = "There is no such version")
    public CompletionStage<Response> delete(
            @PathParam("name") String name, @PathParam("version") int version) {
        return node.udls()
                .delete(name, version)
                .thenApplyAsync(_ -> Response.noContent().build(), EventLoop.current());
    }

    @PUT
    @Path("/{name}/alias/{alias}")
    @NonBlocking
    @Operation(operationId = "putUdlAlias", summary = "Point an alias at versions of a UDL")
    @APIResponse(responseCode = "501", description = "Not available yet")
    public CompletionStage<Response> alias(
            @PathParam("name") String name, @PathParam("alias") String alias) {
        return NotYetResource.notYet(
                "alias '%s' of '%s'; graphs run the newest version".formatted(alias, name));
    }

    @POST
    @Path("/{name}/rollback")
    @NonBlocking
    @Operation(operationId = "rollbackUdl", summary = "Return to an earlier version of a UDL")
    @APIResponse(responseCode = "501", description = "Not available yet")
    public CompletionStage<Response> rollback(@PathParam("name") String name) {
        return NotYetResource.notYet(
                "rolling '%s' back; delete the newer version instead".formatted(name));
    }

    @GET
    @Path("/{name}/logs")
    @RunOnVirtualThread
    @Operation(
            operationId = "getUdlLogs",
            summary = "Show what a UDL logged last",
            description = "Of its newest version, node by node.")
    @APIResponse(responseCode = "404", description = "There is no such UDL")
    public Logs logs(
            @PathParam("name") String name,
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        var lines = new ArrayList<String>();
        for (var line : node.udls().logs(name)) {
            lines.add("node " + node.config().id() + ": " + line);
        }
        if (forwarded == null) {
            var path = "/v1/udls/" + KeyPath.parameter(name) + "/logs";
            for (var body : Await.on(scatter.all(path)).bodies()) {
                body.path("lines").forEach(line -> lines.add(line.asText()));
            }
        }
        return new Logs(name, lines);
    }
}
