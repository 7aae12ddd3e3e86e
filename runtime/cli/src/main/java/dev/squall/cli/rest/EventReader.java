package dev.squall.cli.rest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events from a byte stream, after the parsing rules of the WHATWG HTML standard,
 * section 9.2: lines end with LF, CR or CRLF; an empty line ends an event; an event without data is
 * dropped but its id is kept; an event cut off by the end of the stream is dropped. One thread.
 */
public final class EventReader {
    /** An event above this many characters is an error, not a reason to run out of memory. */
    static final int MAX_EVENT_CHARS = 8 << 20;

    private final Reader reader;
    private boolean skipLineFeed;
    private boolean atStart = true;
    private String id = "";
    private String lastId = "";

    public EventReader(InputStream stream) {
        reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Where to resume: the id of the last block that was whole; empty when none named one. */
    public String lastId() {
        return lastId;
    }

    /** Waits for the next event; null at the end of the stream. */
    public @Nullable ServerSentEvent next() throws IOException {
        var data = new StringBuilder();
        boolean hasData = false;
        String type = "";
        for (String line = readLine(); line != null; line = readLine()) {
            if (line.isEmpty()) {
                lastId = id;
                if (hasData) {
                    return new ServerSentEvent(
                            id, type.isEmpty() ? "message" : type, data.toString());
                }
                type = "";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            if (value.startsWith(" ")) {
                value = value.substring(1);
            }
            switch (field) {
                case "data" -> {
                    if (hasData) {
                        data.append('\n');
                    }
                    hasData = true;
                    checkSize(data.length() + value.length());
                    data.append(value);
                }
                case "event" -> type = value;
                case "id" -> {
                    if (value.indexOf('\0') < 0) {
                        id = value;
                    }
                }
                default -> {} // a comment (no name before the colon), retry, or a field of the
                    // future
            }
        }
        return null;
    }

    private @Nullable String readLine() throws IOException {
        var line = new StringBuilder();
        while (true) {
            int c = reader.read();
            if (c < 0) {
                return null; // what stands before is an unfinished line, and so an unfinished event
            }
            if (c == '\n' && skipLineFeed) {
                skipLineFeed = false;
                continue;
            }
            skipLineFeed = c == '\r';
            if (c == '\uFEFF' && atStart) {
                atStart = false;
                continue;
            }
            atStart = false;
            if (c == '\n' || c == '\r') {
                return line.toString();
            }
            checkSize(line.length() + 1);
            line.append((char) c);
        }
    }

    private static void checkSize(int chars) throws IOException {
        if (chars > MAX_EVENT_CHARS) {
            throw new IOException(
                    "an event of the watch has over " + MAX_EVENT_CHARS + " characters");
        }
    }
}
