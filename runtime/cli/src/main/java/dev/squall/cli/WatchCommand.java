package dev.squall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.EventFeed;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints what is stored under a prefix, as it comes, until Ctrl-C or --count. When its node is lost
 * it goes on at another, from the last line printed.
 */
@Command(name = "watch", description = "Print a line for each object as it is stored.")
final class WatchCommand extends SquallCommand {
    @Parameters(paramLabel = "PREFIX", description = "For example /events.")
    private Key prefix = Key.NONE;

    @Option(names = "--from", paramLabel = "V", description = "Begin at this version.")
    private @Nullable Long from;

    @Option(names = "--count", paramLabel = "N", description = "End after so many.")
    private long count = Long.MAX_VALUE;

    @Override
    public Integer call() {
        Printer printer = printer();
        var events = new EventPrinter(printer, List.of());
        String start = from == null ? null : from.toString();
        try (var feed = new EventFeed(nodes(printer), prefix.text(), start, printer::note)) {
            feed.follow(event -> {
                events.print(event);
                return --count > 0;
            });
        }
        return ExitCode.OK;
    }

    /** The node asked for first, then all others that it knows. */
    private List<String> nodes(Printer printer) {
        var urls = new LinkedHashSet<String>();
        urls.add(root().url());
        try (Rest rest = Rest.at(root().url(), printer::note)) {
            for (JsonNode member : rest.json(Call.get("/v1/cluster")).path("members")) {
                if (!member.path("rest").asText().isEmpty()) {
                    urls.add(member.path("rest").asText());
                }
            }
        } catch (Failure _) {
            // The watch itself will say what is wrong.
        }
        return List.copyOf(urls);
    }
}
