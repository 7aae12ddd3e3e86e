package dev.squall.edge;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The door to FFmpeg's native libraries. They load with the first call of {@link #load}, which only
 * a video file makes: the other cameras stay small.
 */
final class Ffmpeg {
    private static final int MAX_ERROR_BYTES = 128;

    private Ffmpeg() {}

    /**
     * Loads the libraries. The binding's own book-keeping is off: everything native here has one
     * owner that frees it, so neither a collector thread nor a look at the process's memory before
     * each allocation has anything to do.
     */
    static void load() throws IOException {
        System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        try {
            av_log_set_level(AV_LOG_FATAL); // what matters comes back as an error code
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new IOException(
                    "cannot load FFmpeg's libraries for "
                            + System.getProperty("os.arch")
                            + "; build with the right -Djavacpp.platform",
                    e);
        }
    }

    /** Passes an answer on if it is no error; otherwise says what failed and why. */
    static int check(int answer, String what) throws IOException {
        if (answer < 0) {
            throw new IOException(what + ": " + reason(answer));
        }
        return answer;
    }

    /** FFmpeg's own words for an error code. */
    static String reason(int code) {
        byte[] text = new byte[MAX_ERROR_BYTES];
        av_strerror(code, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
