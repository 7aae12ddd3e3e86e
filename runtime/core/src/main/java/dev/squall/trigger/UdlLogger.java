package dev.squall.trigger;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A UDL's logger: to the node's log, and to the lines that are shown for the UDL. */
final class UdlLogger implements System.Logger {

    private final String name;
    private final UdlStats stats;
    private final System.Logger node;

    UdlLogger(String name, UdlStats stats) {
        this.name = name;
        this.stats = stats;
        this.node = System.getLogger("dev.squall.udl." + name);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return node.isLoggable(level);
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String message,
            @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            stats.log(level + " " + message + (thrown == null ? "" : ": " + thrown));
            node.log(level, message, thrown);
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object... arguments) {
        if (isLoggable(level)) {
            var text =
                    arguments == null || arguments.length == 0
                            ? String.valueOf(format)
                            : MessageFormat.format(String.valueOf(format), arguments);
            stats.log(level + " " + text);
            node.log(level, text);
        }
    }
}
