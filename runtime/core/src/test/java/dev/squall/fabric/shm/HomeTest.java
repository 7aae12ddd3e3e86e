package dev.squall.fabric.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HomeTest {

    @TempDir private Path root = Path.of("."); // set by JUnit

    private List<Path> homes() throws IOException {
        try (var paths = Files.list(root)) {
            return paths.toList();
        }
    }

    @Test
    void onlyTheOwnerMayOpenWhatIsThere() throws IOException {
        try (var home = new Home(root, 1, 1)) {
            home.allocate(4096);
            var directory = Home.directory(root, home.name);
            assertEquals("rwx------", permissions(directory));
            assertEquals("rw-------", permissions(directory.resolve("node")));
            assertEquals("rw-------", permissions(directory.resolve("1")));
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void nothingIsLeftOfAHomeThatIsClosed() throws IOException {
        try (var home = new Home(root, 1, 1)) {
            home.allocate(4096);
        }
        assertEquals(List.of(), homes());
    }

    @Test
    void theNextOneSweepsTheHomesOfTheDeadAndOfNobodyElse() throws IOException {
        var dead = Files.createDirectory(root.resolve("squall-" + "a".repeat(32)));
        Files.write(dead.resolve("node"), new byte[10]);
        Files.write(dead.resolve("7"), new byte[10]);
        var strange = Files.createDirectory(root.resolve("squall-of-somebody"));
        try (var alive = new Home(root, 1, 1);
                var next = new Home(root, 2, 1)) {
            assertFalse(Files.exists(dead), "its process has died");
            assertTrue(Files.exists(Home.directory(root, alive.name)));
            assertTrue(Files.exists(Home.directory(root, next.name)));
            assertTrue(Files.exists(strange), "it is no home");
        }
    }

    /** Each sweeps, at the moment in which others make their files and have not locked them yet. */
    @Test
    void manyWhoStartAtTheSameTimeAllFindAHome() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var starts = new ArrayList<Callable<Integer>>();
            for (int t = 1; t <= 4; t++) {
                int node = t;
                starts.add(() -> {
                    for (int i = 0; i < 100; i++) {
                        new Home(root, node, i).close();
                    }
                    return node;
                });
            }
            for (var done : threads.invokeAll(starts)) {
                assertTrue(done.get() > 0);
            }
        }
    }

    @Test
    void memoryThatIsUnregisteredGivesItsPagesBackAndCanStillBeLookedAt() throws IOException {
        try (var home = new Home(root, 1, 1)) {
            var memory = home.allocate(1 << 20);
            memory.fill((byte) 7);
            assertTrue(home.register(5, memory));
            assertEquals(1 << 20, home.bytes(5));
            home.unregister(5);
            assertEquals(-1, home.bytes(5));
            assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 4711));
            assertFalse(Files.exists(Home.directory(root, home.name).resolve("1")));
        }
    }

    @Test
    void moreThanThereIsNamesTheSizes() throws IOException {
        try (var home = new Home(root, 1, 1)) {
            long bytes = 1L << 50;
            var e = assertThrows(IOException.class, () -> home.allocate(bytes));
            var message = String.valueOf(e.getMessage());
            assertTrue(message.contains(String.valueOf(bytes)), message);
            assertTrue(message.contains(root.toString()), message);
            long total = Files.getFileStore(root).getTotalSpace();
            assertTrue(message.contains(String.valueOf(total)), message);
            assertEquals(1, homes().size());
            home.allocate(4096);
        }
    }
}
