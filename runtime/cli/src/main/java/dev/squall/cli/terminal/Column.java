package dev.squall.cli.terminal;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One column of a table over JSON rows.
 *
 * @param header the heading, as printed
 * @param path where the cell lies in a row, as a JSON pointer
 */
public record Column(String header, JsonPointer path) {

    /** A column for a field of the row: {@code of("store")} has the heading STORE. */
    public static Column of(String field) {
        return of(field.toUpperCase(Locale.ROOT), "/" + field);
    }

    /** A column with its own heading over a JSON pointer, for example {@code /retention/bytes}. */
    public static Column of(String header, String pointer) {
        return new Column(header, JsonPointer.compile(pointer));
    }

    String cell(JsonNode row) {
        return text(row.at(path));
    }

    /** A value as one line of text: lists with commas, nothing as a dash, objects as JSON. */
    static String text(JsonNode value) {
        if (value.isMissingNode()
                || value.isNull()
                || (value.isContainerNode() && value.isEmpty())) {
            return "-";
        }
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isValueNode)) {
            List<String> items = new ArrayList<>(value.size());
            value.forEach(item -> items.add(item.asText()));
            return String.join(",", items);
        }
        return value.isContainerNode() ? value.toString() : value.asText();
    }
}
