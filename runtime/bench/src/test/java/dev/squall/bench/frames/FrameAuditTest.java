package dev.squall.bench.frames;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FrameAuditTest {

    private static FrameAudit.Findings audit(String... producers) {
        List<History.Version> versions = new ArrayList<>();
        for (var producer : producers) {
            versions.add(new History.Version(versions.size() + 1, versions.size(), producer));
        }
        return FrameAudit.count(versions, 0, new Histogram(3));
    }

    @Test
    void numbersWithoutGapsAreClean() {
        assertTrue(audit("a/1/7", "a/1/8", "b/1/1", "a/1/9", "a/2/1", "").clean());
    }

    @Test
    void aHoleIsALossADoubleADoubleAndAStepBackADisorder() {
        assertEquals(2, audit("a/1/1", "a/1/4").lost());
        assertEquals(1, audit("a/1/1", "a/1/2", "a/1/1").doubles());
        assertEquals(1, audit("a/1/2", "a/1/1").disorder());
        assertFalse(audit("a/1/1", "a/1/3").clean());
    }
}
