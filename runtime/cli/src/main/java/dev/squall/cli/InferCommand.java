package dev.squall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.InferenceAnswer;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Asks a model by the Open Inference Protocol. A JSON request goes as it is; any other file is the
 * model's one input in raw mode, so an image can be given to a model that takes BYTES.
 */
@Command(
        name = "infer",
        description = "Ask a model: a JSON request, or a file as its one raw input (an image).")
final class InferCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "MODEL", description = "For example digits-image.")
    private String model = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The input; - or nothing: standard input.")
    private String file = Input.STANDARD_INPUT;

    @Override
    void run(Rest rest, Printer printer) throws IOException {
        byte[] input = Input.bytes(file);
        Call call = Call.post("/v2/models/" + Call.segment(model) + "/infer");
        if (isJson(input)) {
            call.body("application/json", BodyPublishers.ofByteArray(input));
        } else {
            call.header(InferenceAnswer.HEAD_LENGTH, "0")
                    .body("application/octet-stream", BodyPublishers.ofByteArray(input));
        }
        HttpResponse<InputStream> answer = rest.open(call);
        long head = answer.headers().firstValueAsLong(InferenceAnswer.HEAD_LENGTH).orElse(-1);
        try (InputStream body = answer.body()) {
            JsonNode outputs = InferenceAnswer.parse(body.readAllBytes(), Math.toIntExact(head));
            printer.rows(
                    outputs,
                    "outputs",
                    "the model gave no outputs",
                    Column.of("name"),
                    Column.of("datatype"),
                    Column.of("shape"),
                    Column.of("data"));
        }
    }

    /** JSON requests are objects; no image format begins with a brace, nor do they with a blank. */
    private static boolean isJson(byte[] input) {
        for (byte b : input) {
            if (!Character.isWhitespace(b)) {
                return b == '{';
            }
        }
        return false;
    }
}
