package dev.squall.trigger;

import dev.squall.udl.Udl;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one version of one UDL. Besides its own jar it sees the JDK and the UDL API,
 * so that the node's libraries and other UDLs cannot clash with it. Garbage once its lanes are
 * closed.
 */
public final class UdlClassLoader extends ClassLoader {

    private static final ClassLoader API = Udl.class.getClassLoader();

    private final Map<String, byte[]> files;

    UdlClassLoader(String name, Map<String, byte[]> files) {
        super(name, ClassLoader.getPlatformClassLoader());
        this.files = files;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith("dev.squall.udl.") || name.startsWith("org.jspecify.")) {
            return API.loadClass(name);
        }
        var bytes = files.get(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name + " (in UDL " + getName() + ")");
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        var bytes = files.get(name);
        return bytes != null ? new ByteArrayInputStream(bytes) : super.getResourceAsStream(name);
    }
}
