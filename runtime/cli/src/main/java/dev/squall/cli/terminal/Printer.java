package dev.squall.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints results in the form that the user asked for. Results go to standard output, so that they
 * can be piped; what is only said to a person goes there too in table form, and to standard error
 * when standard output belongs to a program (JSON, YAML). Safe to use from the shutdown hook beside
 * the main thread: each call prints whole lines.
 */
public final class Printer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final PrintWriter err;
    private final OutputForm form;

    public Printer(PrintWriter out, PrintWriter err, OutputForm form) {
        this.out = out;
        this.err = err;
        this.form = form;
    }

    /** The form asked for. */
    public OutputForm form() {
        return form;
    }

    /** Progress and remarks for a person. */
    public void say(String line) {
        PrintWriter to = form == OutputForm.TABLE ? out : err;
        to.println(line);
        to.flush();
    }

    /** A remark that is never part of the result, such as a retry. */
    public void note(String line) {
        err.println(line);
        err.flush();
    }

    /** One line of the result itself, whatever the form. */
    public void line(String line) {
        out.println(line);
        out.flush();
    }

    /**
     * Prints a list that lies in the answer under the given field, or is the answer itself.
     *
     * @param empty what to say to a person when there is no row
     */
    public void rows(JsonNode answer, String field, String empty, Column... columns) {
        if (form != OutputForm.TABLE) {
            value(answer);
            return;
        }
        JsonNode rows = answer.isArray() ? answer : answer.path(field);
        if (rows.isEmpty()) {
            say(empty);
            return;
        }
        var table = new Table(List.of(columns).stream().map(Column::header).toList());
        for (JsonNode row : rows) {
            table.row(List.of(columns).stream().map(column -> column.cell(row)).toList());
        }
        table.lines().forEach(this::line);
    }

    /** Prints one object: a line a field in table form, the whole as it is otherwise. */
    public void value(JsonNode value) {
        switch (form) {
            case JSON -> line(value.toPrettyString());
            case YAML -> line(yaml(value).stripTrailing());
            case TABLE -> fields(value).forEach(this::line);
        }
    }

    /** Prints an event: a line for a person, or the data as one line of JSON (YAML: a document). */
    public void event(JsonNode data, String lineForPerson) {
        switch (form) {
            case JSON -> line(data.toString());
            case YAML -> line("---\n" + yaml(data).stripTrailing());
            case TABLE -> line(lineForPerson);
        }
    }

    private static List<String> fields(JsonNode value) {
        if (!value.isObject()) {
            return List.of(Column.text(value));
        }
        int width =
                value.propertyStream().mapToInt(field -> field.getKey().length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        value.propertyStream()
                .forEach(field ->
                        lines.add(
                                Table.pad(field.getKey(), width)
                                        + "  "
                                        + Column.text(field.getValue())));
        return lines;
    }

    private static String yaml(JsonNode value) {
        try {
            return Yaml.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree always has a YAML form", e);
        }
    }

    /** Parses JSON that came from outside; a failure names its source. */
    public static JsonNode parse(byte[] bytes, String source) {
        try {
            JsonNode tree = JSON.readTree(bytes);
            return tree == null ? JSON.missingNode() : tree;
        } catch (IOException e) {
            throw new Failure(
                    source + " is not JSON: " + e.getMessage(),
                    "Check that a Squall node answers there, and its version.",
                    e);
        }
    }

    /** Loaded only when YAML is asked for: it costs a tenth of a second at the start. */
    private static final class Yaml {
        static final ObjectMapper MAPPER =
                new ObjectMapper(
                                YAMLFactory.builder()
                                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                                        .enable(
                                                YAMLGenerator.Feature
                                                        .ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                                        .build())
                        .enable(SerializationFeature.INDENT_OUTPUT);
    }
}
