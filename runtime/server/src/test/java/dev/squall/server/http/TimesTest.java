package dev.squall.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1795300245187607, 1795300245187607",
        "1970-01-01T00:00:01Z, 1000000",
        "1970-01-01T01:00:00.000002+01:00, 2",
        "1970-01-01T01:00:00.000002 01:00, 2"
    })
    void times(String text, long micros) {
        assertEquals(micros, Times.micros("at", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "-1", "1.5", "2026-01-01", "99999999999999999999", "+1"})
    void noTimes(String text) {
        var e = assertThrows(Failure.class, () -> Times.micros("at", text));
        assertTrue(String.valueOf(e.getMessage()).startsWith("at is '" + text + "'"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "250, 250",
        "250ms, 250",
        "1s, 1000",
        "15m, 900000",
        "1h, 3600000",
        "7d, 604800000"
    })
    void durations(String text, long millis) {
        assertEquals(millis, Times.millis("wait", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "1 s", "-1s", "1.5s", "1w", "1234567890123"})
    void noDurations(String text) {
        assertThrows(Failure.class, () -> Times.millis("wait", text));
    }

    @Test
    void aDurationReadsAsItWasWritten() {
        var random = new Random(42);
        for (int i = 0; i < 10_000; i++) {
            long millis = random.nextLong(1_000_000_000);
            assertEquals(millis, Times.millis("age", Times.text(millis)));
        }
        assertEquals("1h", Times.text(3_600_000));
        assertEquals("90s", Times.text(90_000));
    }
}
