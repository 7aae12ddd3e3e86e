package dev.squall.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.squall.base.Failure;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPathTest {

    @ParameterizedTest
    @ValueSource(strings = {"/p/a", "/p/a b", "/p/ü/€", "/p/a+b", "/p/100%", "/p/a;b=c", "/p/?#&"})
    void aKeySurvivesItsWay(String key) {
        assertEquals(key, KeyPath.key("/v1/objects" + KeyPath.encode(key), "/v1/objects/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p//a", "p/..", "p/%", "p/%zz", "p/%00", "p/%2e%2e/q"})
    void noKeys(String raw) {
        var e =
                assertThrows(
                        Failure.class, () -> KeyPath.key("/v1/objects/" + raw, "/v1/objects/"));
        assertEquals(Failure.Kind.INVALID, e.kind());
    }

    @Test
    void noPathBreaksIt() {
        var random = new Random(99);
        for (int i = 0; i < 20_000; i++) {
            var raw = Texts.random(random, "abc/%0129fFzZ.+ \u00fc", 20);
            try {
                KeyPath.key("/x/" + raw, "/x/");
            } catch (Failure e) {
                assertEquals(Failure.Kind.INVALID, e.kind(), raw);
            }
        }
    }

    @Test
    void traces() {
        var id = "0af7651916cd43dd8448eb211c80319c";
        assertEquals(id, Trace.id("00-" + id + "-b7ad6b7169203331-01"));
        assertEquals(id, Trace.id(Trace.header(id)));
        assertEquals("", Trace.id(null));
        assertEquals("", Trace.id("00-zz-b7ad6b7169203331-01"));
    }
}
