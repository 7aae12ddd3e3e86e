package dev.squall.rdma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Our library against DiSNI's declarations; where the library was built. */
class NativesTest {

    private static final Path LIBRARY = Path.of("target", "native", "libdisni.so");

    @Test
    @SuppressWarnings("restricted") // looks into the library without running it
    void everyNativeThatDisniDeclaresIsThere() throws ClassNotFoundException {
        assumeTrue(Files.exists(LIBRARY), "libdisni was not built: headers are missing");
        var type =
                Class.forName(
                        "com.ibm.disni.verbs.impl.NativeDispatcher",
                        false,
                        NativesTest.class.getClassLoader());
        var names =
                Arrays.stream(type.getDeclaredMethods())
                        .filter(m -> Modifier.isNative(m.getModifiers()))
                        .map(Method::getName)
                        .toList();
        assertEquals(48, names.size());
        try (var arena = Arena.ofConfined()) {
            var library = SymbolLookup.libraryLookup(LIBRARY.toAbsolutePath(), arena);
            for (var name : names) {
                var symbol = "Java_" + type.getName().replace('.', '_') + "__1" + name.substring(1);
                assertTrue(library.find(symbol).isPresent(), symbol);
            }
        }
    }
}
