package dev.squall.cli.local;

import java.nio.file.Path;

/**
 * One node of a cluster on this machine.
 *
 * @param id from 1
 * @param dir where its data, its configuration and its log lie
 * @param httpPort REST, console and metrics
 * @param fabricPort where the other members reach it
 * @param tls whether it speaks TLS, with members and with clients
 */
public record NodePlan(int id, Path dir, int httpPort, int fabricPort, boolean tls) {

    public String url() {
        return (tls ? "https://" : "http://") + ClusterPlan.HOST + ":" + httpPort;
    }

    /** The name of its certificate. */
    String name() {
        return "node" + id;
    }

    public Path config() {
        return dir.resolve("node.properties");
    }

    public Path log() {
        return dir.resolve("node.log");
    }

    /** The name under which its process is known to people. */
    public String role() {
        return "node " + id;
    }

    /** {@code id@fabricHost:fabricPort@restUrl}, as the member list wants it. */
    String member() {
        return id + "@" + ClusterPlan.HOST + ":" + fabricPort + "@" + url();
    }
}
