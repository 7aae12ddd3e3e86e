package dev.squall.base;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A YAML 1.2 or JSON document that somebody wrote: typed access whose errors name the place, the
 * value and what is allowed. Unknown fields are errors, for a misspelt one would be silently
 * ignored.
 */
public final class Document {

    /** The longest document, in characters. */
    public static final int CHARS_MAX = 1 << 20;

    /** How deep maps and lists may lie in each other. */
    public static final int DEPTH_MAX = 64;

    private final String path;
    private final Map<String, Object> fields;

    private Document(String path, Map<String, Object> fields) {
        this.path = path;
        this.fields = fields;
    }

    /** Parses a document whose root is a map. */
    public static Document parse(String name, String text) {
        if (text.length() > CHARS_MAX) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "%s has %d characters; the limit is %d"
                            .formatted(name, text.length(), CHARS_MAX));
        }
        try {
            var settings =
                    LoadSettings.builder()
                            .setAllowDuplicateKeys(false)
                            .setMaxAliasesForCollections(16)
                            .setCodePointLimit(CHARS_MAX)
                            .build();
            checkDepth(name, new Parse(settings).parseString(text));
            return new Document(name, map(name, new Load(settings).loadFromString(text)));
        } catch (YamlEngineException e) {
            throw new Failure(Failure.Kind.INVALID, name + ": " + e.getMessage());
        }
    }

    /** Looks at the flat stream of events: what builds the maps would run out of stack. */
    private static void checkDepth(String name, Iterable<Event> events) {
        int depth = 0;
        for (var event : events) {
            if (event instanceof CollectionStartEvent && ++depth > DEPTH_MAX) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "%s holds maps and lists in each other; the limit is %d levels"
                                .formatted(name, DEPTH_MAX));
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    /** Writes maps, lists and scalars as a document that {@link #parse} reads. */
    public static String write(Map<String, ?> fields) {
        var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(fields);
    }

    /** Refuses fields other than these. */
    public Document allow(Set<String> names) {
        for (var name : fields.keySet()) {
            if (!names.contains(name)) {
                throw invalid(name, "unknown; allowed are " + names.stream().sorted().toList());
            }
        }
        return this;
    }

    public boolean has(String name) {
        return fields.get(name) != null;
    }

    /** A text that must be there. Numbers and booleans are taken as written. */
    public String text(String name) {
        var value = scalar(name);
        if (value == null) {
            throw invalid(name, "missing");
        }
        return value;
    }

    public String text(String name, String otherwise) {
        var value = scalar(name);
        return value == null ? otherwise : value;
    }

    /** One of these texts. */
    public String choice(String name, String otherwise, Set<String> allowed) {
        var value = text(name, otherwise);
        if (!allowed.contains(value)) {
            throw invalid(
                    name,
                    "is '%s'; allowed are %s".formatted(value, allowed.stream().sorted().toList()));
        }
        return value;
    }

    public long number(String name, long otherwise, long min, long max) {
        var value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        long number = whole(name, "is", value);
        if (number < min || number > max) {
            throw invalid(name, "is %d; allowed are %d to %d".formatted(number, min, max));
        }
        return number;
    }

    /** Numbers beyond a long come as other types: they must not be cut to one that fits. */
    private long whole(String name, String verb, @Nullable Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        boolean shown = !(value instanceof Map || value instanceof List);
        throw invalid(name, verb + (shown ? " '" + value + "', not" : " not") + " a whole number");
    }

    /** A map of texts; empty when it is not there. */
    public Map<String, String> texts(String name) {
        var texts = new LinkedHashMap<String, String>();
        var value = fields.get(name);
        if (value != null) {
            var child = child(name);
            child.fields.keySet().forEach(k -> texts.put(k, child.text(k)));
        }
        return texts;
    }

    /** A nested map; empty when it is not there. */
    public Document child(String name) {
        var value = fields.get(name);
        var at = path + "." + name;
        return new Document(at, value == null ? Map.of() : map(at, value));
    }

    /** A list of maps; empty when it is not there. */
    public List<Document> children(String name) {
        var found = new ArrayList<Document>();
        int i = 0;
        for (var value : list(name)) {
            var at = path + "." + name + "[" + i++ + "]";
            found.add(new Document(at, map(at, value)));
        }
        return found;
    }

    /** A list of whole numbers; empty when it is not there. */
    public List<Long> numbers(String name) {
        var found = new ArrayList<Long>();
        for (var value : list(name)) {
            found.add(whole(name, "holds", value));
        }
        return found;
    }

    private List<?> list(String name) {
        var value = fields.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw invalid(name, "is not a list");
    }

    private @Nullable String scalar(String name) {
        var value = fields.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Map || value instanceof List) {
            throw invalid(name, "is not a text");
        }
        return String.valueOf(value);
    }

    private static Map<String, Object> map(String path, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new Failure(Failure.Kind.INVALID, path + " is not a map of fields");
        }
        var fields = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> {
            if (v != null) {
                fields.put(String.valueOf(k), v);
            }
        });
        return fields;
    }

    /** An error that names a field's place. */
    public Failure invalid(String name, String what) {
        return new Failure(Failure.Kind.INVALID, path + "." + name + " " + what);
    }
}
