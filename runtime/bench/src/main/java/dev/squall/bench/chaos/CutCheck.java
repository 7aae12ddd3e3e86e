package dev.squall.bench.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * A read at a time T of several keys is a consistent cut: each key shows its newest version not
 * after T, of all that are kept in the end. What was served once can therefore never change.
 */
final class CutCheck {

    private CutCheck() {}

    static List<String> of(List<CutRead> reads, Kept kept) {
        var wrong = new ArrayList<String>();
        for (var read : reads) {
            var newest = kept.at(read.key(), read.micros());
            boolean none = newest == null || newest.deleted();
            if (newest == null || none) {
                if (read.version() != 0) {
                    wrong.add("%s, but there was no object".formatted(read));
                }
            } else if (read.version() != newest.version()
                    || !read.stamp().equals(newest.producer())) {
                wrong.add("%s, but the newest until then is %s".formatted(read, newest));
            }
        }
        return wrong;
    }
}
