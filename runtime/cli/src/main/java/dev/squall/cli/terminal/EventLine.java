package dev.squall.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A stored object as one line for a person: {@code 12:03:04.123 /events/gate v4711 what it says}.
 * The text says the most telling thing found in the value: a summary, counted lists and a score, or
 * the value itself when it is short text.
 */
public final class EventLine {
    private static final int MAX_TEXT_CHARS = 120;
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final ObjectMapper JSON = new ObjectMapper();

    private EventLine() {}

    /** The line for an event with this metadata (key, version, timestamp) and this description. */
    public static String of(JsonNode event, String description, ZoneId zone) {
        String head =
                clock(event.path("timestamp"), zone)
                        + "  "
                        + event.path("key").asText("?")
                        + " v"
                        + event.path("version").asText("?");
        return description.isEmpty() ? head : head + "  " + description;
    }

    /** What a value says, in at most {@value #MAX_TEXT_CHARS} characters. */
    public static String describe(byte[] value) {
        if (value.length == 0) {
            return "empty";
        }
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(value))
                            .toString()
                            .strip();
        } catch (CharacterCodingException e) {
            return value.length + " bytes";
        }
        if (text.startsWith("{")) {
            try {
                return shorten(describe(JSON.readTree(text)));
            } catch (IOException e) {
                return shorten(text); // it only looked like JSON
            }
        }
        boolean printable = text.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\t');
        return printable ? shorten(text.replaceAll("\\s+", " ")) : value.length + " bytes";
    }

    private static String describe(JsonNode object) {
        for (String field : new String[] {"summary", "text", "message"}) {
            if (object.path(field).isTextual()) {
                return object.path(field).asText();
            }
        }
        return object.toString();
    }

    private static String shorten(String text) {
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS - 1) + "…";
    }

    /** Squall's timestamps are µs since the epoch as a number, or RFC 3339 as text. */
    private static String clock(JsonNode timestamp, ZoneId zone) {
        Instant instant;
        if (timestamp.isNumber()) {
            instant = Instant.EPOCH.plus(timestamp.asLong(), ChronoUnit.MICROS);
        } else {
            try {
                instant = Instant.parse(timestamp.asText());
            } catch (DateTimeParseException e) {
                return "--:--:--.---";
            }
        }
        return CLOCK.format(instant.atZone(zone));
    }
}
