package dev.squall.edge;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Reads the best video stream of a file once, from its start to its end.
 *
 * <p>Positions count from the first frame and always grow: a frame without a time stamp, or with
 * one that goes back, stands one interval after the frame before it.
 *
 * <p>One thread at a time. Owns its native memory until {@link #close}; the frame that it hands out
 * is valid until the next call.
 */
final class VideoDecoder implements AutoCloseable {
    private static final double FPS_IF_UNKNOWN = 25;

    private final Path file;
    private final AVFormatContext container = new AVFormatContext(null);
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private AVCodecContext codec = new AVCodecContext(null);
    private int stream;
    private double microsPerTick;
    private long intervalMicros;

    private long firstTicks = AV_NOPTS_VALUE;
    private long positionMicros = Camera.END;
    private boolean draining;
    private boolean closed;

    private VideoDecoder(Path file) {
        this.file = file;
    }

    /** Opens a file; {@link Ffmpeg#load} was called before. */
    static VideoDecoder open(Path file) throws IOException {
        var decoder = new VideoDecoder(file);
        try {
            decoder.openContainer();
            return decoder;
        } catch (IOException e) {
            decoder.close();
            throw e;
        }
    }

    private void openContainer() throws IOException {
        Ffmpeg.check(
                avformat_open_input(container, file.toString(), null, null), "cannot open " + file);
        Ffmpeg.check(
                avformat_find_stream_info(container, (AVDictionary) null),
                "cannot read the streams of " + file);
        stream =
                Ffmpeg.check(
                        av_find_best_stream(
                                container, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0),
                        "no video in " + file);
        AVStream video = container.streams(stream);
        microsPerTick = av_q2d(video.time_base()) * 1_000_000;
        double fps = av_q2d(av_guess_frame_rate(container, video, null));
        intervalMicros = Math.max(1, Math.round(1_000_000 / (fps > 0 ? fps : FPS_IF_UNKNOWN)));
        openCodec(video);
    }

    private void openCodec(AVStream video) throws IOException {
        AVCodec decoder = avcodec_find_decoder(video.codecpar().codec_id());
        if (decoder == null) {
            throw new IOException(
                    "no decoder for codec %d of %s".formatted(video.codecpar().codec_id(), file));
        }
        codec = avcodec_alloc_context3(decoder);
        Ffmpeg.check(
                avcodec_parameters_to_context(codec, video.codecpar()),
                "cannot set up the decoder for " + file);
        codec.thread_count(1); // a thread more would buy speed that a camera's rate does not need
        Ffmpeg.check(
                avcodec_open2(codec, decoder, (AVDictionary) null),
                "cannot open the decoder for " + file);
    }

    /**
     * Decodes up to the next frame.
     *
     * @return its position in microseconds, or {@link Camera#END}
     */
    long advance() throws IOException {
        while (true) {
            int answer = avcodec_receive_frame(codec, frame);
            if (answer == AVERROR_EOF) {
                return Camera.END;
            }
            if (answer != AVERROR_EAGAIN()) {
                readable(answer);
                positionMicros = position(frame.best_effort_timestamp());
                return positionMicros;
            }
            feed();
        }
    }

    /** Gives the decoder the next packet of the stream, or the sign that there is none. */
    private void feed() throws IOException {
        while (!draining) {
            int answer = av_read_frame(container, packet);
            if (answer == AVERROR_EOF) {
                draining = true;
                avcodec_send_packet(codec, null);
                return;
            }
            Ffmpeg.check(answer, "cannot read on in " + file);
            boolean ours = packet.stream_index() == stream;
            int taken = ours ? avcodec_send_packet(codec, packet) : 0;
            av_packet_unref(packet);
            if (ours) {
                readable(taken);
                return;
            }
        }
    }

    private void readable(int answer) throws UnreadableFrameException {
        if (answer < 0) {
            throw new UnreadableFrameException(
                    "%s, after %.1f s: %s"
                            .formatted(file, positionMicros / 1e6, Ffmpeg.reason(answer)));
        }
    }

    private long position(long ticks) {
        if (ticks == AV_NOPTS_VALUE) {
            return positionMicros < 0 ? 0 : positionMicros + intervalMicros;
        }
        if (firstTicks == AV_NOPTS_VALUE) {
            firstTicks = ticks;
        }
        long stated = Math.round((ticks - firstTicks) * microsPerTick);
        return stated > positionMicros ? stated : positionMicros + intervalMicros;
    }

    /** The frame that {@link #advance} decoded; valid until the next call. */
    AVFrame frame() {
        return frame;
    }

    long intervalMicros() {
        return intervalMicros;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(codec);
        avformat_close_input(container);
    }
}
