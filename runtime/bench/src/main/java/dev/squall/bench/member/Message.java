package dev.squall.bench.member;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line between a bench and a member process: a word, named values, and a full stop, which shows
 * that the line is whole. A process that is killed may leave half a line behind.
 *
 * <pre>
 *   sample ops=1000 nanos=123456 .
 * </pre>
 *
 * @param word what it is about
 * @param values by name, in the order of writing
 */
public record Message(String word, Map<String, String> values) {

    private static final String END = ".";

    /** A message; names and values alternate. */
    public static Message of(String word, Object... namesAndValues) {
        var values = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(String.valueOf(namesAndValues[i]), String.valueOf(namesAndValues[i + 1]));
        }
        return new Message(word, values);
    }

    /** Reads a line; null when it is not a whole message. */
    public static @Nullable Message parse(String line) {
        var parts = line.split(" ", -1);
        if (parts.length < 2 || !parts[parts.length - 1].equals(END)) {
            return null;
        }
        var values = new LinkedHashMap<String, String>();
        for (int i = 1; i < parts.length - 1; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 1) {
                return null;
            }
            values.put(
                    parts[i].substring(0, equals),
                    URLDecoder.decode(parts[i].substring(equals + 1), StandardCharsets.UTF_8));
        }
        return new Message(parts[0], values);
    }

    /** The line, without its end. */
    public String line() {
        var line = new StringBuilder(word);
        values.forEach((name, value) ->
                line.append(' ')
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return line.append(' ').append(END).toString();
    }

    /** A value that must be there. */
    public String text(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("'" + word + "' without " + name);
        }
        return value;
    }

    /** A number that must be there. */
    public long number(String name) {
        return Long.parseLong(text(name));
    }

    /** A number that must be there and fit. */
    public int integer(String name) {
        return Math.toIntExact(number(name));
    }
}
