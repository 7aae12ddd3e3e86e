package dev.squall.inspect;

import dev.squall.log.FileDisk;
import dev.squall.log.LogTool;
import java.util.List;

/** {@code squall log}: hands over to {@link LogTool}. */
public final class LogMain {

    private LogMain() {}

    /** Exits with 0 when all is what was written, 1 when not, 2 when misused. */
    public static void main(String[] args) {
        System.exit(new LogTool(FileDisk::look, System.out, System.err).run(List.of(args)));
    }
}
