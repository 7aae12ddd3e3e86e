package dev.squall.server;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.server.config.NodeSettings;
import dev.squall.server.config.SquallConfig;
import dev.squall.server.route.HttpPeers;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The node's life in this process: started with the application, before the first request; at its
 * end it leaves the group before HTTP goes away. A configuration that makes no sense ends the start
 * with one sentence.
 */
@ApplicationScoped
public class NodeLife {

    private static final Logger LOG = Logger.getLogger(NodeLife.class);

    /** The node that everything here stands in front of. */
    @Produces
    @Singleton
    @Startup
    Node node(
            SquallConfig config,
            HttpPeers peers,
            @ConfigProperty(name = "quarkus.http.host") String httpHost,
            @ConfigProperty(name = "quarkus.http.port") int httpPort,
            @ConfigProperty(name = "quarkus.http.insecure-requests", defaultValue = "enabled")
                    String insecure) {
        try {
            if (!new InetSocketAddress(httpHost, httpPort).getAddress().isLoopbackAddress()
                    && !insecure.equals("disabled")) {
                LOG.warnf(
                        "REST is NOT ENCRYPTED: it listens at %s:%d, beyond this machine;"
                                + " `squall node --tls DIR` gives it HTTPS",
                        httpHost, httpPort);
            }
            var settings = NodeSettings.of(config, httpPort);
            LOG.infof(
                    "node %d of cluster '%s', %d member(s), data in %s",
                    settings.id(), settings.cluster(), settings.members().size(), settings.data());
            return Node.start(settings, peers);
        } catch (Failure e) {
            throw new IllegalStateException("cannot start: " + e.getMessage(), e);
        }
    }

    /**
     * Leaves the group while this process still answers, so that what others pass on to it in the
     * meantime is not lost on it.
     */
    void leave(@Observes ShutdownDelayInitiatedEvent event, Node node) {
        LOG.infof("node %d leaves the group", node.config().id());
        node.close();
        LOG.infof("node %d has stopped", node.config().id());
    }

    void close(@Disposes Node node) {
        node.close();
    }
}
