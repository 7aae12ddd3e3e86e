package dev.squall.edge;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A recording, at the pace of its own time stamps; whatever FFmpeg can open and decode.
 *
 * <p>All frames get the size of the first one. To rewind, the file is opened anew: that works with
 * every container, also with one that cannot seek.
 */
final class VideoFile implements Camera {
    private final Path file;
    private final int quality;
    private VideoDecoder decoder;
    private @Nullable MjpegEncoder encoder;

    VideoFile(Path file, int quality) throws IOException {
        Ffmpeg.load();
        this.file = file;
        this.quality = quality;
        this.decoder = VideoDecoder.open(file);
    }

    @Override
    public long advance() throws IOException {
        return decoder.advance();
    }

    @Override
    public byte[] jpeg() throws IOException {
        if (encoder == null) {
            encoder = MjpegEncoder.open(decoder.frame().width(), decoder.frame().height(), quality);
        }
        return encoder.encode(decoder.frame());
    }

    @Override
    public void rewind() throws IOException {
        decoder.close();
        decoder = VideoDecoder.open(file);
    }

    @Override
    public long intervalMicros() {
        return decoder.intervalMicros();
    }

    @Override
    public void close() {
        decoder.close();
        if (encoder != null) {
            encoder.close();
        }
    }
}
