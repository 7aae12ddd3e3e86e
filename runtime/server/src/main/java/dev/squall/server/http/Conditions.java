package dev.squall.server.http;

import dev.squall.base.Failure;
import dev.squall.wire.RecordLayout;
import org.jspecify.annotations.Nullable;

/**
 * Conditional requests (RFC 9110, section 13): an entity tag is an object's version in quotes.
 * Quotes may be missing; a weak tag counts as strong, since a version names one sequence of bytes.
 */
public final class Conditions {

    private Conditions() {}

    /**
     * What a write requires of the key: a version, 0 = no object, {@link RecordLayout#ANY} =
     * nothing.
     */
    public static long expected(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifMatch != null && ifNoneMatch != null) {
            throw invalid("If-Match and If-None-Match exclude each other");
        }
        if (ifNoneMatch != null) {
            if (!ifNoneMatch.strip().equals("*")) {
                throw invalid("If-None-Match of a write is '*', not '" + ifNoneMatch + "'");
            }
            return 0;
        }
        if (ifMatch == null) {
            return RecordLayout.ANY;
        }
        long version = version(ifMatch.strip());
        if (version <= 0) {
            throw invalid("If-Match of a write is one version in quotes, not '" + ifMatch + "'");
        }
        return version;
    }

    /** Whether a read with this If-Match may be answered with this version. */
    public static boolean matches(@Nullable String ifMatch, long version) {
        return ifMatch == null || lists(ifMatch, version);
    }

    /** Whether the reader with this If-None-Match has this version already. */
    public static boolean has(@Nullable String ifNoneMatch, long version) {
        return ifNoneMatch != null && lists(ifNoneMatch, version);
    }

    private static boolean lists(String tags, long version) {
        for (var tag : tags.split(",", -1)) {
            var stripped = tag.strip();
            if (stripped.equals("*") || version(stripped) == version) {
                return true;
            }
        }
        return false;
    }

    /** The entity tag of a version. */
    public static String tag(long version) {
        return '"' + Long.toString(version) + '"';
    }

    /** The version that a tag names, or -1. */
    static long version(String tag) {
        int from = tag.startsWith("W/") ? 2 : 0;
        int to = tag.length();
        if (to - from >= 2 && tag.charAt(from) == '"' && tag.charAt(to - 1) == '"') {
            from++;
            to--;
        }
        try {
            return to > from && tag.charAt(from) != '-' && tag.charAt(from) != '+'
                    ? Long.parseLong(tag, from, to, 10)
                    : -1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
