package dev.squall.edge;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The options of a command line by name: {@code --name value}, {@code --name=value}, or {@code
 * --loop} alone. Hand-made, because a library for it costs a small agent more memory than all that
 * it reads.
 */
final class CommandLine {
    private static final Set<String> FLAGS = Set.of("--loop");
    private static final Set<String> VALUES =
            Set.of(
                    "--source",
                    "--key",
                    "--nodes",
                    "--fps",
                    "--quality",
                    "--ack",
                    "--limit-frames",
                    "--id",
                    "--state",
                    "--status-port",
                    "--output",
                    "--buffer-frames",
                    "--buffer-bytes",
                    "--timeout");

    private final Map<String, String> values;

    private CommandLine(Map<String, String> values) {
        this.values = values;
    }

    /** Splits arguments into names and values; each name is known and stands once. */
    static CommandLine read(List<String> args) throws UsageException {
        var values = new HashMap<String, String>();
        for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
            String arg = rest.next();
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            String value;
            if (FLAGS.contains(arg)) {
                value = "";
            } else if (!VALUES.contains(name)) {
                throw new UsageException("unknown option '%s'".formatted(arg));
            } else if (equals >= 0) {
                value = arg.substring(equals + 1);
            } else if (rest.hasNext()) {
                value = rest.next();
            } else {
                throw new UsageException(name + " needs a value");
            }
            if (values.put(name, value) != null) {
                throw new UsageException(name + " stands twice");
            }
        }
        return new CommandLine(values);
    }

    boolean given(String name) {
        return values.containsKey(name);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    String required(String name) throws UsageException {
        String value = values.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new UsageException(name + " is missing");
        }
        return value;
    }

    long integer(String name, long otherwise, long min, long max) throws UsageException {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same complaint as for a number out of bounds
        }
        throw new UsageException(
                "%s '%s' is not a whole number from %d to %d".formatted(name, value, min, max));
    }

    double number(String name, double otherwise, double min, double max) throws UsageException {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same complaint as for a number out of bounds
        }
        throw new UsageException(
                "%s '%s' is not a number from %s to %s".formatted(name, value, min, max));
    }

    <E extends Enum<E>> E choice(String name, E otherwise, Set<E> choices) throws UsageException {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        for (E choice : choices) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(value)) {
                return choice;
            }
        }
        throw new UsageException(
                "%s '%s' is none of %s"
                        .formatted(name, value, choices.toString().toLowerCase(Locale.ROOT)));
    }
}
