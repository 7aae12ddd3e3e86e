package dev.squall.udl;

/** Element types, named as in the Open Inference Protocol. */
public enum DataType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),
    /** Byte strings; elements have no fixed size. */
    BYTES(0);

    private final int bytes;

    DataType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes an element takes; 0 for {@link #BYTES}. */
    public int bytes() {
        return bytes;
    }
}
