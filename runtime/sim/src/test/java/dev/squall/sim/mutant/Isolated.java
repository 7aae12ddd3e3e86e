package dev.squall.sim.mutant;

import java.io.IOException;
import java.util.Map;

/**
 * Loads this project's classes anew, some of them with a bug in them; all others come from the
 * parent. So a mutant never meets the honest classes.
 */
final class Isolated extends ClassLoader {

    private static final String OURS = "dev.squall.";

    private final Map<String, byte[]> mutated;

    /**
     * @param mutated bytes by class name
     */
    Isolated(Map<String, byte[]> mutated) {
        super(Isolated.class.getClassLoader());
        this.mutated = mutated;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        var bytes = mutated.get(name);
        if (bytes == null) {
            bytes = honest(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] honest(String name) throws ClassNotFoundException {
        try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
