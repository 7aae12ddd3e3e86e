package dev.squall.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.squall.base.Failure;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * Reads small JSON bodies strictly, whatever their Content-Type says: a misspelt field is an error
 * and never ignored.
 */
@Singleton
public final class JsonBodies {

    /** The largest JSON document that describes something: 64 KiB. */
    public static final int BYTES_MAX = 64 << 10;

    private final ObjectMapper json;

    JsonBodies(ObjectMapper json) {
        this.json = json;
    }

    /**
     * The body as a record, or a {@link Failure} that names the place. An empty body is {@code {}}.
     */
    public <T> T read(byte[] body, Class<T> type) {
        try {
            var reader =
                    json.readerFor(type)
                            .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
            T value = reader.readValue(body.length == 0 ? new byte[] {'{', '}'} : body);
            if (value == null) {
                throw new Failure(Failure.Kind.INVALID, "the body is JSON null, not an object");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw invalid(
                    "field '%s' is unknown; there are %s"
                            .formatted(e.getPropertyName(), e.getKnownPropertyIds()));
        } catch (JsonMappingException e) {
            throw invalid("field '%s': %s".formatted(path(e), expected(e)));
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw invalid(
                    "not JSON at line %d, column %d: %s"
                            .formatted(
                                    at == null ? 1 : at.getLineNr(),
                                    at == null ? 1 : at.getColumnNr(),
                                    e.getOriginalMessage()));
        } catch (IOException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static String expected(JsonMappingException e) {
        var type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        if (type == null) {
            return e.getOriginalMessage();
        }
        if (type == Integer.class || type == Long.class || type == int.class) {
            return "not a whole number, or too large a one";
        }
        if (type == String.class) {
            return "not a text";
        }
        return type == Boolean.class || type == boolean.class
                ? "neither true nor false"
                : "not an object";
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(r -> r.getFieldName() == null ? "" + r.getIndex() : r.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, "the body: " + message);
    }
}
