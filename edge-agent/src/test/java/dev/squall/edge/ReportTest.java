package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReportTest {
    private final Counters counters = new Counters();

    @Test
    void aLineForPeople() {
        assertEquals(
                "captured=12 sent=9 buffered=1 dropped{late=2} retries=3 failovers=1 bytes=900"
                        + " last_version=77 ack_p50=1.5ms ack_p99=20.3ms",
                report("clip.avi").toLine());
    }

    @Test
    void anObjectForPrograms() {
        assertEquals(
                "{\"id\":\"edge-1\",\"key\":\"/c/d\",\"source\":\"a\\\"b\\\\c\\u000a\","
                        + "\"producer\":\"edge-1.c.d\",\"incarnation\":1700,\"node\":\"http://a\","
                        + "\"captured\":12,\"sent\":9,\"dropped\":{\"sampled\":0,\"late\":2,"
                        + "\"unreadable\":0,\"too-big\":0,\"buffer-frames\":0,\"buffer-bytes\":0,"
                        + "\"refused\":0,\"failed\":0,\"abandoned\":0},\"buffered_frames\":1,"
                        + "\"buffered_bytes\":100,\"retries\":3,\"failovers\":1,\"bytes\":900,"
                        + "\"last_version\":77,\"ack_p50_us\":1500,\"ack_p99_us\":20250}",
                report("a\"b\\c\n").toJson());
    }

    @Test
    void latenciesAreOfTheLastStretchAndOfAll() {
        for (int i = 0; i < 100; i++) {
            counters.stored(1, i, 100);
        }
        counters.roll();
        assertEquals(100, counters.recent().p99Micros());
        counters.stored(1, 100, 50);
        assertEquals(100, counters.recent().p99Micros(), "not before the stretch has ended");
        counters.roll();
        assertEquals(50, counters.recent().p99Micros());
        assertEquals(100, counters.overall().p50Micros());
    }

    @Test
    void anAnswerAfterAnHourIsRecordedAsTheLongest() {
        counters.stored(1, 1, 3_600_000_000L);
        counters.roll();
        assertEquals(1, counters.sent.get());
        assertEquals(
                Counters.MAX_ACK_MICROS / 1e6, counters.recent().p50Micros() / 1e6, 0.6, "seconds");
    }

    private Report report(String source) {
        counters.dropped(Drop.LATE);
        counters.dropped(Drop.LATE);
        return new Report(
                "edge-1",
                "/c/d",
                source,
                ProducerId.of("edge-1", "/c/d", 1_700),
                "http://a",
                12,
                9,
                counters.dropped(),
                1,
                100,
                3,
                1,
                900,
                77,
                new Counters.Latency(1_500, 20_250));
    }
}
