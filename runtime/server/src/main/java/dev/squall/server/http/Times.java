package dev.squall.server.http;

import dev.squall.base.Failure;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** Times and durations as callers write them. */
public final class Times {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)?");

    private Times() {}

    /** A time in RFC 3339 or in microseconds since 1970; the result is the latter. */
    public static long micros(String name, String text) {
        if (isNumber(text)) {
            return number(name, text);
        }
        try {
            return micros(OffsetDateTime.parse(text.replace(' ', '+')).toInstant());
        } catch (DateTimeParseException | ArithmeticException _) {
            throw invalid(
                    name, text, "a time such as 2026-01-31T12:00:00Z, or microseconds since 1970");
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** A time in RFC 3339, as {@link #micros} reads it. */
    public static String rfc3339(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    /** Whether this is digits alone. */
    public static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** A number that is not negative. */
    public static long number(String name, String text) {
        try {
            if (isNumber(text)) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException _) {
            // more digits than a number has: refused like any other text
        }
        throw invalid(name, text, "a number from 0 to " + Long.MAX_VALUE);
    }

    /** A duration such as 250ms, 1s, 15m, 1h or 7d, in milliseconds; bare digits are those. */
    public static long millis(String name, String text) {
        var match = DURATION.matcher(text);
        if (!match.matches()) {
            throw invalid(name, text, "a duration such as 250ms, 1s, 15m, 1h or 7d");
        }
        long amount = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "s" -> amount * 1_000;
            case "m" -> amount * 60_000;
            case "h" -> amount * 3_600_000;
            case "d" -> amount * 86_400_000;
            case null, default -> amount;
        };
    }

    /** A duration as {@link #millis} reads it, in the largest unit that says it exactly. */
    public static String text(long millis) {
        if (millis % 86_400_000 == 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    private static Failure invalid(String name, String text, String wanted) {
        return new Failure(
                Failure.Kind.INVALID, "%s is '%s'; it is %s".formatted(name, text, wanted));
    }
}
