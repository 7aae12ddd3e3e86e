package dev.squall.cli.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Brings an answer of the Open Inference Protocol into plain JSON. With the binary tensor extension
 * the body is a JSON head of {@code Inference-Header-Content-Length} bytes and then the outputs'
 * bytes, one after the other, little-endian:
 *
 * <pre>
 * {"outputs":[{"name","datatype","shape","parameters":{"binary_data_size":8}}, …]} | 8 bytes | …
 * </pre>
 */
public final class InferenceAnswer {
    /**
     * The header that says where the JSON ends; 0 in a request means: the body is one raw input.
     */
    public static final String HEAD_LENGTH = "Inference-Header-Content-Length";

    private static final ObjectMapper JSON = new ObjectMapper();

    private InferenceAnswer() {}

    /**
     * The answer with every binary output turned into a {@code data} array.
     *
     * @param headLength the header's value, or -1 when the answer has none and is JSON alone
     */
    public static JsonNode parse(byte[] body, int headLength) {
        if (headLength > body.length) {
            throw malformed("the head has " + headLength + " bytes, the body " + body.length);
        }
        int head = headLength < 0 ? body.length : headLength;
        JsonNode answer = Printer.parse(Arrays.copyOf(body, head), "the model's answer");
        var rest = ByteBuffer.wrap(body, head, body.length - head).order(ByteOrder.LITTLE_ENDIAN);
        for (JsonNode output : answer.path("outputs")) {
            JsonNode size = output.path("parameters").path("binary_data_size");
            if (size.isNumber() && output instanceof ObjectNode fields) {
                int bytes = size.asInt();
                if (bytes < 0 || bytes > rest.remaining()) {
                    throw malformed(
                            "output %s has %d bytes, %d are left"
                                    .formatted(output.path("name"), bytes, rest.remaining()));
                }
                ByteBuffer tensor =
                        rest.slice(rest.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
                rest.position(rest.position() + bytes);
                fields.set("data", data(fields.path("datatype").asText(), tensor));
                fields.remove("parameters");
            }
        }
        return answer;
    }

    private static ArrayNode data(String datatype, ByteBuffer tensor) {
        ArrayNode data = JSON.createArrayNode();
        int least = width(datatype);
        while (tensor.hasRemaining()) {
            if (tensor.remaining() < least) {
                throw malformed("a tensor of " + datatype + " ends within an element");
            }
            switch (datatype) {
                case "BOOL" -> data.add(tensor.get() != 0);
                case "INT8" -> data.add(tensor.get());
                case "UINT8" -> data.add(tensor.get() & 0xff);
                case "INT16" -> data.add(tensor.getShort());
                case "UINT16" -> data.add(tensor.getShort() & 0xffff);
                case "INT32" -> data.add(tensor.getInt());
                case "UINT32" -> data.add(tensor.getInt() & 0xffff_ffffL);
                case "INT64" -> data.add(tensor.getLong());
                case "UINT64" -> data.add(Long.toUnsignedString(tensor.getLong()));
                case "FP16" -> data.add(Float.float16ToFloat(tensor.getShort()));
                case "FP32" -> data.add(tensor.getFloat());
                case "FP64" -> data.add(tensor.getDouble());
                default -> data.add(element(tensor)); // BYTES; width() has refused the unknown
            }
        }
        return data;
    }

    private static int width(String datatype) {
        return switch (datatype) {
            case "BOOL", "INT8", "UINT8" -> 1;
            case "INT16", "UINT16", "FP16" -> 2;
            case "INT32", "UINT32", "FP32", "BYTES" -> 4;
            case "INT64", "UINT64", "FP64" -> 8;
            default -> throw malformed("datatype '" + datatype + "' is unknown");
        };
    }

    private static String element(ByteBuffer tensor) {
        int length = tensor.getInt();
        if (length < 0 || length > tensor.remaining()) {
            throw malformed(
                    "an element of " + length + " bytes, " + tensor.remaining() + " are left");
        }
        byte[] bytes = new byte[length];
        tensor.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Failure malformed(String why) {
        return new Failure(
                "the model's answer is malformed: " + why, "Check the server's version.");
    }
}
