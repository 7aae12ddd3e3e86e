package dev.squall.cli.local;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Runs as a process of its own in the place of an edge agent: puts one event, then waits. */
public final class StandInEdge {
    private StandInEdge() {}

    public static void main(String[] arguments) throws Exception {
        List<String> all = List.of(arguments);
        System.out.println(String.join(" ", all));
        String nodes = all.get(all.indexOf("--nodes") + 1);
        String first = nodes.substring(0, (nodes + ",").indexOf(','));
        try (var http = HttpClient.newHttpClient()) {
            var put =
                    HttpRequest.newBuilder(URI.create(first + "/v1/objects/events/gate"))
                            .PUT(BodyPublishers.ofString("moved"))
                            .build();
            System.out.println(http.send(put, BodyHandlers.discarding()).statusCode());
        }
        Thread.sleep(Long.MAX_VALUE);
    }
}
