package dev.squall.bench.maps;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is measured. The maps of others are there only in a build that was asked for them. */
public enum MapSystem {
    SQUALL("squall", ""),
    /** No index: the limit. */
    MEMORY("memory", ""),
    CHM("chm", ""),
    LMDB("lmdb", "LmdbMap"),
    ROCKSDB("rocksdb", "RocksMap"),
    CHRONICLE("chronicle", "ChronicleBackedMap");

    private final String label;
    private final String peer;

    MapSystem(String label, String peer) {
        this.label = label;
        this.peer = peer;
    }

    /** Its name at the command line and in results. */
    public String label() {
        return label;
    }

    /** The systems of these names, squall and bare memory before them. */
    public static List<MapSystem> of(List<String> labels) {
        var asked = labels.stream().map(MapSystem::of).toList();
        return Arrays.stream(values())
                .filter(s -> s == SQUALL || s == MEMORY || asked.contains(s))
                .toList();
    }

    private static MapSystem of(String label) {
        return Arrays.stream(values())
                .filter(s -> s.label.equals(label.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "peer '%s' is not known to a local get; there are %s"
                                        .formatted(label, labels())));
    }

    private static String labels() {
        return Arrays.stream(values()).map(MapSystem::label).collect(Collectors.joining(", "));
    }

    /**
     * An empty map.
     *
     * @param directory for those that need files
     */
    LocalMap open(int size, int keys, Path directory) {
        return switch (this) {
            case SQUALL -> new SquallMap(size);
            case MEMORY -> new BareMemory(size, keys);
            case CHM -> new JdkMap(size, keys);
            case LMDB, ROCKSDB, CHRONICLE -> peer(size, keys, directory);
        };
    }

    private LocalMap peer(int size, int keys, Path directory) {
        try {
            return Class.forName(MapSystem.class.getPackageName() + ".peer." + peer)
                    .asSubclass(LocalMap.class)
                    .getConstructor(int.class, int.class, Path.class)
                    .newInstance(size, keys, directory);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    label + " is not in this build; `./squall bench get --peers …` builds it in",
                    e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(label + " cannot be opened", e);
        }
    }
}
