package dev.squall.workbench;

import dev.squall.udl.Model;
import dev.squall.udl.ModelEngine;
import dev.squall.udl.Models;
import dev.squall.workbench.Descriptor.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The descriptor's models, each loaded by the real engine when first asked for. */
final class DeskModels implements Models, AutoCloseable {

    private final ClassLoader loader;
    private final Map<String, ModelFile> files;
    private final Map<String, Model> loaded = new TreeMap<>();

    DeskModels(ClassLoader loader, Map<String, ModelFile> files) {
        this.loader = loader;
        this.files = files;
    }

    @Override
    public Model model(String name) {
        ModelFile file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException("no model '" + name + "'; there are " + names());
        }
        return loaded.computeIfAbsent(name, _ -> load(file));
    }

    private Model load(ModelFile file) {
        String platform = file.spec().platform();
        ModelEngine engine =
                ServiceLoader.load(ModelEngine.class, loader).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(found -> found.platform().equals(platform))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "no engine for '" + platform + "' in the class path"));
        try {
            Path copy = Files.createTempFile("model", ".pt");
            try (InputStream in = loader.getResourceAsStream(file.resource())) {
                if (in == null) {
                    throw new IllegalStateException(file.resource() + " is not in the class path");
                }
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
                return engine.load(file.spec(), copy);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file.resource(), e);
        }
    }

    @Override
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    @Override
    public void close() {
        loaded.values().forEach(Model::close);
        loaded.clear();
    }
}
