package dev.squall.cli.tls;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom this program believes when it speaks HTTPS: an authority of one's own. */
public final class Trust {

    private static final String FILE = "trust.p12";

    private Trust() {}

    /**
     * From now on this process believes the authority of a file, and nobody else.
     *
     * @param file a certificate as PEM
     */
    public static void only(Path file) {
        try {
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store(file));
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            SSLContext.setDefault(context);
        } catch (IOException | GeneralSecurityException e) {
            throw new Failure(
                    "'" + file + "' is no certificate that can be read: " + e.getMessage(),
                    "Give --ca the cluster's ca.pem.",
                    e);
        }
    }

    /**
     * The option by which another Java program believes an authority.
     *
     * @param authority its directory; a key store without secrets is written there
     */
    public static String option(Path authority) {
        var file = authority.resolve(FILE);
        try (var out = Files.newOutputStream(file)) {
            store(authority.resolve("ca.pem")).store(out, null); // not secret, so no password
        } catch (IOException | GeneralSecurityException e) {
            throw new Failure("cannot write " + file + ": " + e.getMessage(), "", e);
        }
        return "-Djavax.net.ssl.trustStore=" + file;
    }

    private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", PemFiles.certificate(file));
        return store;
    }
}
