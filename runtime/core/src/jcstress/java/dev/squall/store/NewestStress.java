package dev.squall.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What readers of the newest version may see while it is written. */
public class NewestStress {

    /** Nothing, or a version as a whole. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "before the first")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first came between")
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "both came between")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the first")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the second came between")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "the second")
    @Outcome(expect = FORBIDDEN, desc = "half a version, or an older one after a newer one")
    @State
    public static class WholeAndForward {

        private final byte[] key = Stage.newKey();

        @Actor
        public void writer() {
            Stage.put(key, 1);
            Stage.put(key, 2);
        }

        @Actor
        public void reader(II_Result seen) {
            seen.r1 = Stage.newest(key);
            seen.r2 = Stage.newest(key);
        }
    }

    /** Who sees what came later sees what came earlier. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "before both")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first, or both came between")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "the later one without the earlier")
    @State
    public static class InOrderAcrossKeys {

        private final byte[] earlier = Stage.newKey();
        private final byte[] later = Stage.newKey();

        @Actor
        public void writer() {
            Stage.put(earlier, 1);
            Stage.put(later, 1);
        }

        @Actor
        public void reader(II_Result seen) {
            seen.r1 = Stage.newest(later);
            seen.r2 = Stage.newest(earlier);
        }
    }

    /** Who sees one part of a batch sees the other, whichever came first in it. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "before the batch")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the batch came between")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the batch")
    @Outcome(expect = FORBIDDEN, desc = "half a batch")
    @State
    public static class WholeBatch {

        private final List<byte[]> inBatch = List.of(Stage.newKey(), Stage.newKey());
        private final List<byte[]> asRead = Stage.eitherWay(inBatch);

        @Actor
        public void writer() {
            Stage.putAll(inBatch, 1);
        }

        @Actor
        public void reader(II_Result seen) {
            seen.r1 = Stage.newest(asRead.getFirst());
            seen.r2 = Stage.newest(asRead.getLast());
        }
    }

    /** Behind a version lies the one before it, linked before anybody can find it. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "at most the first")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the second came between")
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "both later ones came between")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "behind the second")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the third came between")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "behind the third")
    @Outcome(expect = FORBIDDEN, desc = "a link to nowhere")
    @State
    public static class LinkedBackwards {

        private final byte[] key = Stage.newKey();

        @Actor
        public void writer() {
            Stage.put(key, 1);
            Stage.put(key, 2);
            Stage.put(key, 3);
        }

        @Actor
        public void reader(II_Result seen) {
            seen.r1 = Stage.beforeNewest(key);
            seen.r2 = Stage.beforeNewest(key);
        }
    }
}
