package dev.squall.bench.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.bench.node.NodeClient.Version;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checks beside linearizability: each passes what is right and finds what is planted. */
class ChecksTest {

    private static void found(String what, List<String> wrong) {
        assertEquals(1, wrong.size(), wrong.toString());
        assertTrue(wrong.getFirst().contains(what), wrong.toString());
    }

    private static LedgerCheck.Findings ledger(Story story) {
        return LedgerCheck.of(story.operations(), story.kept());
    }

    @Test
    void whatIsKeptAsToldIsRight() {
        var story =
                new Story()
                        .put("a", 0, 1, 1)
                        .delete("b", 2, 3, 2)
                        .putUnknown("c", 4)
                        .putUnknown("never", 4)
                        .putFailed("d", 5, 6)
                        .keep("a", 1)
                        .keepDelete("b", 2)
                        .keep("c", 3);
        assertEquals(List.of(), ledger(story).wrong());
        assertEquals(List.of(), LedgerCheck.of(List.of(), new Story().kept()).wrong());
    }

    @Test
    void aLostWriteIsFound() {
        var findings = ledger(new Story().put("a", 0, 1, 1));
        assertEquals(1, findings.lost());
        found("lost: put", findings.wrong());
        found("otherwise than told", ledger(new Story().put("a", 0, 1, 1).keep("a", 2)).wrong());
    }

    @Test
    void aWriteAppliedTwiceIsFound() {
        var findings = ledger(new Story().put("a", 0, 1, 1).keep("a", 1).keep("a", 2));
        assertEquals(1, findings.twice());
        found("applied twice", findings.wrong());
    }

    @Test
    void whatNobodyMadeAndWhatWasRefusedIsFound() {
        found("nobody made", ledger(new Story().keep("x", 1)).wrong());
        found("told otherwise", ledger(new Story().putFailed("a", 0, 1).keep("a", 1)).wrong());
        found("told otherwise", ledger(new Story().casMismatch("a", 3, 0, 1).keep("a", 1)).wrong());
        found("is kept as", ledger(new Story().put("a", 0, 1, 1).keepDelete("a", 1)).wrong());
    }

    @Test
    void versionsThatStepBackAreFound() {
        var story = new Story().put("a", 0, 1, 2).put("b", 0, 1, 1).keep("a", 2).keep("b", 1);
        found("steps back", ledger(story).wrong());
    }

    @Test
    void nodesThatKeepDifferentThingsAreFound() {
        var story = new Story().put("a", 0, 1, 1).keep("a", 1);
        found(
                "1 versions at the first node and 0 at node 2",
                LedgerCheck.of(story.operations(), story.kept(List.of())).wrong());
        found(
                "at place 0",
                LedgerCheck.of(
                                story.operations(),
                                story.kept(List.of(new Version(1, 10, 7, false, "a"))))
                        .wrong());
    }

    private static List<String> reads(Story story) {
        return ReadCheck.of(story.operations(), story.kept());
    }

    @Test
    void aLocalReadMayBeBehindButNotStepBack() {
        var story = new Story().put("a", 0, 1, 1).put("b", 2, 3, 2).keep("a", 1).keep("b", 2);
        assertEquals(List.of(), reads(story.readAbsent(5, 3, 4).read(5, "a", 5, 6, 1)));
        assertEquals(List.of(), reads(story.read(5, "b", 7, 8, 2).read(6, "a", 9, 10, 1)));
        found("saw version 2 at this node before", reads(story.read(5, "a", 11, 12, 1)));
    }

    @Test
    void anObjectMayVanishOnlyByALaterDelete() {
        var story = new Story().put("a", 0, 1, 1).keep("a", 1).read(5, "a", 2, 3, 1);
        found("saw version 1 at this node before", reads(story.readAbsent(5, 4, 5)));
        assertEquals(List.of(), reads(story.delete("d", 3, 4, 2).keepDelete("d", 2)));
    }

    @Test
    void onlyWhatWasBegunCanBeSeen() {
        found("nobody wrote", reads(new Story().read(5, Values.HARMED, 0, 1, 1)));
        var early = new Story().read(5, "a", 0, 1, 1).put("a", 2, 3, 1).keep("a", 1);
        found("not yet written", reads(early));
    }

    @Test
    void whatWasStableMustBeKept() {
        var story = new Story().putUnknown("a", 0).stable("a", 1, 2, 1);
        found("stable what is not kept", reads(story));
        assertEquals(List.of(), reads(story.keep("a", 1)));
    }

    private static List<String> cut(Story story, long micros, long version, String stamp) {
        var read = new CutRead(1, Story.KEY, micros, version, stamp);
        return CutCheck.of(List.of(read), story.kept());
    }

    @Test
    void aReadAtATimeShowsTheNewestUntilThen() {
        var story = new Story().keep("a", 1).keep("b", 3).keepDelete("c", 5);
        assertEquals(List.of(), cut(story, 9, 0, ""));
        assertEquals(List.of(), cut(story, 10, 1, "a"));
        assertEquals(List.of(), cut(story, 29, 1, "a"));
        assertEquals(List.of(), cut(story, 49, 3, "b"));
        assertEquals(List.of(), cut(story, 50, 0, ""));
        found("the newest until then", cut(story, 30, 1, "a"));
        found("the newest until then", cut(story, 30, 0, ""));
        found("the newest until then", cut(story, 30, 3, "a"));
        found("there was no object", cut(story, 9, 1, "a"));
        found("there was no object", cut(story, 60, 3, "b"));
    }

    @Test
    void theWholeJudgementSettlesUnknownOutcomesByWhatIsKept() {
        var recording = new Recording();
        var story =
                new Story()
                        .put("a", 0, 1, 1)
                        .putUnknown("b", 2)
                        .cas("c", 2, 3, 4, 3)
                        .keep("a", 1)
                        .keep("b", 2)
                        .keep("c", 3);
        story.operations().forEach(recording::add);
        assertTrue(Judgement.of(recording, story.kept(), true).clean());
        recording.add(new Story().stable("a", 5, 6, 1).operations().getFirst());
        var linear = Judgement.of(recording, story.kept(), true);
        found("not linearizable", linear.wrong());
        assertTrue(Judgement.of(recording, story.kept(), false).clean(), "only behind");
        recording.strange("a thing");
        found("a thing", Judgement.of(recording, story.kept(), false).wrong());
    }

    @Test
    void valuesSayWhoseTheyAre() {
        for (var stamp : List.of("client1/1/1", "client2/1/77")) {
            var text = new String(Values.of(stamp), StandardCharsets.UTF_8);
            assertEquals(stamp, Values.stamp(text));
            assertEquals(Values.HARMED, Values.stamp(text + "x"));
            assertEquals(Values.HARMED, Values.stamp(text.replace('/', '-')));
        }
        assertEquals(Values.HARMED, Values.stamp(""));
    }
}
