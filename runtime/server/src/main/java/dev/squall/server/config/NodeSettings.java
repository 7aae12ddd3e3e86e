package dev.squall.server.config;

import dev.squall.base.Failure;
import dev.squall.node.NodeConfig;
import dev.squall.node.Threads;
import dev.squall.order.PipelineLimits;
import dev.squall.view.Member;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Turns the configuration into the core's own record, once, at the start. */
public final class NodeSettings {

    private static final String LOOPBACK = "127.0.0.1";

    /** The largest bulk object that can be configured: 64 GiB, whose manifest has 128 KiB. */
    private static final long BULK_BYTES_LIMIT = 64L << 30;

    private NodeSettings() {}

    /**
     * What the node is started with.
     *
     * @param httpPort where this node's REST listens; said to others only by a node on its own
     */
    public static NodeConfig of(SquallConfig config, int httpPort) {
        int id = config.node().id();
        var members = config.members().map(Member::parse).orElseGet(() -> alone(id, httpPort));
        if (members.stream().noneMatch(m -> m.id() == id)) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "squall.node.id is %d, but squall.members lists only %s"
                            .formatted(id, members.stream().map(Member::id).toList()));
        }
        var defaults = NodeConfig.of(id, config.cluster().name(), data(config), members);
        var limits = config.limits();
        return new NodeConfig(
                id,
                defaults.cluster(),
                defaults.data(),
                defaults.members(),
                config.fabric(),
                (int) bytes(limits.ringBytes(), defaults.ringBytes(), Integer.MAX_VALUE),
                objectBytes(config),
                bytes(limits.poolBytes(), defaults.poolBytesMax(), Long.MAX_VALUE),
                config.view().suspectAfterMillis().orElse(defaults.suspectAfterMillis()),
                config.view().assembleMillis().orElse(defaults.assembleMillis()),
                pipeline(limits),
                config.tls().map(Path::of),
                Threads.parse(config.threads().idle(), config.threads().cpus().orElse("")));
    }

    private static PipelineLimits pipeline(SquallConfig.Limits limits) {
        var from = limits.pipelineFrom().map(MemorySize::asLongValue);
        var area = limits.pipelineArea().map(MemorySize::asLongValue);
        return PipelineLimits.of(
                from.orElse((long) PipelineLimits.FROM_BYTES_DEFAULT),
                area.orElse((long) PipelineLimits.AREA_BYTES_DEFAULT));
    }

    /** The largest object, in bytes. */
    public static int objectBytes(SquallConfig config) {
        return (int) bytes(Optional.of(config.limits().objectBytes()), 0, Integer.MAX_VALUE / 2);
    }

    /** The largest object that comes in chunks, in bytes; never less than one record may have. */
    public static long bulkBytes(SquallConfig config) {
        long bytes = bytes(Optional.of(config.limits().bulkBytes()), 0, BULK_BYTES_LIMIT);
        return Math.max(bytes, objectBytes(config));
    }

    private static long bytes(Optional<MemorySize> size, long otherwise, long max) {
        long bytes = size.map(MemorySize::asLongValue).orElse(otherwise);
        if (bytes < 1 || bytes > max) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "squall.limits: %d bytes; allowed are 1 to %d".formatted(bytes, max));
        }
        return bytes;
    }

    private static List<Member> alone(int id, int httpPort) {
        return List.of(new Member(id, LOOPBACK, freePort(), "http://" + LOOPBACK + ":" + httpPort));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + LOOPBACK, e);
        }
    }

    private static Path data(SquallConfig config) {
        return config.data().dir().map(Path::of).orElseGet(NodeSettings::temporary);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("squall-");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no temporary directory for the node's data; name one with squall.data.dir", e);
        }
    }
}
