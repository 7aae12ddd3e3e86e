package dev.squall.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.wire.RecordLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {

    @Test
    void whatAWriteRequires() {
        assertEquals(RecordLayout.ANY, Conditions.expected(null, null));
        assertEquals(0, Conditions.expected(null, "*"));
        assertEquals(17, Conditions.expected("\"17\"", null));
        assertEquals(17, Conditions.expected(" 17 ", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "", "\"", "\"\"", "\"-1\"", "0", "\"1\",\"2\"", "99999999999999999999"})
    void noVersionToRequire(String ifMatch) {
        var e = assertThrows(Failure.class, () -> Conditions.expected(ifMatch, null));
        assertEquals(Failure.Kind.INVALID, e.kind());
    }

    @Test
    void bothAtOnceAndAWriteUnlessAVersionAreRefused() {
        assertThrows(Failure.class, () -> Conditions.expected("\"1\"", "*"));
        assertThrows(Failure.class, () -> Conditions.expected(null, "\"1\""));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'\"5\"', 5, true",
                "'W/\"5\"', 5, true",
                "'\"4\", \"5\"', 5, true",
                "'*', 5, true",
                "'\"4\"', 5, false",
                "'', 5, false",
                "',,', 5, false",
                "'\"+5\"', 5, false"
            })
    void whatAReaderHas(String tags, long version, boolean has) {
        assertEquals(has, Conditions.has(tags, version));
        assertEquals(has, Conditions.matches(tags, version));
    }

    /** Whatever a header holds, it is read or refused, and never anything else. */
    @Test
    void noHeaderBreaksIt() {
        long seed = 20_261_121;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            var text = Texts.random(random, "0123456789\"W/*, -+\u00e9", 24);
            assertTrue(Conditions.version(text) >= -1, () -> "seed " + seed + ": " + text);
            Conditions.has(text, 5);
            try {
                assertTrue(Conditions.expected(text, null) > 0, text);
            } catch (Failure e) {
                assertEquals(Failure.Kind.INVALID, e.kind(), text);
            }
        }
    }
}
