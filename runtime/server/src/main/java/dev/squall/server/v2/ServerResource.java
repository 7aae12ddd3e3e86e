package dev.squall.server.v2;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The server as the protocol sees it. */
@Path("/v2")
@Tag(name = "inference")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class ServerResource {

    private static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "model_repository", "statistics", "model_configuration");

    private final Node node;
    private final String version;

    ServerResource(
            Node node, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.node = node;
        this.version = version;
    }

    /** Who answers. */
    public record Server(String name, String version, List<String> extensions) {}

    /** Alive. */
    public record Live(boolean live) {}

    /** Ready. */
    public record Ready(boolean ready) {}

    @GET
    @Operation(operationId = "getServer", summary = "Show the server and its extensions")
    public Server server() {
        return new Server("squall", version, EXTENSIONS);
    }

    @GET
    @Path("/health/live")
    @Operation(operationId = "getServerLive", summary = "Ask whether the server is alive")
    public Live live() {
        return new Live(true);
    }

    @GET
    @Path("/health/ready")
    @Operation(operationId = "getServerReady", summary = "Ask whether the server would answer")
    public Ready ready() {
        var state = node.state();
        if (!state.ready()) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "the node is not ready: " + state.reason());
        }
        return new Ready(true);
    }
}
