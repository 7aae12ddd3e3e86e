package dev.squall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Reads an object: its bytes as they are to standard output or a file, or with --output json|yaml
 * its description, with the bytes in Base64. A file appears only when it is whole.
 */
@Command(name = "get", description = "Read an object: its bytes, as they are.")
final class GetCommand extends ClientCommand {
    private static final int MAX_PRINTED_BYTES = 64 << 20;

    static final class Moment {
        @Option(
                names = "--version",
                paramLabel = "V",
                description = "The newest that is not after this version.")
        @Nullable Long version;

        @Option(
                names = "--at",
                paramLabel = "T",
                description = "As of this time: RFC 3339, or µs since the epoch.")
        @Nullable String at;
    }

    @Parameters(
            paramLabel = "KEY",
            arity = "1..*",
            description = "For example /readings/t1. Many keys are read in one consistent cut.")
    private List<Key> keys = List.of();

    @ArgGroup private @Nullable Moment moment;

    @Option(names = "-o", paramLabel = "FILE", description = "Write the bytes to this file.")
    private @Nullable Path file;

    @Override
    void run(Rest rest, Printer printer) throws IOException {
        if (keys.size() > 1) {
            many(rest, printer);
            return;
        }
        var key = keys.getFirst();
        Call call = Call.get(key.under("/v1/objects"));
        if (moment != null) {
            call.query("version", moment.version).query("at", moment.at);
        }
        HttpResponse<InputStream> answer = rest.open(call);
        try (InputStream body = answer.body()) {
            if (file != null) {
                save(answer.headers(), body, file.toAbsolutePath());
                printer.note("wrote " + Files.size(file) + " bytes to " + file);
            } else if (printer.form() == OutputForm.TABLE) {
                body.transferTo(System.out);
                System.out.flush();
            } else {
                printer.value(described(key, answer.headers(), whole(body)));
            }
        }
    }

    private void many(Rest rest, Printer printer) {
        if (file != null || (moment != null && moment.version != null)) {
            throw new Failure(
                    "-o and --version are for one key, not for " + keys.size(),
                    "Many keys are read --at one time; --output json has their bytes.");
        }
        SnapshotCommand.print(rest, printer, keys, moment == null ? null : moment.at, null);
    }

    /** What is printed as Base64 has to be held in memory. */
    private static byte[] whole(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_PRINTED_BYTES + 1);
        if (bytes.length > MAX_PRINTED_BYTES) {
            throw new Failure(
                    "the object has over " + MAX_PRINTED_BYTES + " bytes",
                    "Write it to a file with -o FILE.");
        }
        return bytes;
    }

    /** The bytes, compared with the checksum that a large object has. */
    private static void save(HttpHeaders headers, InputStream body, Path file) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".part");
        var crc = new CRC32C();
        try {
            Files.copy(
                    new CheckedInputStream(body, crc), whole, StandardCopyOption.REPLACE_EXISTING);
            var word = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
            var digest = "crc32c=:" + Base64.getEncoder().encodeToString(word) + ":";
            if (!headers.firstValue("Repr-Digest").orElse(digest).equals(digest)) {
                throw new Failure(
                        "the bytes that came do not have the object's checksum",
                        "Read it again; if that fails too, see the nodes' logs.");
            }
            Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static ObjectNode described(Key key, HttpHeaders headers, byte[] bytes) {
        var object = JsonNodeFactory.instance.objectNode().put("key", key.text());
        headers.firstValue("Squall-Version").ifPresent(v -> object.set("version", number(v)));
        headers.firstValue("Squall-Timestamp").ifPresent(t -> object.set("timestamp", number(t)));
        return object.put("size", bytes.length)
                .put("base64", Base64.getEncoder().encodeToString(bytes));
    }

    /** A header's number as a number, as the other answers have it; a time may also be text. */
    private static JsonNode number(String header) {
        return header.matches("\\d{1,18}")
                ? JsonNodeFactory.instance.numberNode(Long.parseLong(header))
                : JsonNodeFactory.instance.textNode(header);
    }
}
