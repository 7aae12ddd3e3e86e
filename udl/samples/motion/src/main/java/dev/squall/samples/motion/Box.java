package dev.squall.samples.motion;

/**
 * A moving region, in the frame's pixels.
 *
 * @param x its left edge
 * @param y its upper edge
 * @param w its width
 * @param h its height
 * @param score from above 0.5 (a change as large as the threshold) up to 1; each threshold's worth
 *     of change more halves what is missing to 1
 */
record Box(int x, int y, int w, int h, float score) {}
