package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.ReadResult;
import dev.squall.trigger.Dispatcher;
import dev.squall.trigger.UdlDescriptor;
import dev.squall.trigger.UdlJar;
import dev.squall.trigger.UdlRuntime;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * UDLs as data: an upload is two ordered commands in the system shard, first the jar's bytes, then
 * the version that names them; every node binds it at the second. Versions are immutable. Any
 * thread.
 */
public final class UdlCatalog {

    private final Node node;
    private final Dispatcher dispatcher;
    private final UdlRuntime runtime;

    UdlCatalog(Node node, Dispatcher dispatcher, UdlRuntime runtime) {
        this.node = node;
        this.dispatcher = dispatcher;
        this.runtime = runtime;
    }

    /** Checks a jar and says what it would be; changes nothing. */
    public UdlInfo validate(byte[] jar) {
        var read = UdlJar.read(jar);
        return info(new Metadata.UdlVersion(read.descriptor(), read.sha256()));
    }

    /**
     * Uploads a jar. When the answer is there, every node has bound it. The same bytes again change
     * nothing; other bytes under the same name and version are refused.
     */
    public CompletableFuture<Upload> upload(byte[] jar) {
        try {
            var read = UdlJar.read(jar);
            var udl = new Metadata.UdlVersion(read.descriptor(), read.sha256());
            var d = read.descriptor();
            var there = node.metadata().udl(d.id());
            if (there != null && there.sha256().equals(udl.sha256())) {
                return CompletableFuture.completedFuture(new Upload(info(there), false));
            }
            if (there != null) {
                throw new Failure(
                        Failure.Kind.CONFLICT,
                        "%s is there already with other bytes (sha256 %s); raise the version"
                                .formatted(d.id(), there.sha256()));
            }
            var key = Metadata.UDLS + d.name() + "/" + d.version();
            var command = Metadata.write(udl).getBytes(StandardCharsets.UTF_8);
            return node.command(Metadata.JARS + udl.sha256(), MemorySegment.ofArray(jar))
                    .thenCompose(_ -> node.command(key, MemorySegment.ofArray(command)))
                    .thenApply(_ -> new Upload(info(udl), true));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** All versions, by name. */
    public List<UdlInfo> list() {
        return node.metadata().udlVersions().stream().map(this::info).toList();
    }

    /**
     * Deletes a version, or all.
     *
     * @param version the version; 0 = all
     */
    public CompletableFuture<Void> delete(String name, int version) {
        var versions = node.metadata().udls().get(name);
        if (versions == null || (version != 0 && !versions.containsKey(version))) {
            return CompletableFuture.failedFuture(
                    new Failure(
                            Failure.Kind.NOT_FOUND,
                            "no UDL '%s'%s"
                                    .formatted(name, version == 0 ? "" : " version " + version)));
        }
        var done = CompletableFuture.<Void>completedFuture(null);
        for (var v : new ArrayList<>(versions.keySet())) {
            if (version == 0 || v == version) {
                done = done.thenCompose(_ -> node.remove(Metadata.UDLS + name + "/" + v));
            }
        }
        return done;
    }

    /** The last lines that a UDL's newest version logged on this node. */
    public List<String> logs(String name) {
        var udl = node.metadata().udl(name);
        if (udl == null) {
            throw new Failure(Failure.Kind.NOT_FOUND, "no UDL '" + name + "'");
        }
        return runtime.stats(udl.descriptor().id()).lines();
    }

    /** A jar's bytes, out of the system shard. */
    static byte[] jar(ReadResult found, String sha256) {
        return switch (found) {
            case ReadResult.Found(var object) -> object.bytes().toArray(ValueLayout.JAVA_BYTE);
            case ReadResult.Missing(var why) ->
                    throw new IllegalStateException("jar " + sha256 + ": " + why.text());
        };
    }

    private UdlInfo info(Metadata.UdlVersion udl) {
        var d = udl.descriptor();
        var stats = runtime.stats(d.id());
        return new UdlInfo(
                d.id(),
                d.name(),
                d.version(),
                udl.sha256(),
                d.description(),
                d.entries().stream().map(UdlCatalog::entry).toList(),
                dispatcher.state(d.id()),
                stats.handled(),
                stats.failed(),
                stats.dropped(),
                stats.lastError());
    }

    private static UdlInfo.Entry entry(UdlDescriptor.Entry e) {
        return new UdlInfo.Entry(
                e.name(),
                e.type(),
                e.prefix(),
                e.on(),
                e.dispatch().label(),
                e.allReplicas() ? "all" : "one");
    }
}
