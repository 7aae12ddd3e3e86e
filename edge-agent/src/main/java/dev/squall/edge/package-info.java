/**
 * The edge agent: streams one camera into Squall.
 *
 * <p>Frames go one way: {@link dev.squall.edge.Camera} (a video file, a directory of images or a
 * generator) to {@link dev.squall.edge.Capture}, which paces them like the camera did, to {@link
 * dev.squall.edge.FrameBuffer}, which is bounded and drops the oldest, to {@link
 * dev.squall.edge.Uplink}, which puts each frame once and in order on whichever node answers.
 * {@link dev.squall.edge.EdgeAgent} joins them.
 */
@NullMarked
package dev.squall.edge;

import org.jspecify.annotations.NullMarked;
