package dev.squall.server.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The trace id of a request (W3C Trace Context). */
public final class Trace {

    /** The header that carries it. */
    public static final String HEADER = "traceparent";

    private static final Pattern FORM =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    private Trace() {}

    /** The 32 hex digits of the trace id, or the empty string: a bad header is no error. */
    public static String id(@Nullable String header) {
        if (header == null) {
            return "";
        }
        var match = FORM.matcher(header);
        return match.matches() ? match.group(1) : "";
    }

    /** A header that carries a trace id on; the id of the calling span is the trace's own half. */
    public static String header(String id) {
        return "00-" + id + "-" + id.substring(16) + "-01";
    }
}
