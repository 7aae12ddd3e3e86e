package dev.squall.edge;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;

/**
 * Turns decoded frames of any format into JPEGs of one size.
 *
 * <p>A JPEG uses the full range of each byte, most video only 16 to 235: the scaler converts the
 * range, and the size too should the video change its own half way.
 *
 * <p>One thread at a time. Owns its native memory until {@link #close}.
 */
final class MjpegEncoder implements AutoCloseable {
    /** The coarsest step that the encoder knows. */
    private static final int MAX_STEP = 31;

    private final AVPacket packet = av_packet_alloc();
    private final AVFrame converted = av_frame_alloc();
    private final SwsContext scaler = sws_alloc_context();
    private final int step;
    private AVCodecContext codec = new AVCodecContext(null);
    private long encoded;
    private boolean closed;

    private MjpegEncoder(int quality) {
        this.step = step(quality);
    }

    /**
     * Makes an encoder.
     *
     * @param quality 1 to 100, as the common JPEG library counts it
     */
    static MjpegEncoder open(int width, int height, int quality) throws IOException {
        var encoder = new MjpegEncoder(quality);
        try {
            encoder.openCodec(width, height);
            return encoder;
        } catch (IOException e) {
            encoder.close();
            throw e;
        }
    }

    /**
     * The encoder's quantiser step for a quality. The encoder multiplies its table by step/8, the
     * JPEG library by (200 - 2q) % from quality 50 up and by (5000 / q) % below: set them equal.
     */
    static int step(int quality) {
        double scale = quality >= 50 ? 2 - quality / 50.0 : 50.0 / quality;
        return Math.clamp(Math.round(8 * scale), 1, MAX_STEP);
    }

    private void openCodec(int width, int height) throws IOException {
        AVCodec encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
        if (encoder == null) {
            throw new IOException("this build of FFmpeg has no JPEG encoder");
        }
        codec = avcodec_alloc_context3(encoder);
        codec.width(width);
        codec.height(height);
        codec.pix_fmt(AV_PIX_FMT_YUV420P);
        codec.color_range(AVCOL_RANGE_JPEG);
        codec.time_base().num(1).den(1_000); // it wants one, a JPEG holds none
        codec.flags(codec.flags() | AV_CODEC_FLAG_QSCALE);
        codec.qmin(1);
        codec.qmax(MAX_STEP);
        codec.global_quality(step * FF_QP2LAMBDA);
        codec.thread_count(1);
        Ffmpeg.check(
                avcodec_open2(codec, encoder, (AVDictionary) null),
                "cannot open the JPEG encoder for %dx%d".formatted(width, height));
        converted.width(width);
        converted.height(height);
        converted.format(AV_PIX_FMT_YUV420P);
        converted.color_range(AVCOL_RANGE_JPEG);
        Ffmpeg.check(av_frame_get_buffer(converted, 0), "no memory for a frame");
    }

    /** Encodes a frame, which stays the caller's. */
    byte[] encode(AVFrame frame) throws IOException {
        Ffmpeg.check(av_frame_make_writable(converted), "no memory for a frame");
        Ffmpeg.check(sws_scale_frame(scaler, converted, frame), "cannot convert a frame");
        converted.pts(encoded++);
        converted.quality(step * FF_QP2LAMBDA);
        Ffmpeg.check(avcodec_send_frame(codec, converted), "cannot encode a frame");
        Ffmpeg.check(avcodec_receive_packet(codec, packet), "cannot encode a frame");
        byte[] jpeg = new byte[packet.size()];
        packet.data().get(jpeg);
        av_packet_unref(packet);
        return jpeg;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        avcodec_free_context(codec);
        sws_freeContext(scaler);
        av_frame_free(converted);
        av_packet_free(packet);
    }
}
