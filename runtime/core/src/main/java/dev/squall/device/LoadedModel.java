package dev.squall.device;

import dev.squall.base.Clock;
import dev.squall.udl.Inference;
import dev.squall.udl.Model;
import dev.squall.udl.ModelEngine;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One model of the catalog: loads itself once, and counts what it does. Any thread. */
final class LoadedModel implements Model {

    final ModelSource source;
    private final ModelEngine engine;
    private final Path directory;
    private final Clock clock;
    private final LongAdder successes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder queueNanos = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();
    private volatile long lastMillis;
    private volatile @Nullable Model model;

    LoadedModel(ModelSource source, ModelEngine engine, Path directory, Clock clock) {
        this.source = source;
        this.engine = engine;
        this.directory = directory;
        this.clock = clock;
    }

    boolean loaded() {
        return model != null;
    }

    private Model model() {
        var loaded = model;
        return loaded != null ? loaded : load();
    }

    private synchronized Model load() {
        var loaded = model;
        if (loaded != null) {
            return loaded;
        }
        try {
            Files.createDirectories(directory);
            var file = Files.createTempFile(directory, spec().name() + "-", ".model");
            try {
                Files.write(file, source.bytes().get());
                loaded = engine.load(spec(), file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("model " + spec().name() + ": " + e.getMessage(), e);
        }
        model = loaded;
        return loaded;
    }

    @Override
    public ModelSpec spec() {
        return source.spec();
    }

    @Override
    public String device() {
        return engine.device();
    }

    @Override
    public Inference infer(List<Tensor> inputs) {
        var ready = model();
        long start = clock.nanos();
        try {
            var answer = ready.infer(inputs);
            successes.increment();
            return answer;
        } catch (RuntimeException e) {
            failures.increment();
            throw e;
        } finally {
            inferNanos.add(clock.nanos() - start);
            lastMillis = clock.micros() / 1000;
        }
    }

    void queued(long nanos) {
        queueNanos.add(nanos);
    }

    ModelStats stats() {
        return new ModelStats(
                successes.sum(), failures.sum(), queueNanos.sum(), inferNanos.sum(), lastMillis);
    }

    @Override
    public synchronized void close() {
        var loaded = model;
        if (loaded != null) {
            model = null;
            loaded.close();
        }
    }
}
