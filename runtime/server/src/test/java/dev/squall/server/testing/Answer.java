package dev.squall.server.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What came back. */
public final class Answer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpResponse<byte[]> response;

    Answer(HttpResponse<byte[]> response) {
        this.response = response;
    }

    public int status() {
        return response.statusCode();
    }

    /** A header's value, or the empty string. */
    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    public byte[] body() {
        return response.body().clone();
    }

    public String text() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + text(), e);
        }
    }

    /** Fails with the body when the status is another. */
    public Answer is(int status) {
        assertEquals(status, status(), () -> response.request() + ": " + text());
        return this;
    }

    /** Checks that it is a problem document of this status and type, and returns its detail. */
    public String problem(int status, String type) {
        is(status);
        assertEquals("application/problem+json", header("Content-Type"));
        var problem = json();
        assertEquals(status, problem.path("status").asInt());
        var full = type.isEmpty() ? "about:blank" : "https://squall.dev/problems/" + type;
        assertEquals(full, problem.path("type").asText());
        assertEquals(false, problem.path("title").asText().isEmpty(), "a title");
        return problem.path("detail").asText();
    }

    /** Checks that it is an error of the Open Inference Protocol, and returns its text. */
    public String error(int status) {
        is(status);
        assertEquals("application/json", header("Content-Type"));
        assertEquals(1, json().size(), text());
        return json().path("error").asText();
    }
}
