package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    @Test
    void defaults() throws UsageException {
        var options = Options.parse("--source", "clip.avi", "--key", "/cameras/gate");
        assertEquals("clip.avi", options.source());
        assertEquals(List.of(URI.create("http://localhost:8080")), options.nodes());
        assertEquals(0, options.fps());
        assertEquals(80, options.quality());
        assertEquals("", options.ack().query());
        assertEquals(0, options.statusPort());
        assertEquals(256, options.bufferFrames());
        assertEquals(Duration.ofSeconds(3), options.timeout());
    }

    @Test
    void everyOptionInBothForms() throws UsageException {
        var options =
                Options.parse(
                        "--source=generator:64x64@5",
                        "--key=/c/d",
                        "--nodes",
                        "http://a:1, https://b",
                        "--fps=2.5",
                        "--quality",
                        "30",
                        "--ack=durable",
                        "--loop",
                        "--limit-frames=9",
                        "--id",
                        "e.1",
                        "--state=/var/e",
                        "--status-port=9000",
                        "--output=json",
                        "--buffer-frames=7",
                        "--buffer-bytes=1000",
                        "--timeout=0.25");
        var expected =
                new Options(
                        "generator:64x64@5",
                        "/c/d",
                        List.of(URI.create("http://a:1"), URI.create("https://b")),
                        2.5,
                        30,
                        Ack.DURABLE,
                        true,
                        9,
                        "e.1",
                        Path.of("/var/e"),
                        9_000,
                        Options.Output.JSON,
                        7,
                        1_000,
                        Duration.ofMillis(250));
        assertEquals(expected, options);
        assertEquals("?ack=durable", options.ack().query());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--fast | unknown option '--fast'",
                "--fps | --fps needs a value",
                "--fps 0 | --fps '0' is not a number from 0.01 to 240.0",
                "--fps NaN | --fps 'NaN' is not a number",
                "--quality 101 | --quality '101' is not a whole number from 1 to 100",
                "--quality 5 --quality 6 | --quality stands twice",
                "--ack maybe | --ack 'maybe' is none of [accepted, ordered, durable]",
                "--ack default | --ack 'default' is none of",
                "--nodes localhost:8080 | 'localhost:8080' is not a node's URL",
                "--nodes http://a,,http://b | '' is not a node's URL",
                "--id a/b | --id 'a/b' is not",
                "--loop=yes | unknown option '--loop=yes'",
                "--state= | --state is missing",
            })
    void whatIsWrongIsSaid(String arguments, String complaint) {
        assertComplains(complaint, ("--source s --key /c/d " + arguments).split(" "));
    }

    @ParameterizedTest
    @CsvSource({"cameras/gate", "/", "/cameras/", "/cameras//gate", "/cameras/../gate"})
    void aKeyIsACleanPath(String key) {
        assertComplains("--key '" + key + "' is not a path", "--source", "s", "--key", key);
    }

    @Test
    void sourceAndKeyAreNeeded() {
        assertComplains("--source is missing", "--key", "/c/d");
        assertComplains("--key is missing", "--source", "s");
    }

    private static void assertComplains(String complaint, String... args) {
        var error = assertThrows(UsageException.class, () -> Options.parse(args));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains(complaint), message);
    }
}
