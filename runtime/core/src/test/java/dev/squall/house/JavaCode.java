package dev.squall.house;

/** A Java source without its words: comments, texts and characters become blanks. */
final class JavaCode {

    private final String source;
    private final StringBuilder code = new StringBuilder();
    private int at;

    private JavaCode(String source) {
        this.source = source;
    }

    /** The code of a source; every character keeps its line and column. */
    static String of(String source) {
        return new JavaCode(source).run();
    }

    private String run() {
        while (at < source.length()) {
            if (source.startsWith("//", at)) {
                blankTo(source.indexOf('\n', at), 0);
            } else if (source.startsWith("/*", at)) {
                blankTo(source.indexOf("*/", at + 2), 2);
            } else if (source.startsWith("\"\"\"", at)) {
                blankTo(quote("\"\"\"", at + 3), 3);
            } else if (source.charAt(at) == '"') {
                blankTo(quote("\"", at + 1), 1);
            } else if (source.charAt(at) == '\'') {
                blankTo(quote("'", at + 1), 1);
            } else {
                code.append(source.charAt(at++));
            }
        }
        return code.toString();
    }

    /** Where the closing mark stands, passing over those behind a backslash. */
    private int quote(String mark, int from) {
        int i = from;
        while (i < source.length() && !source.startsWith(mark, i)) {
            i += source.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private void blankTo(int end, int mark) {
        int to = end < 0 ? source.length() : Math.min(end + mark, source.length());
        for (; at < to; at++) {
            code.append(source.charAt(at) == '\n' ? '\n' : ' ');
        }
    }
}
