package dev.squall.server.v2;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.squall.base.Failure;
import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An encoded answer. */
final class InferReply {

    private static final JsonFactory JSON = new JsonFactory();

    private record Output(Tensor tensor, boolean binary) {}

    private final byte[] body;
    private final int headLength;

    private InferReply(byte[] body, int headLength) {
        this.body = body;
        this.headLength = headLength;
    }

    /** JSON, followed by the bytes of binary outputs; not to be changed. */
    byte[] body() {
        return body;
    }

    /** How much of the body is JSON; -1 when all of it. */
    int headLength() {
        return headLength;
    }

    /** Encodes what a model gave; copies, so that the outputs may go. */
    static InferReply of(ModelSpec model, InferRequest request, List<Tensor> given) {
        var outputs = choose(model, request, given);
        try {
            var out = new ByteArrayOutputStream();
            head(out, model, request, outputs);
            int headLength = -1;
            if (outputs.stream().anyMatch(Output::binary)) {
                headLength = out.size();
                for (var output : outputs) {
                    if (output.binary) {
                        out.write(output.tensor.bytes().toArray(ValueLayout.JAVA_BYTE));
                    }
                }
            }
            return new InferReply(out.toByteArray(), headLength);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Output> choose(ModelSpec model, InferRequest request, List<Tensor> given) {
        var outputs = new ArrayList<Output>();
        if (request.outputs().isEmpty()) {
            given.forEach(tensor -> outputs.add(new Output(tensor, request.binary())));
        }
        for (var wanted : request.outputs()) {
            var tensor =
                    given.stream()
                            .filter(t -> t.name().equals(wanted.name()))
                            .findFirst()
                            .orElseThrow(() -> missing(model, wanted));
            var binary = wanted.binary();
            outputs.add(new Output(tensor, binary == null ? request.binary() : binary));
        }
        return outputs;
    }

    private static Failure missing(ModelSpec model, InferRequest.Wanted wanted) {
        return new Failure(
                Failure.Kind.INVALID,
                "model '%s' has no output '%s'".formatted(model.name(), wanted.name()));
    }

    private static void head(
            ByteArrayOutputStream to, ModelSpec model, InferRequest request, List<Output> outputs)
            throws IOException {
        try (var out = JSON.createGenerator(to)) {
            out.writeStartObject();
            out.writeStringField("model_name", model.name());
            out.writeStringField("model_version", Integer.toString(model.version()));
            if (request.id() != null) {
                out.writeStringField("id", request.id());
            }
            out.writeArrayFieldStart("outputs");
            for (var output : outputs) {
                output(out, output);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
    }

    private static void output(JsonGenerator out, Output output) throws IOException {
        var tensor = output.tensor;
        out.writeStartObject();
        out.writeStringField("name", tensor.name());
        out.writeStringField("datatype", tensor.type().name());
        out.writeArrayFieldStart("shape");
        for (long d : tensor.shape()) {
            out.writeNumber(d);
        }
        out.writeEndArray();
        if (output.binary) {
            out.writeObjectFieldStart("parameters");
            out.writeNumberField("binary_data_size", tensor.bytes().byteSize());
            out.writeEndObject();
        } else {
            out.writeArrayFieldStart("data");
            data(out, tensor.type(), tensor.bytes());
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void data(JsonGenerator out, DataType type, MemorySegment bytes)
            throws IOException {
        ByteBuffer in = bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            switch (type) {
                case BOOL -> out.writeBoolean(in.get() != 0);
                case UINT8 -> out.writeNumber(in.get() & 0xFF);
                case INT8 -> out.writeNumber(in.get());
                case UINT16 -> out.writeNumber(in.getShort() & 0xFFFF);
                case INT16 -> out.writeNumber(in.getShort());
                case UINT32 -> out.writeNumber(in.getInt() & 0xFFFF_FFFFL);
                case INT32 -> out.writeNumber(in.getInt());
                case UINT64 -> out.writeNumber(Long.toUnsignedString(in.getLong()));
                case INT64 -> out.writeNumber(in.getLong());
                case FP16 -> out.writeNumber(Float.float16ToFloat(in.getShort()));
                case BF16 -> out.writeNumber(Float.intBitsToFloat(in.getShort() << 16));
                case FP32 -> out.writeNumber(in.getFloat());
                case FP64 -> out.writeNumber(in.getDouble());
                case BYTES -> out.writeString(element(in));
            }
        }
    }

    private static String element(ByteBuffer in) {
        byte[] element = new byte[in.getInt()];
        in.get(element);
        return new String(element, StandardCharsets.UTF_8);
    }
}
