package dev.squall.trigger;

import dev.squall.base.Document;
import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code META-INF/squall/udl.yaml}: what a UDL jar says of itself.
 *
 * @param name the UDL's name
 * @param version a positive number; name and version are immutable once uploaded
 * @param description one line for people
 * @param entries the classes it offers
 * @param models the models it brings
 * @param serves what it answers under {@code /v2} by its entries
 * @param text the document itself
 */
public record UdlDescriptor(
        String name,
        int version,
        String description,
        List<Entry> entries,
        List<ModelDeclaration> models,
        List<Served> serves,
        String text) {

    /** Where the descriptor stands in the jar. */
    public static final String PATH = "META-INF/squall/udl.yaml";

    /** Entries of a jar. */
    public static final int ENTRIES_MAX = 64;

    /** The default of {@code limits.deadlineMs}: 10 s. */
    public static final long DEADLINE_MILLIS_DEFAULT = 10_000;

    /** How objects are spread over lanes. */
    public enum Dispatch {
        PER_KEY,
        ONE_LANE,
        ANY_LANE;

        static Dispatch parse(String text) {
            return switch (text) {
                case "one-lane" -> ONE_LANE;
                case "any-lane" -> ANY_LANE;
                default -> PER_KEY;
            };
        }

        /** The name used outside. */
        public String label() {
            return switch (this) {
                case PER_KEY -> "per-key";
                case ONE_LANE -> "one-lane";
                case ANY_LANE -> "any-lane";
            };
        }
    }

    /**
     * A class that handles objects.
     *
     * @param name the entry's name
     * @param type the class's name
     * @param prefix bound to this prefix on upload; empty = only a graph binds it
     * @param on {@code put}, {@code trigger} or {@code both}
     * @param dispatch how objects are spread over lanes
     * @param allReplicas whether every replica runs it, or one
     * @param emit output name to prefix
     * @param config configuration's defaults
     * @param deadlineMillis after this a run counts as overdue, and its emits give up
     */
    public record Entry(
            String name,
            String type,
            String prefix,
            String on,
            Dispatch dispatch,
            boolean allReplicas,
            Map<String, String> emit,
            Map<String, String> config,
            long deadlineMillis) {}

    /**
     * A model in the jar.
     *
     * @param spec what it takes and gives
     * @param file its path in the jar
     */
    public record ModelDeclaration(ModelSpec spec, String file) {}

    /**
     * A model of {@code /v2} that an entry answers.
     *
     * @param spec what it takes and gives
     * @param entry the entry's name
     */
    public record Served(ModelSpec spec, String entry) {}

    /** {@code name:version}. */
    public String id() {
        return name + ":" + version;
    }

    /** Reads a descriptor. */
    public static UdlDescriptor parse(String text) {
        var d =
                Document.parse("udl.yaml", text)
                        .allow(
                                Set.of(
                                        "name",
                                        "version",
                                        "description",
                                        "entries",
                                        "models",
                                        "serves",
                                        "device",
                                        "configSchema"));
        var name = d.text("name");
        if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw d.invalid("name", "is '" + name + "'; at most 63 of a-z 0-9 -");
        }
        var entries = new ArrayList<Entry>();
        for (var e : d.children("entries")) {
            entries.add(entry(e));
        }
        if (entries.isEmpty() || entries.size() > ENTRIES_MAX) {
            throw d.invalid(
                    "entries",
                    "has %d; allowed are 1 to %d".formatted(entries.size(), ENTRIES_MAX));
        }
        var models = new ArrayList<ModelDeclaration>();
        for (var m : d.children("models")) {
            models.add(new ModelDeclaration(spec(m, m.text("platform")), m.text("file")));
        }
        var serves = new ArrayList<Served>();
        for (var s : d.children("serves")) {
            serves.add(new Served(spec(s, "squall_udl"), served(s, entries)));
        }
        return new UdlDescriptor(
                name,
                (int) d.number("version", 1, 1, Integer.MAX_VALUE),
                d.text("description", ""),
                List.copyOf(entries),
                List.copyOf(models),
                List.copyOf(serves),
                text);
    }

    private static Entry entry(Document d) {
        d.allow(
                Set.of(
                        "name",
                        "class",
                        "prefix",
                        "on",
                        "dispatch",
                        "replicas",
                        "emit",
                        "config",
                        "limits"));
        var prefix = d.text("prefix", "");
        if (!prefix.isEmpty()) {
            Key.check(prefix);
        }
        var emit = d.texts("emit");
        emit.values().forEach(Key::check);
        return new Entry(
                d.text("name"),
                d.text("class"),
                prefix,
                d.choice("on", "put", Set.of("put", "trigger", "both")),
                Dispatch.parse(
                        d.choice("dispatch", "per-key", Set.of("per-key", "one-lane", "any-lane"))),
                d.choice("replicas", "one", Set.of("one", "all")).equals("all"),
                emit,
                d.texts("config"),
                d.child("limits").number("deadlineMs", DEADLINE_MILLIS_DEFAULT, 1, 3_600_000));
    }

    private static String served(Document d, List<Entry> entries) {
        var name = d.text("entry");
        if (entries.stream().noneMatch(e -> e.name().equals(name))) {
            throw d.invalid("entry", "names '" + name + "', which is no entry of this UDL");
        }
        return name;
    }

    private static ModelSpec spec(Document d, String platform) {
        d.allow(Set.of("name", "version", "platform", "file", "entry", "inputs", "outputs"));
        return new ModelSpec(
                d.text("name"),
                (int) d.number("version", 1, 1, Integer.MAX_VALUE),
                platform,
                tensors(d, "inputs"),
                tensors(d, "outputs"));
    }

    private static List<TensorSpec> tensors(Document d, String name) {
        var found = new ArrayList<TensorSpec>();
        for (var t : d.children(name)) {
            t.allow(Set.of("name", "type", "shape"));
            try {
                found.add(
                        new TensorSpec(
                                t.text("name"),
                                DataType.valueOf(t.text("type")),
                                t.numbers("shape")));
            } catch (IllegalArgumentException _) {
                throw t.invalid(
                        "type",
                        "is '%s'; allowed are %s"
                                .formatted(t.text("type"), List.of(DataType.values())));
            }
        }
        if (found.isEmpty()) {
            throw new Failure(Failure.Kind.INVALID, "udl.yaml: a model without " + name);
        }
        return found;
    }
}
