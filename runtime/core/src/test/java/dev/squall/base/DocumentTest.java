package dev.squall.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DocumentTest {

    private static Document parse(String text) {
        return Document.parse("doc", text);
    }

    /** The message of the refusal that reading this document must end with. */
    private static String refusal(String text, Consumer<Document> read) {
        var failure = assertThrows(Failure.class, () -> read.accept(parse(text)));
        assertEquals(Failure.Kind.INVALID, failure.kind());
        return String.valueOf(failure.getMessage());
    }

    @Test
    void yamlAndJsonReadTheSame() {
        for (var text :
                List.of("a: x\nn: 7\nm: {k: v}\n", "{\"a\":\"x\",\"n\":7,\"m\":{\"k\":\"v\"}}")) {
            var d = parse(text);
            assertEquals("x", d.text("a"));
            assertEquals(7, d.number("n", 0, 0, 9));
            assertEquals(Map.of("k", "v"), d.texts("m"));
            assertEquals("v", d.child("m").text("k"));
            assertEquals("other", d.text("b", "other"));
            assertEquals(5, d.number("b", 5, 0, 9));
            assertFalse(d.has("b"));
        }
    }

    @Test
    void whatIsWrittenIsRead() {
        var d =
                parse(
                        Document.write(
                                Map.of("t", "a: b #c", "n", 12, "l", List.of(Map.of("x", 1)))));
        assertEquals("a: b #c", d.text("t"));
        assertEquals(12, d.number("n", 0, 0, 99));
        assertEquals(1, d.children("l").getFirst().number("x", 0, 0, 9));
    }

    @Test
    void aRefusalNamesThePlaceTheValueAndWhatIsAllowed() {
        assertEquals("doc.a missing", refusal("b: 1", d -> d.text("a")));
        assertEquals("doc.a is not a text", refusal("a: {}", d -> d.text("a")));
        assertEquals(
                "doc.a is 7; allowed are 1 to 5", refusal("a: 7", d -> d.number("a", 1, 1, 5)));
        assertEquals(
                "doc.a is 'x', not a whole number", refusal("a: x", d -> d.number("a", 1, 1, 5)));
        assertEquals(
                "doc.a is '1.5', not a whole number",
                refusal("a: 1.5", d -> d.number("a", 1, 1, 5)));
        assertEquals(
                "doc.a is 'z'; allowed are [x, y]",
                refusal("a: z", d -> d.choice("a", "x", Set.of("x", "y"))));
        assertEquals(
                "doc.sise unknown; allowed are [size]",
                refusal("sise: 1", d -> d.allow(Set.of("size"))));
        assertEquals("doc.a is not a list", refusal("a: 1", d -> d.children("a")));
        assertEquals("doc.a is not a map of fields", refusal("a: 1", d -> d.child("a")));
        assertEquals(
                "doc.l[1] is not a map of fields", refusal("l: [{}, 5]", d -> d.children("l")));
        assertEquals(
                "doc.l[0].n missing",
                refusal("l: [{m: 1}]", d -> d.children("l").getFirst().text("n")));
        assertEquals("doc is not a map of fields", refusal("[1]", _ -> {}));
        assertEquals("doc is not a map of fields", refusal("", _ -> {}));
    }

    @Test
    void aNumberThatFitsNowhereIsNotCutToOneThatDoes() {
        var beyond = "18446744073709551617"; // 2^64 + 1
        assertEquals(
                "doc.a is '" + beyond + "', not a whole number",
                refusal("a: " + beyond, d -> d.number("a", 0, 0, 9)));
        assertEquals(
                "doc.l holds '" + beyond + "', not a whole number",
                refusal("l: [1, " + beyond + "]", d -> d.numbers("l")));
        assertEquals(
                "doc.l holds '1.5', not a whole number", refusal("l: [1.5]", d -> d.numbers("l")));
        assertEquals(List.of(-1L, 20L), parse("l: [-1, 20]").numbers("l"));
        assertEquals(
                Long.MAX_VALUE, parse("a: " + Long.MAX_VALUE).number("a", 0, 0, Long.MAX_VALUE));
    }

    @Test
    void aMapOfTextsHoldsNoMaps() {
        assertEquals(
                "doc.config.a is not a text",
                refusal("config: {a: {b: c}}", d -> d.texts("config")));
        assertEquals(
                "doc.config.a is not a text", refusal("config: {a: [1]}", d -> d.texts("config")));
        assertEquals(Map.of("a", "7", "b", "true"), parse("c: {a: 7, b: true}").texts("c"));
    }

    @Test
    void aMisspeltDocumentSaysWhere() {
        for (var text :
                List.of("a: [1", "a: b: c", "a: 1\na: 2", "\"", "a: *nowhere", "a: \u0000")) {
            var message = refusal(text, _ -> {});
            assertTrue(message.startsWith("doc: "), message);
        }
    }

    @Test
    void aDocumentBeyondTheLimitsIsRefusedUnread() {
        var failure = assertThrows(Failure.class, () -> parse(" ".repeat(Document.CHARS_MAX + 1)));
        assertEquals(Failure.Kind.TOO_LARGE, failure.kind());
        assertEquals("doc has 1048577 characters; the limit is 1048576", failure.getMessage());
        refusal("a: " + "[".repeat(200_000), _ -> {});
        refusal("{\"a\":".repeat(100_000), _ -> {});
        refusal("a: " + "- ".repeat(100_000), _ -> {});
        refusal("a: &a [*a]\nb: " + "[*a, *a]".repeat(50), d -> d.texts("a"));
    }

    /** Whatever a caller sends, the answer is a document or a refusal, never another exception. */
    @Test
    void noiseIsReadOrRefused() {
        var words =
                List.of(
                        "a",
                        ": ",
                        "\n",
                        "- ",
                        "[",
                        "]",
                        "{",
                        "}",
                        "'",
                        "\"",
                        "&x ",
                        "*x",
                        "#",
                        "? ",
                        "|",
                        ">",
                        "!!int ",
                        "!!binary ",
                        "%",
                        "---\n",
                        "7",
                        ",",
                        "\t",
                        "<<: ",
                        "é");
        var random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append(words.get(random.nextInt(words.size())));
            }
            try {
                var d = parse(text.toString());
                d.texts("a");
            } catch (Failure e) {
                refused++;
            }
        }
        assertTrue(refused > 1000 && refused < 20_000, "refused " + refused);
    }
}
