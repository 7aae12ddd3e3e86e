package dev.squall.device;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.udl.Model;
import dev.squall.udl.ModelEngine;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Models;
import dev.squall.udl.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The models of a node by name. They come with UDL jars; engines come with the node, by {@link
 * ServiceLoader}. Nothing native is loaded before a model is first asked for, so a node without
 * models pays nothing.
 *
 * <p>{@link #infer} runs on {@link #WORKERS} platform threads behind a queue of {@link #QUEUE_MAX}
 * runs; UDLs call their models on their own lane's thread instead. Any thread may call.
 */
public final class ModelCatalog implements Models, AutoCloseable {

    /** Threads that run models for callers outside. */
    public static final int WORKERS = Math.max(1, Math.min(4, processors() / 2));

    /** Runs that may wait; one more is refused. */
    public static final int QUEUE_MAX = 1024;

    /** Models a node knows. */
    public static final int MODELS_MAX = 256;

    private final ConcurrentSkipListMap<String, LoadedModel> models = new ConcurrentSkipListMap<>();
    private final Path directory;
    private final Clock clock;
    private final ThreadPoolExecutor workers;

    /**
     * @param directory where model files lie for the moment in which they are loaded
     */
    public ModelCatalog(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
        var threads = Thread.ofPlatform().name("model-", 0).daemon().factory();
        this.workers =
                new ThreadPoolExecutor(
                        WORKERS,
                        WORKERS,
                        60,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE_MAX),
                        threads);
        workers.allowCoreThreadTimeOut(true);
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Takes a model in, in place of an older one of its name. */
    public void add(ModelSource source) {
        var name = source.spec().name();
        if (models.size() >= MODELS_MAX && !models.containsKey(name)) {
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "this node knows %d models, the most there may be".formatted(MODELS_MAX));
        }
        var before =
                models.put(name, new LoadedModel(source, engine(source.spec()), directory, clock));
        if (before != null) {
            before.close();
        }
    }

    /** Forgets the models that a UDL brought. */
    public void removeOf(String owner) {
        for (var model : models.values()) {
            if (model.source.owner().equals(owner) && models.remove(model.spec().name(), model)) {
                model.close();
            }
        }
    }

    private static ModelEngine engine(ModelSpec spec) {
        var platforms = new ArrayList<String>();
        for (var engine :
                ServiceLoader.load(ModelEngine.class, ModelCatalog.class.getClassLoader())) {
            if (engine.platform().equals(spec.platform())) {
                return engine;
            }
            platforms.add(engine.platform());
        }
        throw new Failure(
                Failure.Kind.INVALID,
                "model '%s' is for platform '%s'; this node runs %s"
                        .formatted(spec.name(), spec.platform(), platforms));
    }

    @Override
    public List<String> names() {
        return List.copyOf(models.keySet());
    }

    /** Names of the models that are in memory. */
    public List<String> held() {
        return models.values().stream()
                .filter(LoadedModel::loaded)
                .map(m -> m.spec().name())
                .toList();
    }

    public Optional<ModelSpec> spec(String name) {
        return Optional.ofNullable(models.get(name)).map(LoadedModel::spec);
    }

    public ModelStats stats(String name) {
        return find(name).stats();
    }

    @Override
    public Model model(String name) {
        return find(name);
    }

    private LoadedModel find(String name) {
        var model = models.get(name);
        if (model == null) {
            throw new Failure(
                    Failure.Kind.NOT_FOUND,
                    "no model '%s'; this node knows %s".formatted(name, models.keySet()));
        }
        return model;
    }

    /**
     * Runs a model on a thread of its own.
     *
     * @param inputs must stay unchanged until the answer is there
     * @param read makes the answer from the outputs while they are valid
     */
    public <R> CompletableFuture<R> infer(
            String name, List<Tensor> inputs, Function<List<Tensor>, R> read) {
        var answer = new CompletableFuture<R>();
        try {
            var model = find(name);
            long posted = clock.nanos();
            workers.execute(() -> {
                model.queued(clock.nanos() - posted);
                run(model, inputs, read, answer);
            });
        } catch (RejectedExecutionException _) {
            answer.completeExceptionally(
                    new Failure(
                            Failure.Kind.OVERLOADED,
                            QUEUE_MAX + " inferences wait already, the most there may be"));
        } catch (Failure e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private static <R> void run(
            LoadedModel model,
            List<Tensor> inputs,
            Function<List<Tensor>, R> read,
            CompletableFuture<R> answer) {
        try (var inference = model.infer(inputs)) {
            answer.complete(read.apply(inference.outputs()));
        } catch (IllegalArgumentException e) {
            answer.completeExceptionally(
                    new Failure(Failure.Kind.INVALID, String.valueOf(e.getMessage())));
        } catch (RuntimeException | LinkageError e) {
            answer.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        models.values().forEach(LoadedModel::close);
        models.clear();
    }
}
