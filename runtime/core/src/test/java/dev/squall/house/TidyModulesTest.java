package dev.squall.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The reactor: a module stands below those it needs, none is empty, none is forgotten. */
class TidyModulesTest {

    /** A module's artifact, and the artifacts of ours that it depends on. */
    private record Module(String path, String artifact, List<String> needs) {}

    private static Element project(Path pom) {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(pom.toFile())
                    .getDocumentElement();
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(pom + " cannot be read", e);
        }
    }

    private static List<Element> children(Node parent, String name) {
        var found = new ArrayList<Element>();
        for (var n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element e && e.getTagName().equals(name)) {
                found.add(e);
            }
        }
        return found;
    }

    private static String text(Node parent, String name) {
        return children(parent, name).getFirst().getTextContent().strip();
    }

    /** All modules in the order of the list, those of a nested list in its place. */
    private static void collect(String path, List<Module> found) {
        var project = project(SourceTree.ROOT.resolve(path).resolve("pom.xml"));
        var needs = new ArrayList<String>();
        for (var list : children(project, "dependencies")) {
            for (var dependency : children(list, "dependency")) {
                if (text(dependency, "groupId").equals("dev.squall")) {
                    needs.add(text(dependency, "artifactId"));
                }
            }
        }
        found.add(new Module(path, text(project, "artifactId"), needs));
        for (var list : children(project, "modules")) {
            for (var module : children(list, "module")) {
                var name = module.getTextContent().strip();
                collect(path.isEmpty() ? name : path + "/" + name, found);
            }
        }
    }

    private static List<Module> modules() {
        var found = new ArrayList<Module>();
        collect("", found);
        return found;
    }

    @Test
    void aModuleStandsBelowThoseItNeeds() {
        Map<String, String> above = new LinkedHashMap<>();
        var modules = modules();
        assertTrue(modules.size() > 3, "modules found: " + modules);
        for (var module : modules) {
            for (var need : module.needs()) {
                assertTrue(
                        above.containsKey(need),
                        "%s needs %s, which does not stand above it; above are %s"
                                .formatted(module.path(), need, above.keySet()));
            }
            above.put(module.artifact(), module.path());
        }
    }

    @Test
    void noModuleIsEmpty() {
        for (var module : modules()) {
            boolean list =
                    project(pom(module.path())).getElementsByTagName("module").getLength() > 0;
            boolean sources =
                    SourceTree.FILES.stream()
                            .anyMatch(f -> f.startsWith(Path.of(module.path(), "src", "main")));
            assertTrue(list || sources, module.path() + " has a pom.xml and no sources");
        }
    }

    @Test
    void noModuleIsForgotten() {
        var listed = new TreeSet<String>();
        modules().forEach(m -> listed.add(m.path()));
        var there = new TreeSet<String>();
        for (var file : SourceTree.FILES) {
            var parent = file.getParent();
            if (SourceTree.name(file).equals("pom.xml")) {
                there.add(parent == null ? "" : parent.toString().replace('\\', '/'));
            }
        }
        assertEquals(there, listed, "directories with a pom.xml, and modules of the reactor");
    }

    private static Path pom(String path) {
        var pom = SourceTree.ROOT.resolve(path).resolve("pom.xml");
        assertTrue(Files.exists(pom), pom + " is missing");
        return pom;
    }
}
