package dev.squall.trigger;

import dev.squall.base.Key;
import dev.squall.udl.Emitter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The emitter of one lane, used anew for each object. Belongs to the lane's thread. */
final class LaneEmitter implements Emitter {

    private final Binding binding;
    private final Effects effects;
    private String trace = "";
    private byte @Nullable [] reply;

    LaneEmitter(Binding binding, Effects effects) {
        this.binding = binding;
        this.effects = effects;
    }

    void begin(String trace) {
        this.trace = trace;
        this.reply = null;
    }

    byte @Nullable [] answer() {
        return reply;
    }

    @Override
    public void put(String key, MemorySegment bytes) {
        put(key, bytes, "");
    }

    @Override
    public void put(String key, MemorySegment bytes, String label) {
        effects.put(resolve(key), bytes, label, trace, binding.deadlineMillis());
    }

    @Override
    public void label(String key, long version, String label) {
        effects.label(resolve(key), version, label, binding.deadlineMillis());
    }

    @Override
    public void trigger(String key, MemorySegment bytes) {
        effects.trigger(resolve(key), bytes, trace, binding.deadlineMillis());
    }

    @Override
    public void reply(MemorySegment bytes) {
        if (reply == null) {
            reply = bytes.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private String resolve(String key) {
        if (key.startsWith("/")) {
            return Key.check(key);
        }
        int slash = key.indexOf('/');
        var output = slash < 0 ? key : key.substring(0, slash);
        var prefix = binding.emit().get(output);
        if (prefix == null) {
            throw new IllegalArgumentException(
                    "output '%s' of %s is bound to no prefix; outputs are %s"
                            .formatted(output, binding.udl(), binding.emit().keySet()));
        }
        return Key.check(slash < 0 ? prefix : prefix + key.substring(slash));
    }
}
