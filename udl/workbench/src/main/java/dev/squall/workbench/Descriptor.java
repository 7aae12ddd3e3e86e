package dev.squall.workbench;

import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The parts of a {@code META-INF/squall/udl.yaml} that a UDL itself meets.
 *
 * @param udl the UDL as {@code name:version}
 * @param entries configuration of each entry, by the entry's name
 * @param classes the class of each entry, by the entry's name
 * @param models the models by name
 */
record Descriptor(
        String udl,
        Map<String, Map<String, String>> entries,
        Map<String, String> classes,
        Map<String, ModelFile> models) {

    static final String PATH = "META-INF/squall/udl.yaml";

    /** A model's specification and the resource that holds it. */
    record ModelFile(ModelSpec spec, String resource) {}

    /** Reads the descriptor that this loader sees. */
    static Descriptor read(ClassLoader loader) {
        try (InputStream in = loader.getResourceAsStream(PATH)) {
            if (in == null) {
                throw new IllegalArgumentException(PATH + " is not in the class path");
            }
            return of(map(new Load(LoadSettings.builder().build()).loadFromInputStream(in)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Descriptor of(Map<?, ?> root) {
        var entries = new TreeMap<String, Map<String, String>>();
        var classes = new TreeMap<String, String>();
        for (Object item : list(root.get("entries"))) {
            Map<?, ?> entry = map(item);
            var config = new TreeMap<String, String>();
            map(entry.get("config")).forEach((key, value) -> config.put(text(key), text(value)));
            entries.put(text(entry.get("name")), config);
            classes.put(text(entry.get("name")), text(entry.get("class")));
        }
        var models = new TreeMap<String, ModelFile>();
        for (Object item : list(root.get("models"))) {
            Map<?, ?> model = map(item);
            models.put(
                    text(model.get("name")), new ModelFile(spec(model), text(model.get("file"))));
        }
        String udl = text(root.get("name")) + ":" + text(root.get("version"));
        return new Descriptor(udl, entries, classes, models);
    }

    private static ModelSpec spec(Map<?, ?> model) {
        return new ModelSpec(
                text(model.get("name")),
                Integer.parseInt(text(model.get("version"))),
                text(model.get("platform")),
                tensors(model.get("inputs")),
                tensors(model.get("outputs")));
    }

    private static List<TensorSpec> tensors(@Nullable Object node) {
        return list(node).stream().map(Descriptor::map).map(Descriptor::tensor).toList();
    }

    private static TensorSpec tensor(Map<?, ?> tensor) {
        return new TensorSpec(
                text(tensor.get("name")),
                DataType.valueOf(text(tensor.get("type"))),
                list(tensor.get("shape")).stream().map(d -> Long.valueOf(text(d))).toList());
    }

    private static Map<?, ?> map(@Nullable Object node) {
        return node instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<?> list(@Nullable Object node) {
        return node instanceof List<?> list ? list : List.of();
    }

    private static String text(@Nullable Object node) {
        if (node == null) {
            throw new IllegalArgumentException(PATH + " lacks a value that is needed");
        }
        return node.toString();
    }
}
