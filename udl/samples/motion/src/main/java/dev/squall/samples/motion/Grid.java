package dev.squall.samples.motion;

import dev.squall.udl.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The model's grid of scores, joined to boxes: cells that touch, also at corners, are one region.
 *
 * <p>Regions come in the order of their first cell, row by row, so that the same frame gives the
 * same boxes in the same order.
 */
final class Grid {

    /** Side of a cell, in pixels of the model's background. */
    private static final int CELL = 4;

    private final float[] scores; // 0: nothing, or taken by a region already
    private final int columns;
    private final int rows;
    private final int pixels; // side of a cell in the frame
    private final Frame frame;

    Grid(Tensor grid, Tensor background, Frame frame) {
        scores = grid.bytes().toArray(ValueLayout.JAVA_FLOAT);
        rows = Math.toIntExact(grid.shape().get(2));
        columns = Math.toIntExact(grid.shape().get(3));
        pixels = CELL * (frame.width() / Math.toIntExact(background.shape().get(3)));
        this.frame = frame;
    }

    /** The first number of a tensor. */
    static float first(Tensor tensor) {
        return tensor.bytes().get(ValueLayout.JAVA_FLOAT, 0);
    }

    /** The regions of at least so many cells. */
    List<Box> boxes(int leastCells) {
        var boxes = new ArrayList<Box>();
        for (int cell = 0; cell < scores.length; cell++) {
            if (scores[cell] > 0) {
                var region = new Region();
                region.flood(cell);
                if (region.cells >= leastCells) {
                    boxes.add(region.box());
                }
            }
        }
        return boxes;
    }

    private final class Region {

        private int left = Integer.MAX_VALUE;
        private int top = Integer.MAX_VALUE;
        private int right;
        private int bottom;
        private float score;
        private int cells;

        void flood(int start) {
            var open = new ArrayDeque<Integer>();
            take(start, open);
            while (!open.isEmpty()) {
                int cell = open.remove();
                int column = cell % columns;
                int row = cell / columns;
                for (int y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
                    for (int x = Math.max(0, column - 1);
                            x <= Math.min(columns - 1, column + 1);
                            x++) {
                        take(y * columns + x, open);
                    }
                }
            }
        }

        private void take(int cell, ArrayDeque<Integer> open) {
            if (scores[cell] == 0) {
                return;
            }
            left = Math.min(left, cell % columns);
            right = Math.max(right, cell % columns + 1);
            top = Math.min(top, cell / columns);
            bottom = Math.max(bottom, cell / columns + 1);
            score = Math.max(score, scores[cell]);
            cells++;
            scores[cell] = 0;
            open.add(cell);
        }

        Box box() {
            int x = left * pixels;
            int y = top * pixels;
            return new Box(
                    x,
                    y,
                    Math.min(frame.width(), right * pixels) - x,
                    Math.min(frame.height(), bottom * pixels) - y,
                    score);
        }
    }
}
