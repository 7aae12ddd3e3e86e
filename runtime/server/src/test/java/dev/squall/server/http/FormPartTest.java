package dev.squall.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormPartTest {

    private static final String TYPE = "multipart/form-data; boundary=XX";

    private static final String FORM =
            """
            --XX
            Content-Disposition: form-data; name="note"

            hello
            --XX
            content-disposition: form-data; name="jarfile"; filename="a.jar"
            Content-Type: application/java-archive

            one
            --XY
            two
            --XX--
            """;

    private static byte[] bytes(String form) {
        return form.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String find(String form, String name) {
        return new String(FormPart.find(bytes(form), TYPE, name), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theFileIsFoundByItsName() {
        assertEquals("one\r\n--XY\r\ntwo", find(FORM, "jarfile"));
        assertEquals("hello", find(FORM, "note"));
        assertEquals("hello", find("preamble\n" + FORM, "note"));
        assertEquals("", find(FORM.replace("hello", ""), "note"));
    }

    @Test
    void everyByteSurvives() {
        var content = new byte[10_000];
        new Random(1).nextBytes(content);
        var head = bytes("--XX\nContent-Disposition: form-data; name=\"f\"\n\n");
        var tail = bytes("\n--XX--\n");
        var body = new byte[head.length + content.length + tail.length];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(content, 0, body, head.length, content.length);
        System.arraycopy(tail, 0, body, head.length + content.length, tail.length);
        assertArrayEquals(content, FormPart.find(body, TYPE, "f"));
        assertArrayEquals(
                content, FormPart.find(body, "Multipart/Form-Data; Boundary=\"XX\"", "f"));
    }

    @Test
    void whatIsAForm() {
        assertTrue(FormPart.isForm("Multipart/Form-Data; boundary=x"));
        assertFalse(FormPart.isForm("application/java-archive"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--XX--\n",
                "--XX\nContent-Disposition: form-data; name=\"jarfile\"\n\nno end",
                "--XX\nContent-Disposition: form-data; name=\"jarfile\"",
                "--XX\nContent-Disposition: attachment; name=\"jarfile\"\n\nx\n--XX--\n"
            })
    void formsWithoutTheFile(String form) {
        assertThrows(Failure.class, () -> find(form, "jarfile"));
    }

    @Test
    void thereAreLimits() {
        assertThrows(Failure.class, () -> FormPart.find(bytes(FORM), "multipart/form-data", "x"));
        var longBoundary = TYPE + "X".repeat(FormPart.BOUNDARY_CHARS_MAX);
        assertThrows(Failure.class, () -> FormPart.find(bytes(FORM), longBoundary, "x"));
        var part = "--XX\nContent-Disposition: form-data; name=\"a\"\n\nx\n";
        var many = part.repeat(FormPart.PARTS_MAX) + FORM;
        assertThrows(Failure.class, () -> find(many, "jarfile"));
        var head = "--XX\nX: " + "x".repeat(FormPart.HEAD_BYTES_MAX) + "\n\nx\n" + FORM;
        assertThrows(Failure.class, () -> find(head, "jarfile"));
    }

    /** Whatever bytes come, a part is found or the form is refused as invalid. */
    @Test
    void noBytesBreakIt() {
        long seed = 77;
        var random = new Random(seed);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            var body = bytes(FORM);
            for (int n = random.nextInt(5); n > 0; n--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                FormPart.find(body, TYPE, "jarfile");
                found++;
            } catch (Failure e) {
                assertEquals(Failure.Kind.INVALID, e.kind(), "seed " + seed + ", round " + i);
            }
        }
        assertTrue(found > 1000 && found < 20_000, found + " found");
    }
}
