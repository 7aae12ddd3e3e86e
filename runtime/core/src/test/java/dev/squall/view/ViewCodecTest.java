package dev.squall.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written is read again, and of other bytes nothing comes but an {@link IOException}. */
@Timeout(120)
class ViewCodecTest {

    private static final int ROUNDS = 400;
    private static final int MUTATIONS = 200;

    private final SplittableRandom random = new SplittableRandom(20_26);

    /** Reads bytes. */
    private interface Reader<T> {
        T read(byte[] bytes) throws IOException;
    }

    /** Writes what was read. */
    private interface Writer<T> {
        byte[] write(T value);
    }

    private <T> List<T> some(int max, Supplier<T> one) {
        var list = new ArrayList<T>();
        int count = random.nextInt(max + 1);
        for (int i = 0; i < count; i++) {
            list.add(one.get());
        }
        return list;
    }

    private <T> @Nullable T perhaps(Supplier<T> one) {
        return random.nextBoolean() ? one.get() : null;
    }

    private Seat seat() {
        var host = "h\u00e9-" + "x".repeat(random.nextInt(40));
        var member = new Member(random.nextInt(), host, random.nextInt(65_536), "http://" + host);
        return new Seat(member, random.nextLong());
    }

    private Holding holding() {
        return new Holding(
                random.nextInt(),
                random.nextLong(),
                random.nextBoolean(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong());
    }

    private Report report() {
        return new Report(
                random.nextInt(),
                random.nextLong(),
                random.nextBoolean(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                some(5, random::nextInt),
                some(5, this::holding));
    }

    private Decision decision() {
        return new Decision(
                new View(random.nextLong(), some(5, this::seat)),
                random.nextLong(),
                some(5, random::nextInt),
                some(5, this::report));
    }

    private Vote vote() {
        return new Vote(
                decision(),
                random.nextLong(),
                random.nextLong(),
                perhaps(this::decision),
                random.nextLong());
    }

    private Row.Proposal proposal() {
        return new Row.Proposal(random.nextLong(), random.nextLong(), perhaps(this::decision));
    }

    private Row row() {
        var wishes = Row.Wish.values();
        return new Row(
                seat(),
                wishes[random.nextInt(wishes.length)],
                vote(),
                random.nextBoolean(),
                perhaps(this::report),
                some(5, this::seat),
                random.nextLong(),
                perhaps(this::proposal));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            var decision = decision();
            assertEquals(decision, ViewCodec.readDecision(ViewCodec.write(decision)));
            var vote = vote();
            assertEquals(vote, ViewCodec.readVote(ViewCodec.write(vote)));
            var row = row();
            assertEquals(row, ViewCodec.readRow(ViewCodec.write(row)));
        }
    }

    /** Bytes that were changed are refused, or mean something that can be written and read. */
    @Test
    void onlyAnIoExceptionComesOutOfAnyBytes() {
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            var decision = ViewCodec.write(decision());
            refused += refused(decision, ViewCodec::readDecision, ViewCodec::write);
            refused += refused(ViewCodec.write(row()), ViewCodec::readRow, ViewCodec::write);
        }
        assertTrue(refused > ROUNDS * MUTATIONS / 2, refused + " refused");
        assertTrue(refused < 2 * ROUNDS * MUTATIONS, "all refused: nothing was read to its end");
    }

    private <T> int refused(byte[] honest, Reader<T> reader, Writer<T> writer) {
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            var bytes = mutated(honest);
            try {
                var value = reader.read(bytes);
                assertEquals(value, reader.read(writer.write(value)));
            } catch (IOException e) {
                refused++;
            }
        }
        return refused;
    }

    /** A vote is guarded: nobody may take a damaged one for what was promised. */
    @Test
    void everyChangeOfAVoteIsRefused() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            var honest = ViewCodec.write(vote());
            for (int j = 0; j < MUTATIONS / 10; j++) {
                var bytes = mutated(honest);
                if (!Arrays.equals(bytes, honest)) {
                    assertThrows(IOException.class, () -> ViewCodec.readVote(bytes));
                }
            }
            assertArrayEquals(honest, ViewCodec.write(ViewCodec.readVote(honest)));
        }
    }

    private byte[] mutated(byte[] honest) {
        var bytes = honest.clone();
        switch (random.nextInt(5)) {
            case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(50));
            case 3 -> {
                int from = random.nextInt(bytes.length);
                int to = Math.min(bytes.length, from + 1 + random.nextInt(16));
                var noise = new byte[to - from];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, from, noise.length);
            }
            default -> {
                bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                if (bytes.length > 0) {
                    bytes[0] = honest[0];
                }
            }
        }
        return bytes;
    }
}
