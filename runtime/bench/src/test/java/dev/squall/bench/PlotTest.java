package dev.squall.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Results become pictures in which lengths are what was measured. */
final class PlotTest {

    @TempDir private Path directory;

    private void result(String name, int depth, String ack) throws Exception {
        Files.writeString(
                directory.resolve(name),
                """
                {"results":[
                  {"system":"squall","ops_per_s":3000.0,"p50_us":20.0,"p99_us":200.0},
                  {"system":"a & b","ops_per_s":1000.0,"p50_us":90.0,"p99_us":2000.0}],
                 "date":"2026-11-22T10:00:00Z","fabric":"shm","load_before":3.5,
                 "workload":{"operation":"put","size":1024,"depth":%d,"ack":"%s"}}
                """
                        .formatted(depth, ack));
    }

    private Run plot() {
        return Run.of("plot", "--from", directory.toString(), "--to", directory + "/drawn");
    }

    private List<Element> elements(String file, String tag) throws Exception {
        var svg = Files.readString(directory.resolve("drawn").resolve(file));
        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)));
        var found = new ArrayList<Element>();
        var nodes = document.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    @Test
    void barsAreToScale() throws Exception {
        result("many.json", 64, "ordered");
        assertEquals(0, plot().code());
        var bars = elements("put-throughput.svg", "rect");
        double ours = Double.parseDouble(bars.get(0).getAttribute("width"));
        double theirs = Double.parseDouble(bars.get(1).getAttribute("width"));
        assertEquals(3.0, ours / theirs, 0.01);
        var texts = elements("put-throughput.svg", "text").stream().map(Element::getTextContent);
        assertTrue(texts.anyMatch("a & b"::equals));
    }

    @Test
    void tenTimesAsLongIsOneStepOnTheAxis() throws Exception {
        result("one.json", 1, "ordered");
        assertEquals(0, plot().code());
        var dots = elements("put-latency.svg", "circle");
        assertEquals(2, dots.size());
        var axis =
                elements("put-latency.svg", "line").stream()
                        .filter(l -> l.getAttribute("stroke-width").equals("0.4"))
                        .mapToDouble(l -> Double.parseDouble(l.getAttribute("x1")))
                        .toArray();
        var ends =
                elements("put-latency.svg", "line").stream()
                        .filter(l -> l.getAttribute("stroke-width").equals("3.0"))
                        .toList();
        double from = Double.parseDouble(ends.getFirst().getAttribute("x1"));
        double to = Double.parseDouble(ends.getFirst().getAttribute("x2"));
        assertEquals(axis[1] - axis[0], to - from, 0.2);
    }

    @Test
    void durablePutsHaveAPictureOfTheirOwn() throws Exception {
        result("durable.json", 64, "durable");
        assertEquals(directory + "/drawn/put-durable.svg", plot().out().strip());
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertTrue(plot().err().contains("no result of a put"), plot().err());
        Files.writeString(directory.resolve("bad.json"), "{\"results\":[]}");
        var run = plot();
        assertEquals(2, run.code());
        assertTrue(run.err().contains("no field 'workload'"), run.err());
    }
}
