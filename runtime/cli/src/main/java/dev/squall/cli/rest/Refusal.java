package dev.squall.cli.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A node answered, and said no. Understands the three forms of an error that can come back: RFC
 * 9457 problem documents (everything under /v1), {@code {"error": …}} (everything under /v2), plain
 * text.
 */
public final class Refusal extends Failure {
    private static final int MAX_TEXT_CHARS = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int status;

    private Refusal(int status, String message, String advice) {
        super(message, advice);
        this.status = status;
    }

    static Refusal of(Call call, int status, byte[] body) {
        String detail = detail(body);
        String reason = detail.isEmpty() ? call + " was refused" : detail;
        String message =
                status == 501 ? "not available yet: " + reason : reason + " (HTTP " + status + ")";
        return new Refusal(status, message, advice(status));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    private static String detail(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            try {
                JsonNode problem = JSON.readTree(text);
                for (String field : new String[] {"detail", "error", "title"}) {
                    if (!problem.path(field).asText().isBlank()) {
                        return problem.path(field).asText();
                    }
                }
            } catch (IOException e) {
                // Not JSON after all: the text itself is the best that can be shown.
            }
        }
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS) + "…";
    }

    private static String advice(int status) {
        return switch (status) {
            case 400, 422 -> "Correct the value named above; --help shows what the command takes.";
            case 401, 403 -> "Ask the cluster's owner for access.";
            case 404 ->
                    "See what is there with `squall pool list` and `squall ls PREFIX`; a new pool"
                            + " is made with `squall pool create`.";
            case 409 -> "See what is there now, for example with `squall pool show NAME`.";
            case 412 -> "Somebody wrote in between: read it with `squall get`, then decide again.";
            case 413 ->
                    "Send less at once, or raise the limit named above in the nodes'"
                            + " configuration.";
            case 425 -> "That moment is not settled yet: try again in a second.";
            case 429, 503 -> "The cluster is busy or has no majority: see `squall status`.";
            case 501 -> "Watch the release notes for it.";
            default ->
                    status >= 500
                            ? "See `squall status` and the node's log (DIR/nodeN/node.log)."
                            : "";
        };
    }
}
