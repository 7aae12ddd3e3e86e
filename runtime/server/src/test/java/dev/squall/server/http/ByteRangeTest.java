package dev.squall.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=2-4, 2, 3",
        "bytes=2-, 2, 8",
        "bytes=-3, 7, 3",
        "bytes=-30, 0, 10",
        "bytes=5-99, 5, 5",
        "bytes= 9-9 , 9, 1",
        "bytes=10-, 10, 0",
        "bytes=99-100, 10, 0",
        "bytes=-0, 10, 0"
    })
    void ofTenBytes(String header, long from, long length) {
        assertEquals(new ByteRange(from, length), ByteRange.of(header, 10));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=4-2",
                "items=0-1",
                "bytes=0-1,3-4",
                "bytes=0x1-2",
                "bytes=99999999999999999999-"
            })
    void whatIsIgnored(String header) {
        assertNull(ByteRange.of(header, 10));
    }

    @Test
    void itsHeader() {
        assertEquals("bytes 2-4/10", new ByteRange(2, 3).contentRange(10));
        assertEquals("bytes */10", new ByteRange(10, 0).contentRange(10));
    }

    @Test
    void anObjectWithoutBytesHasNoRange() {
        var range = ByteRange.of("bytes=0-0", 0);
        assertNotNull(range);
        assertEquals(0, range.length());
    }

    /** Whatever is asked for, what is answered lies within the object. */
    @Test
    void noHeaderReachesOutside() {
        long seed = 7_304;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            var header = "bytes=" + Texts.random(random, "0123456789-, x", 12);
            long size = random.nextInt(200);
            var range = ByteRange.of(header, size);
            assertTrue(
                    range == null
                            || (range.from() >= 0
                                    && range.length() >= 0
                                    && range.from() + range.length() <= size),
                    () -> "seed " + seed + ": " + header + " of " + size + " is " + range);
        }
    }
}
