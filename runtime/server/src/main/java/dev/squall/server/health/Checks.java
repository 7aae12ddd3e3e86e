package dev.squall.server.health;

import dev.squall.node.Node;
import dev.squall.node.NodeState;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Alive until it has failed or is stopped; started once it knows of a view, from this life or an
 * earlier one; ready while it serves everything, else with the reason. A node without a majority is
 * alive, for a restart would not help it.
 */
@Singleton
public final class Checks {

    private final Node node;

    Checks(Node node) {
        this.node = node;
    }

    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return () -> answer("node", alive(node.state().phase()));
    }

    private static boolean alive(NodeState.Phase phase) {
        return switch (phase) {
            case FORMING, RUNNING, WEDGED -> true;
            case FAILED, STOPPED -> false;
        };
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck ready() {
        return () -> answer("shards", node.state().ready());
    }

    @Produces
    @Singleton
    @Startup
    HealthCheck started() {
        return () -> answer("view", node.state().view() > 0);
    }

    private HealthCheckResponse answer(String name, boolean up) {
        var state = node.state();
        var response =
                HealthCheckResponse.named(name)
                        .status(up)
                        .withData("phase", state.phase().name().toLowerCase(Locale.ROOT))
                        .withData("view", state.view());
        if (!state.reason().isEmpty()) {
            response.withData("reason", state.reason());
        }
        return response.build();
    }
}
