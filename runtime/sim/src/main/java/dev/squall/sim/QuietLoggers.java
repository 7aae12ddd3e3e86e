package dev.squall.sim;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** Keeps the nodes' own log lines quiet: a simulation's trace says the same, in order. */
public final class QuietLoggers extends System.LoggerFinder {

    private record Quiet(String name) implements System.Logger {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return false;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {}

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object... arguments) {}
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Quiet(name);
    }
}
