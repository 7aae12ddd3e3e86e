package dev.squall.server.v2;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.squall.base.Failure;
import dev.squall.udl.DataType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Collects the elements of one tensor out of JSON, nested or flat, into little-endian memory. Grows
 * with what really comes, never with what a shape promises.
 */
final class TensorBuilder {

    /** Native memory for tensors begins at multiples of this, as engines like it. */
    static final int ALIGNMENT = 64;

    private static final int FIRST_BYTES = 1 << 10;
    private static final BigInteger UINT64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private final String name;
    private final DataType type;
    private final int bytesMax;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long count;

    /**
     * @param bytesMax the most bytes that the tensor may take
     */
    TensorBuilder(String name, DataType type, int bytesMax) {
        this.name = name;
        this.type = type;
        this.bytesMax = bytesMax;
    }

    /** How many elements came. */
    long count() {
        return count;
    }

    /** Reads the array at which the parser stands. */
    void read(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("data is not an array");
        }
        int depth = 1;
        while (depth > 0) {
            switch (in.nextToken()) {
                case START_ARRAY -> depth++;
                case END_ARRAY -> depth--;
                case null -> throw invalid("data ends within");
                case START_OBJECT, FIELD_NAME, VALUE_NULL ->
                        throw invalid("data holds " + in.currentToken());
                default -> element(in);
            }
        }
    }

    private void element(JsonParser in) throws IOException {
        count++;
        switch (type) {
            case BOOL -> room(1).put((byte) (truth(in) ? 1 : 0));
            case UINT8 -> room(1).put((byte) integer(in, 0, 0xFF));
            case INT8 -> room(1).put((byte) integer(in, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT16 -> room(2).putShort((short) integer(in, 0, 0xFFFF));
            case INT16 -> room(2).putShort((short) integer(in, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT32 -> room(4).putInt((int) integer(in, 0, 0xFFFF_FFFFL));
            case INT32 -> room(4).putInt((int) integer(in, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> room(8).putLong(integer(in, Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT64 -> room(8).putLong(unsigned(in));
            case FP16 -> room(2).putShort(Float.floatToFloat16((float) real(in)));
            case BF16 -> room(2).putShort(bfloat((float) real(in)));
            case FP32 -> room(4).putFloat((float) real(in));
            case FP64 -> room(8).putDouble(real(in));
            case BYTES -> text(in);
        }
    }

    /** Rounds to nearest, ties to even; what is not a number stays so. */
    static short bfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    private boolean truth(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> integer(in, 0, 1) == 1;
        };
    }

    private long integer(JsonParser in, long min, long max) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT
                || in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || in.getLongValue() < min
                || in.getLongValue() > max) {
            throw outside(in);
        }
        return in.getLongValue();
    }

    private long unsigned(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw outside(in);
        }
        var value = in.getBigIntegerValue();
        if (value.signum() < 0 || value.compareTo(UINT64_MAX) > 0) {
            throw outside(in);
        }
        return value.longValue();
    }

    private double real(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            default -> throw outside(in);
        };
    }

    private void text(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw outside(in);
        }
        byte[] value = in.getText().getBytes(StandardCharsets.UTF_8);
        room(4 + value.length).putInt(value.length).put(value);
    }

    private Failure outside(JsonParser in) throws IOException {
        var text = in.getText();
        return invalid(
                "element %d is %s, which is no %s"
                        .formatted(
                                count - 1,
                                text.length() > 40 ? text.substring(0, 40) + "…" : text,
                                type));
    }

    private ByteBuffer room(int more) {
        if (more > bytes.remaining()) {
            long need = (long) bytes.position() + more;
            if (need > bytesMax) {
                throw new Failure(
                        Failure.Kind.TOO_LARGE,
                        "input '%s' takes more than %d bytes, the limit".formatted(name, bytesMax));
            }
            int capacity = (int) Math.min(bytesMax, Math.max(need, 2L * bytes.capacity()));
            bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
        }
        return bytes;
    }

    /** The elements in native memory of their own. */
    MemorySegment finish() {
        return copy(MemorySegment.ofBuffer(bytes.flip()));
    }

    /** The same bytes in aligned native memory, which lives as long as it is referenced. */
    static MemorySegment copy(MemorySegment bytes) {
        return Arena.ofAuto()
                .allocate(Math.max(1, bytes.byteSize()), ALIGNMENT)
                .asSlice(0, bytes.byteSize())
                .copyFrom(bytes);
    }

    private Failure invalid(String what) {
        return new Failure(Failure.Kind.INVALID, "input '%s': %s".formatted(name, what));
    }
}
