package dev.squall.torch;

import dev.squall.udl.Inference;
import dev.squall.udl.Model;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import dev.squall.udl.TensorSpec;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;

/**
 * A script with its specification: checks, runs, hands out.
 *
 * <p><b>Threads.</b> Runs share the module, side by side, each on its caller's thread. Only a
 * script that keeps state (see {@link ScriptEffects}) is run by one thread at a time.
 *
 * <p><b>Lifetimes.</b> Every native object of a run lives in a scope that ends with {@link #infer};
 * what survives are the output tensors, owned by the {@link Inference}, which stays valid after the
 * model is closed.
 */
final class TorchModel implements Model {

    private final ModelSpec spec;
    private final String device;
    private final Script script;
    private final Lock turn = new ReentrantLock();
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed; // guarded by life

    TorchModel(ModelSpec spec, String device, Script script) {
        this.spec = spec;
        this.device = device;
        this.script = script;
    }

    @Override
    public Inference infer(List<Tensor> inputs) {
        check(inputs);
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "model '%s' was called on a virtual thread, which native code would pin;"
                                    .formatted(spec.name())
                            + " call it on a platform thread");
        }
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("model '%s' is closed".formatted(spec.name()));
            }
            TorchRuntime.enterThread();
            return script.effects().keepsState() ? runInTurn(inputs) : run(inputs);
        } finally {
            life.readLock().unlock();
        }
    }

    private Inference runInTurn(List<Tensor> inputs) {
        turn.lock();
        try {
            return run(inputs);
        } finally {
            turn.unlock();
        }
    }

    private Inference run(List<Tensor> inputs) {
        // The memory closes last: nothing native may outlive what it is laid over.
        try (var memory = new TensorMemory(script.effects().writesInPlace());
                var _ = new PointerScope();
                var _ = new InferenceMode(true)) {
            var arguments = new IValueVector();
            var laid = inputs.stream().map(memory::lay).toList();
            laid.forEach(tensor -> arguments.push_back(new IValue(tensor)));
            return new Outputs(spec, script.effects(), laid).take(forward(arguments));
        } finally {
            Reference.reachabilityFence(inputs);
        }
    }

    private IValue forward(IValueVector arguments) {
        try {
            return script.module().forward(arguments);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "model '%s' failed: %s".formatted(spec.name(), TorchFailure.reason(e)), e);
        }
    }

    private void check(List<Tensor> inputs) {
        if (inputs.size() != spec.inputs().size()) {
            throw new IllegalArgumentException(
                    "model '%s' takes %d inputs, not %d"
                            .formatted(spec.name(), spec.inputs().size(), inputs.size()));
        }
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec want = spec.inputs().get(i);
            Tensor got = inputs.get(i);
            if (!want.accepts(got.type(), got.shape())) {
                throw new IllegalArgumentException(
                        "input '%s' of model '%s' takes %s %s, not %s %s"
                                .formatted(
                                        want.name(),
                                        spec.name(),
                                        want.type(),
                                        want.shape(),
                                        got.type(),
                                        got.shape()));
            }
        }
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                script.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "%s:%d on %s, %s, %s"
                .formatted(spec.name(), spec.version(), device, script.form(), script.effects());
    }
}
