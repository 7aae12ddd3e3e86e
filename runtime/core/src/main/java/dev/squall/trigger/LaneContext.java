package dev.squall.trigger;

import dev.squall.store.ReadResult;
import dev.squall.store.StoredObject;
import dev.squall.udl.Models;
import dev.squall.udl.ObjectView;
import dev.squall.udl.UdlContext;
import dev.squall.udl.UdlMetrics;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;

/** A UDL instance's door to the node. */
record LaneContext(
        Binding binding, int node, UdlStats stats, UdlLogger log, Effects effects, Models models)
        implements UdlContext {

    @Override
    public String udl() {
        return binding.udl();
    }

    @Override
    public Map<String, String> config() {
        return Map.copyOf(binding.config());
    }

    @Override
    public System.Logger logger() {
        return log;
    }

    @Override
    public UdlMetrics metrics() {
        return stats::count;
    }

    @Override
    public Optional<ObjectView> get(String key) {
        return found(effects.get(key));
    }

    @Override
    public Optional<ObjectView> get(String key, long version) {
        return found(effects.getVersion(key, version));
    }

    @Override
    public Optional<ObjectView> getAt(String key, long timestamp) {
        return found(effects.getAt(key, timestamp));
    }

    private static Optional<ObjectView> found(ReadResult result) {
        return switch (result) {
            case ReadResult.Found(var object) -> Optional.of(object);
            case ReadResult.Missing _ -> Optional.empty();
        };
    }

    @Override
    public long read(ObjectView object, long from, MemorySegment into) {
        return object instanceof StoredObject stored && stored.bulk()
                ? effects.read(stored, from, into)
                : UdlContext.super.read(object, from, into);
    }

    @Override
    public String device() {
        return models.names().stream()
                .findFirst()
                .map(name -> models.model(name).device())
                .orElse("cpu");
    }
}
