package dev.squall.server.rest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.node.Node;
import dev.squall.node.UdlInfo;
import dev.squall.server.http.Await;
import dev.squall.server.route.Scatter;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the UDLs have done in the whole cluster: each object is handled by one member, so only the
 * sum over all of them says anything.
 */
@Singleton
public final class UdlTotals {

    private static final TypeReference<List<UdlInfo>> INFOS = new TypeReference<>() {};

    private final Node node;
    private final Scatter scatter;
    private final ObjectMapper json;

    UdlTotals(Node node, Scatter scatter, ObjectMapper json) {
        this.node = node;
        this.scatter = scatter;
        this.json = json;
    }

    /** Every UDL version with the sums of those members that answer. On a virtual thread. */
    List<UdlInfo> list() {
        Map<String, UdlInfo> all = new LinkedHashMap<>();
        node.udls().list().forEach(udl -> all.put(udl.id(), udl));
        for (var body : Await.on(scatter.all("/v1/udls")).bodies()) {
            for (var udl : infos(body)) {
                all.computeIfPresent(udl.id(), (_, sum) -> add(sum, udl));
            }
        }
        return List.copyOf(all.values());
    }

    private List<UdlInfo> infos(JsonNode body) {
        try {
            return json.readerFor(INFOS).readValue(body.path("udls"));
        } catch (IOException _) {
            return List.of(); // a member of another version
        }
    }

    private static UdlInfo add(UdlInfo a, UdlInfo b) {
        return new UdlInfo(
                a.id(),
                a.name(),
                a.version(),
                a.sha256(),
                a.description(),
                a.entries(),
                worse(a.state(), b.state()),
                a.handled() + b.handled(),
                a.failed() + b.failed(),
                a.dropped() + b.dropped(),
                a.lastError().isEmpty() ? b.lastError() : a.lastError());
    }

    /** A UDL that failed anywhere has failed; one that runs anywhere runs. */
    private static String worse(String a, String b) {
        if (a.startsWith("failed") || b.startsWith("failed")) {
            return a.startsWith("failed") ? a : b;
        }
        return b.equals("running") ? b : a;
    }
}
