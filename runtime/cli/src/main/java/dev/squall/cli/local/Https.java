package dev.squall.cli.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a node is told so that members speak TLS and REST is HTTPS, with the same certificate. */
public final class Https {

    private Https() {}

    /**
     * The node's settings, in their order; REST goes on listening at {@code quarkus.http.port}.
     *
     * @param certificate the directory that `squall ca issue` has made
     */
    public static Map<String, String> properties(Path certificate) {
        var directory = certificate.toAbsolutePath().normalize();
        var all = new LinkedHashMap<String, String>();
        all.put("squall.tls", directory.toString());
        all.put("quarkus.http.insecure-requests", "disabled");
        all.put("quarkus.http.ssl-port", "${quarkus.http.port}");
        all.put("quarkus.tls.key-store.pem.0.cert", directory.resolve("node.pem").toString());
        all.put("quarkus.tls.key-store.pem.0.key", directory.resolve("node.key").toString());
        all.put("quarkus.tls.protocols", "TLSv1.3");
        all.put("quarkus.tls.reload-period", "1M");
        return all;
    }
}
