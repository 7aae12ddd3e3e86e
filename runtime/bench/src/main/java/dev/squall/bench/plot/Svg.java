package dev.squall.bench.plot;

import java.util.Locale;

/**
 * A picture, as text. Its colours stand out from a white page and from a black one, for nobody
 * knows on which it will be shown.
 */
final class Svg {

    /** The picture's width in its own units. */
    static final int WIDTH = 760;

    /** Text and lines. */
    static final String GREY = "#7d8590";

    /** Squall. */
    static final String BLUE = "#2f81f7";

    private final StringBuilder body = new StringBuilder();

    /** Where text begins, ends, or has its middle. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    void text(double x, double y, Anchor anchor, boolean bold, String text) {
        body.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\"%s>%s</text>%n",
                        x,
                        y,
                        anchor.name().toLowerCase(Locale.ROOT),
                        GREY,
                        bold ? " font-weight=\"bold\"" : "",
                        escaped(text)));
    }

    void bar(double x, double y, double width, double height, String colour) {
        body.append(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\""
                                + " fill=\"%s\"/>%n",
                        x,
                        y,
                        width,
                        height,
                        colour));
    }

    void line(double x1, double y1, double x2, double y2, double width, String colour) {
        body.append(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\""
                                + " stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
                        x1,
                        y1,
                        x2,
                        y2,
                        colour,
                        width));
    }

    void dot(double x, double y, double radius, String colour) {
        body.append(
                String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>%n",
                        x,
                        y,
                        radius,
                        colour));
    }

    /** The whole file. */
    String finish(double height, String title) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\""
                        + " width=\"%d\" height=\"%.0f\" font-family=\"sans-serif\""
                        + " font-size=\"13\">%n<title>%s</title>%n%s</svg>%n",
                WIDTH,
                height,
                WIDTH,
                height,
                escaped(title),
                body);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
