package dev.squall.workbench;

import dev.squall.udl.Models;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Udl;
import dev.squall.udl.UdlContext;
import dev.squall.udl.UdlMetrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One lane of one UDL entry, on a workbench.
 *
 * <p>The entry's class comes from the descriptor and by the service loader, its models run in the
 * real engine, and the objects it was handed can be read back as in a node. What fails in {@link
 * Udl#handle} is thrown at the caller.
 *
 * <p>Used by one thread, as a lane.
 */
public final class Workbench implements UdlContext, AutoCloseable {

    private static final int NODE = 1;
    private static final String DEVICE = "cpu";

    private final Descriptor descriptor;
    private final Map<String, String> config;
    private final DeskModels models;
    private final Udl udl;
    private final List<ObjectView> objects = new ArrayList<>();
    private final Map<String, Long> counters = new TreeMap<>();

    private Workbench(Descriptor descriptor, String entry, Map<String, String> overlay) {
        var loader = Thread.currentThread().getContextClassLoader();
        this.descriptor = descriptor;
        config = new TreeMap<>(descriptor.entries().getOrDefault(entry, Map.of()));
        config.putAll(overlay);
        models = new DeskModels(loader, descriptor.models());
        udl = instance(loader, descriptor, entry);
    }

    /**
     * Opens the entry of the UDL in the class path.
     *
     * @param entry the entry's name in the descriptor
     * @param overlay what a graph would add to its configuration
     */
    public static Workbench open(String entry, Map<String, String> overlay) throws Exception {
        var loader = Thread.currentThread().getContextClassLoader();
        var bench = new Workbench(Descriptor.read(loader), entry, overlay);
        bench.udl.open(bench);
        return bench;
    }

    private static Udl instance(ClassLoader loader, Descriptor descriptor, String entry) {
        String type = descriptor.classes().get(entry);
        return ServiceLoader.load(Udl.class, loader).stream()
                .filter(provider -> provider.type().getName().equals(type))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "entry '%s' has class %s, which META-INF/services lacks"
                                        .formatted(entry, type)))
                .get();
    }

    /** Hands an object to the UDL and returns what it answered. */
    public Answers handle(ObjectView object) throws Exception {
        if (object.version() > 0) {
            objects.add(object);
        }
        var answers = new Answers();
        udl.handle(object, answers);
        return answers;
    }

    /** A counter so far; 0 when the UDL never counted it. */
    public long counter(String name) {
        return counters.getOrDefault(name, 0L);
    }

    /** All counters so far. */
    public Map<String, Long> counters() {
        return counters;
    }

    @Override
    public String udl() {
        return descriptor.udl();
    }

    @Override
    public int node() {
        return NODE;
    }

    @Override
    public Map<String, String> config() {
        return config;
    }

    @Override
    public System.Logger logger() {
        return System.getLogger(descriptor.udl());
    }

    @Override
    public UdlMetrics metrics() {
        return (name, amount) -> counters.merge(name, amount, Long::sum);
    }

    @Override
    public Optional<ObjectView> get(String key) {
        return newest(key, _ -> true);
    }

    @Override
    public Optional<ObjectView> get(String key, long version) {
        return newest(key, object -> object.version() <= version);
    }

    @Override
    public Optional<ObjectView> getAt(String key, long timestamp) {
        return newest(key, object -> object.timestamp() <= timestamp);
    }

    private Optional<ObjectView> newest(String key, Predicate<ObjectView> among) {
        return objects.stream()
                .filter(object -> object.key().equals(key))
                .filter(among)
                .max(Comparator.comparingLong(ObjectView::version));
    }

    @Override
    public Models models() {
        return models;
    }

    @Override
    public String device() {
        return DEVICE;
    }

    @Override
    public void close() {
        try (models) {
            udl.close();
        } catch (Exception e) {
            throw new IllegalStateException(udl() + " failed to close", e);
        }
    }
}
