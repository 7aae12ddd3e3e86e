package dev.squall.workbench;

import dev.squall.udl.Emitter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one {@code handle} call answered, in its order, copied as a node would. */
public final class Answers implements Emitter {

    /** Something put or triggered. */
    public record Message(String key, MemorySegment bytes) {

        /** The bytes as UTF-8. */
        public String text() {
            return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    /** A version that was given a label; of what was put with one, the version is 0. */
    public record Label(String key, long version, String label) {}

    private final List<Label> labels = new ArrayList<>();
    private final List<Message> puts = new ArrayList<>();
    private final List<Message> triggers = new ArrayList<>();
    private Optional<MemorySegment> reply = Optional.empty();

    Answers() {}

    @Override
    public void put(String key, MemorySegment bytes) {
        puts.add(new Message(key, copy(bytes)));
    }

    @Override
    public void put(String key, MemorySegment bytes, String label) {
        put(key, bytes);
        labels.add(new Label(key, 0, label));
    }

    @Override
    public void label(String key, long version, String label) {
        labels.add(new Label(key, version, label));
    }

    @Override
    public void trigger(String key, MemorySegment bytes) {
        triggers.add(new Message(key, copy(bytes)));
    }

    @Override
    public void reply(MemorySegment bytes) {
        if (reply.isEmpty()) {
            reply = Optional.of(copy(bytes));
        }
    }

    private static MemorySegment copy(MemorySegment bytes) {
        return MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE));
    }

    /** What was put, first to last. */
    public List<Message> puts() {
        return puts;
    }

    /** What was labelled, first to last. */
    public List<Label> labels() {
        return labels;
    }

    /** What was triggered, first to last. */
    public List<Message> triggers() {
        return triggers;
    }

    /** The first reply, if there was one. */
    public Optional<MemorySegment> reply() {
        return reply;
    }
}
