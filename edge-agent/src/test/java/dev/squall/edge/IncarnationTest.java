package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncarnationTest {
    @TempDir private Path folder;

    @Test
    void withoutAFileItIsTheTime() throws IOException {
        assertEquals(1_700, Incarnation.begin(1_700, null));
    }

    @Test
    void withAFileItGrowsWhateverTheClockSays() throws IOException {
        Path state = folder.resolve("state");
        assertEquals(1_700, Incarnation.begin(1_700, state));
        assertEquals(1_701, Incarnation.begin(1_700, state), "started twice in one millisecond");
        assertEquals(1_702, Incarnation.begin(5, state), "the clock was set back");
        assertEquals(9_000, Incarnation.begin(9_000, state));
        assertEquals("9000\n", Files.readString(state));
    }

    @Test
    void aFileOfAnotherKindIsLeftAlone() throws IOException {
        Path state = folder.resolve("notes.txt");
        Files.writeString(state, "dear diary");
        var error = assertThrows(IOException.class, () -> Incarnation.begin(1_700, state));
        assertTrue(String.valueOf(error.getMessage()).contains("notes.txt"));
        assertEquals("dear diary", Files.readString(state));
    }
}
