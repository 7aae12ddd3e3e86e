package dev.squall.server.v2;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.squall.base.Failure;
import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the body of an inference request: JSON, JSON followed by tensors' bytes, or one tensor's
 * bytes alone. The tensors' elements go straight into their own memory.
 *
 * <pre>
 * | {"inputs":[{"name","shape","datatype","parameters":{"binary_data_size":8}}, …]} | 8 bytes | … |
 *   &lt;----------------- Inference-Header-Content-Length -----------------&gt;
 * </pre>
 */
final class RequestReader {

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private static final int NONE = -1;

    /** One input as the JSON has it. */
    private static final class Part {
        String name = "";
        @Nullable String datatype;
        @Nullable List<Long> shape;
        @Nullable TensorBuilder data;
        @Nullable TokenBuffer early;
        long binarySize = NONE;
    }

    private final ModelSpec model;
    private final byte[] body;
    private final List<Part> parts = new ArrayList<>();
    private final List<InferRequest.Wanted> outputs = new ArrayList<>();
    private @Nullable String id;
    private boolean binary;

    private RequestReader(ModelSpec model, byte[] body) {
        this.model = model;
        this.body = body;
    }

    /**
     * Decodes a request.
     *
     * @param model what it is for
     * @param header the value of Inference-Header-Content-Length, or null when there is none
     */
    static InferRequest read(ModelSpec model, byte[] body, @Nullable String header) {
        var reader = new RequestReader(model, body);
        if (header == null) {
            return reader.json(body.length);
        }
        int length = length(header, body.length);
        return length == 0
                ? new InferRequest(null, List.of(Inputs.raw(model, body)), List.of(), true)
                : reader.json(length);
    }

    private static int length(String header, int size) {
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0 && length <= size) {
                return length;
            }
        } catch (NumberFormatException _) {
            // refused below
        }
        throw invalid(
                "Inference-Header-Content-Length is '%s'; the body has %d bytes"
                        .formatted(header, size));
    }

    private InferRequest json(int length) {
        try (var in = JSON.createParser(body, 0, length)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("the request is not a JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                field(in, in.currentName());
            }
            if (in.nextToken() != null) {
                throw invalid("something follows the request's JSON object");
            }
        } catch (JsonProcessingException e) {
            throw invalid("the request is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw invalid("the request is not JSON: " + e.getMessage());
        }
        return new InferRequest(id, tensors(length), List.copyOf(outputs), binary);
    }

    private void field(JsonParser in, String name) throws IOException {
        var token = in.nextToken();
        switch (name) {
            case "id" -> id = token == JsonToken.VALUE_NULL ? null : in.getValueAsString("");
            case "inputs" -> each(in, "inputs", this::input);
            case "outputs" -> each(in, "outputs", this::output);
            case "parameters" ->
                    parameters(
                            in,
                            (key, p) -> {
                                if (key.equals("binary_data_output")) {
                                    binary = p.getValueAsBoolean();
                                }
                            });
            default -> in.skipChildren();
        }
    }

    private interface Item {
        void read(JsonParser in) throws IOException;
    }

    private static void each(JsonParser in, String what, Item item) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid(what + " is not an array");
        }
        int count = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw invalid(what + " holds something that is not an object");
            }
            if (++count > InferRequest.TENSORS_MAX) {
                throw invalid(what + ": more than " + InferRequest.TENSORS_MAX);
            }
            item.read(in);
        }
    }

    private interface Parameter {
        void read(String name, JsonParser in) throws IOException;
    }

    private static void parameters(JsonParser in, Parameter parameter) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("parameters is not an object");
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            var name = in.currentName();
            in.nextToken();
            if (name.startsWith("shared_memory") || name.equals("classification")) {
                throw new Failure(
                        Failure.Kind.INVALID, "parameter '" + name + "' is not supported here");
            }
            parameter.read(name, in);
            in.skipChildren();
        }
    }

    private void input(JsonParser in) throws IOException {
        var part = new Part();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            var field = in.currentName();
            in.nextToken();
            switch (field) {
                case "name" -> part.name = in.getText();
                case "datatype" -> part.datatype = in.getText();
                case "shape" -> part.shape = shape(in);
                case "parameters" ->
                        parameters(
                                in,
                                (key, p) -> {
                                    if (key.equals("binary_data_size")) {
                                        part.binarySize = p.getValueAsLong(Long.MIN_VALUE);
                                    }
                                });
                case "data" -> data(in, part);
                default -> in.skipChildren();
            }
        }
        if (part.early != null) {
            try (var later = part.early.asParserOnFirstToken()) {
                builder(part).read(later);
            }
        }
        parts.add(part);
    }

    /** Data mostly comes after the type; when it does not, it is set aside. */
    private void data(JsonParser in, Part part) throws IOException {
        if (part.datatype == null) {
            part.early = new TokenBuffer(in);
            part.early.copyCurrentStructure(in);
        } else {
            builder(part).read(in);
        }
    }

    private TensorBuilder builder(Part part) {
        if (part.data != null) {
            throw invalid("input '" + part.name + "' has data twice");
        }
        part.data = new TensorBuilder(part.name, type(part), bytesMax());
        return part.data;
    }

    /** JSON needs two bytes for an element that takes at most eight. */
    private int bytesMax() {
        return (int) Math.min(Integer.MAX_VALUE / 2, 4L * body.length + 64);
    }

    private static DataType type(Part part) {
        try {
            return DataType.valueOf(part.datatype == null ? "" : part.datatype);
        } catch (IllegalArgumentException _) {
            throw invalid(
                    "input '%s': datatype '%s' is none of %s"
                            .formatted(part.name, part.datatype, List.of(DataType.values())));
        }
    }

    private static List<Long> shape(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("shape is not an array");
        }
        var shape = new ArrayList<Long>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() != JsonToken.VALUE_NUMBER_INT || in.getLongValue() < 0) {
                throw invalid("shape holds '" + in.getText() + "'");
            }
            if (shape.size() == InferRequest.DIMENSIONS_MAX) {
                throw invalid(
                        "a shape of more than " + InferRequest.DIMENSIONS_MAX + " dimensions");
            }
            shape.add(in.getLongValue());
        }
        return shape;
    }

    private void output(JsonParser in) throws IOException {
        var name = new String[] {""};
        var wanted = new Boolean[1];
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            var field = in.currentName();
            in.nextToken();
            switch (field) {
                case "name" -> name[0] = in.getText();
                case "parameters" ->
                        parameters(
                                in,
                                (key, p) -> {
                                    if (key.equals("binary_data")) {
                                        wanted[0] = p.getValueAsBoolean();
                                    }
                                });
                default -> in.skipChildren();
            }
        }
        outputs.add(new InferRequest.Wanted(name[0], wanted[0]));
    }

    private List<Tensor> tensors(int headLength) {
        var inputs = new Inputs(model);
        long at = headLength;
        for (var part : parts) {
            var shape = part.shape;
            if (shape == null) {
                throw invalid("input '" + part.name + "' has no shape");
            }
            if (part.data != null) {
                inputs.add(part.name, type(part), shape, part.data.finish());
            } else if (part.binarySize == NONE) {
                throw invalid("input '" + part.name + "' has neither data nor binary_data_size");
            } else if (part.binarySize < 0 || part.binarySize > body.length - at) {
                throw invalid(
                        "input '%s': binary_data_size is %d; %d bytes are left"
                                .formatted(part.name, part.binarySize, body.length - at));
            } else {
                inputs.add(
                        part.name,
                        type(part),
                        shape,
                        Inputs.slice(body, (int) at, (int) part.binarySize));
                at += part.binarySize;
            }
        }
        if (at != body.length) {
            throw invalid("%d bytes follow the last input".formatted(body.length - at));
        }
        return inputs.ordered();
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
