package dev.squall.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The border between {@link MemorySegment}s and libtorch's tensors, crossed without a copy.
 *
 * <p>Inwards, a tensor is laid over the caller's memory. Only three kinds are copied first, once,
 * into native memory that lives as long as the run: heap memory, which has no address; memory that
 * is not aligned to its elements, which C++ may not read; and all of it for a script that writes in
 * place. Outwards, the segment is the tensor's own memory, closed with its arena, so that a late
 * read throws instead of reading freed memory.
 *
 * <p>One run's, on one thread.
 */
final class TensorMemory implements AutoCloseable {

    private static final long COPY_ALIGNMENT_BYTES = 64; // a cache line, and the widest vector

    private final boolean copyInputs;
    private @Nullable Arena copies;

    TensorMemory(boolean copyInputs) {
        this.copyInputs = copyInputs;
    }

    /** A tensor over the memory of {@code tensor}, or over a copy of it that this run owns. */
    Tensor lay(dev.squall.udl.Tensor tensor) {
        MemorySegment bytes = tensor.bytes();
        MemorySegment memory = usable(tensor) ? bytes : copy(bytes);
        return torch.from_blob(
                new SegmentPointer(memory),
                tensor.shape().stream().mapToLong(Long::longValue).toArray(),
                new TensorOptions(ElementType.scalar(tensor.type())));
    }

    private boolean usable(dev.squall.udl.Tensor tensor) {
        MemorySegment bytes = tensor.bytes();
        return !copyInputs
                && bytes.isNative()
                && bytes.scope().isAlive()
                && bytes.address() % tensor.type().bytes() == 0
                && bytes.isAccessibleBy(Thread.currentThread());
    }

    private MemorySegment copy(MemorySegment bytes) {
        if (copies == null) {
            copies = Arena.ofConfined();
        }
        // Throws what the segment throws when it is closed, or another thread's.
        return copies.allocate(Math.max(1, bytes.byteSize()), COPY_ALIGNMENT_BYTES).copyFrom(bytes);
    }

    /** The memory of a contiguous tensor, readable until the arena closes. */
    @SuppressWarnings("restricted") // libtorch says how many bytes lie at the address
    static MemorySegment of(Tensor tensor, Arena arena) {
        if (tensor.nbytes() == 0) {
            return MemorySegment.NULL; // an empty tensor has no address
        }
        return MemorySegment.ofAddress(tensor.data_ptr().address())
                .reinterpret(tensor.nbytes(), arena, null)
                .asReadOnly();
    }

    /** Frees the copies. Tensors laid over them must be gone. */
    @Override
    public void close() {
        if (copies != null) {
            copies.close();
        }
    }

    /** An address that JavaCPP takes, without an allocation and without an owner. */
    private static final class SegmentPointer extends Pointer {

        @SuppressWarnings("this-escape")
        SegmentPointer(MemorySegment segment) {
            super((Pointer) null);
            address = segment.address();
            limit = segment.byteSize();
            capacity = limit;
        }
    }
}
