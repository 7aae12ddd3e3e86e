package dev.squall.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A source of pictures with a rhythm of its own.
 *
 * <p>Reading and encoding are two steps, so that a frame that is not wanted (late, or sampled out)
 * costs no encoding. A camera knows nothing of time: it says where a frame stands, {@link Capture}
 * says when it is due.
 *
 * <p>One thread at a time; whoever opened it closes it.
 */
sealed interface Camera extends AutoCloseable permits VideoFile, ImageDirectory, Generator {
    /** What {@link #advance} answers after the last frame. */
    long END = -1;

    /**
     * Goes on to the next frame.
     *
     * @return its position, microseconds from the source's start, more than the last one; or {@link
     *     #END}
     * @throws UnreadableFrameException when this frame cannot be decoded; the next call goes on
     *     after it
     * @throws IOException when the source cannot be read any further
     */
    long advance() throws IOException;

    /**
     * The frame that {@link #advance} went to, as JPEG; the caller owns the array.
     *
     * @throws UnreadableFrameException as there
     */
    byte[] jpeg() throws IOException;

    /** Goes back to before the first frame; positions begin at 0 again. */
    void rewind() throws IOException;

    /** The time from one frame to the next as the source states it, in microseconds. */
    long intervalMicros();

    @Override
    void close();

    /**
     * Opens what {@code --source} names: {@code generator:WxH@FPS[#SEED]}, a directory of images,
     * or a video file. Only the last one loads native libraries.
     *
     * @param fps the rate for a directory of images, which has none of its own; 0 for its default
     * @param quality of the JPEGs, 1 to 100
     */
    static Camera open(String source, double fps, int quality) throws IOException {
        if (source.startsWith(Generator.PREFIX)) {
            return Generator.parse(source, quality);
        }
        Path path = Path.of(source);
        if (Files.isDirectory(path)) {
            return new ImageDirectory(path, fps, quality);
        }
        if (!Files.exists(path)) {
            throw new NoSuchFileException(
                    source,
                    null,
                    "no such file; a source is a video file, a directory of images or "
                            + Generator.PREFIX
                            + "WxH@FPS");
        }
        return new VideoFile(path, quality);
    }
}
