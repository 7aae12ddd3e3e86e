package dev.squall.server.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.squall.base.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param type names the kind of problem: {@link #TYPES} and a word that never changes; {@code
 *     about:blank} when the status says it all
 * @param title the kind in words
 * @param status the HTTP status
 * @param detail what was wrong here: the value, the limit, what to do
 * @param reason one word for programs where the kind alone is too coarse, for example {@code
 *     no-pool}, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type, String title, int status, String detail, @Nullable String reason) {

    /** Where the kinds of problems are named. */
    public static final String TYPES = "https://squall.dev/problems/";

    /** The media type of problem documents. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** When to come back after 425, 429 and 503, in seconds. */
    public static final String RETRY_AFTER_SECONDS = "1";

    /** What the core's failure looks like from outside. */
    public static Problem of(Failure failure) {
        var kind = kind(failure.kind());
        var detail = String.valueOf(failure.getMessage());
        return new Problem(TYPES + kind.word, kind.title, kind.status, detail, null);
    }

    /** A status that needs no kind of its own. */
    public static Problem of(int status, String title, String detail) {
        return new Problem("about:blank", title, status, detail, null);
    }

    /** The same with a reason. */
    public Problem because(String word) {
        return new Problem(type, title, status, detail, word);
    }

    /** Whether the caller should come back in {@link #RETRY_AFTER_SECONDS}. */
    public boolean again() {
        return status == 425 || status == 429 || status == 503;
    }

    private record Kind(int status, String word, String title) {}

    private static Kind kind(Failure.Kind kind) {
        return switch (kind) {
            case INVALID -> new Kind(400, "invalid", "Invalid request");
            case NOT_FOUND -> new Kind(404, "not-found", "Not found");
            case PRECONDITION -> new Kind(412, "precondition", "Precondition failed");
            case CONFLICT -> new Kind(409, "conflict", "Conflict");
            case TOO_LARGE -> new Kind(413, "too-large", "Too large");
            case OVERLOADED -> new Kind(429, "overloaded", "Overloaded");
            case FULL -> new Kind(507, "full", "Full");
            case TOO_EARLY -> new Kind(425, "too-early", "Too early");
            case UNAVAILABLE -> new Kind(503, "unavailable", "Unavailable");
            case OUTCOME_UNKNOWN -> new Kind(503, "outcome-unknown", "Outcome unknown");
            case LOGIC_FAILED -> new Kind(500, "logic-failed", "User-defined logic failed");
            case NOT_AVAILABLE_YET -> new Kind(501, "not-available-yet", "Not available yet");
        };
    }

    /** The kind that a problem document of another node names. */
    public static Failure.Kind kindOf(int status, String type) {
        for (var kind : Failure.Kind.values()) {
            if (type.equals(TYPES + kind(kind).word)) {
                return kind;
            }
        }
        return switch (status) {
            case 404 -> Failure.Kind.NOT_FOUND;
            case 413 -> Failure.Kind.TOO_LARGE;
            case 429 -> Failure.Kind.OVERLOADED;
            default -> status < 500 ? Failure.Kind.INVALID : Failure.Kind.UNAVAILABLE;
        };
    }
}
