package dev.squall.bench.member;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StampTest {

    @Test
    void aPayloadSaysWhoMadeIt() {
        var payload = new Stamp(3, 2, 1L << 40).payload(100);
        assertEquals(100, payload.length);
        assertEquals("3-2-1099511627776", Stamp.read(MemorySegment.ofArray(payload)));
    }

    @Test
    void aChangeOfAnyByteIsSeen() {
        var payload = new Stamp(1, 2, 3).payload(40);
        for (int i = 0; i < payload.length; i++) {
            var changed = payload.clone();
            changed[i] ^= 1;
            assertEquals("harmed", Stamp.read(MemorySegment.ofArray(changed)), "byte " + i);
        }
    }

    @Test
    void aPayloadThatWasCutIsSeen() {
        var payload = new Stamp(1, 2, 3).payload(40);
        for (int length = 0; length < payload.length; length++) {
            var cut = Arrays.copyOf(payload, length);
            assertEquals("harmed", Stamp.read(MemorySegment.ofArray(cut)), length + " bytes");
        }
    }
}
