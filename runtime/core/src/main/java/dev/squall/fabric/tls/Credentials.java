package dev.squall.fabric.tls;

import dev.squall.base.Failure;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a node shows to others, and whom it believes: the files {@value #AUTHORITY}, {@value
 * #CERTIFICATE} and {@value #KEY} of one directory.
 *
 * <p>Both sides of a connection show a certificate, and both check the other's: its chain to an
 * authority of {@value #AUTHORITY}, its time, and by {@link SecureChannel#speaksFor} its name.
 * Nothing but TLS 1.3 is spoken. Connections are never resumed, so each is checked in full.
 *
 * <p>The files are looked at whenever a connection begins; when they have changed, it and all later
 * ones use what is in them. Files that do not fit together, as while they are being replaced, are
 * passed over, and what was read before is used. One thread.
 */
public final class Credentials {

    /** The authorities that are believed, one at least. */
    public static final String AUTHORITY = "ca.pem";

    /** The node's certificate, and those between it and the authority if there are any. */
    public static final String CERTIFICATE = "node.pem";

    /** Its private key, PKCS #8. */
    public static final String KEY = "node.key";

    /** What stands before a name in a certificate's alternative names, as a URI. */
    static final String SCHEME = "squall:";

    /** A certificate that ends sooner than this is complained of when it is read: 30 days. */
    private static final Duration SOON = Duration.ofDays(30);

    private static final System.Logger LOG = System.getLogger(Credentials.class.getName());
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] SUITES = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };
    private static final char[] IN_MEMORY = {};
    private static final int URI = 6;

    private final Path directory;
    private List<FileTime> read;
    private X509Certificate certificate;
    private SSLContext context;

    /** What was read. */
    private record Loaded(X509Certificate certificate, SSLContext context) {}

    private Credentials(Path directory, List<FileTime> read, Loaded loaded) {
        this.directory = directory;
        this.read = read;
        this.certificate = loaded.certificate();
        this.context = loaded.context();
    }

    /** Reads a directory; a {@link Failure} says which file is not what it should be. */
    public static Credentials in(Path directory) {
        try {
            var credentials = new Credentials(directory, times(directory), load(directory));
            credentials.announce();
            return credentials;
        } catch (IOException | GeneralSecurityException e) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    ("squall.tls = %s cannot be used: %s; it holds %s, %s and %s, as `squall ca"
                                    + " issue` makes them")
                            .formatted(directory, e.getMessage(), AUTHORITY, CERTIFICATE, KEY));
        }
    }

    /** The name by which a certificate speaks for a node. */
    public static String nameOf(int node) {
        return "node" + node;
    }

    /** Refuses, as a {@link Failure}, to go on with a certificate of somebody else. */
    public Credentials checkFor(int node) {
        var names = names(certificate);
        if (!names.contains(nameOf(node))) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    ("squall.tls = %s: the certificate is that of %s, and this is node %d; make"
                                    + " one with `squall ca issue DIR %s`")
                            .formatted(directory, names, node, nameOf(node)));
        }
        return this;
    }

    /** The names that a certificate speaks for. */
    static Set<String> names(X509Certificate certificate) {
        try {
            var all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? Set.of()
                    : Set.copyOf(
                            all.stream()
                                    .filter(n -> Integer.valueOf(URI).equals(n.get(0)))
                                    .map(n -> String.valueOf(n.get(1)))
                                    .filter(n -> n.startsWith(SCHEME))
                                    .map(n -> n.substring(SCHEME.length()))
                                    .toList());
        } catch (GeneralSecurityException _) {
            return Set.of(); // names that cannot be read speak for nobody
        }
    }

    /**
     * One side of a connection that begins.
     *
     * @param calling whether this node has connected
     */
    SSLEngine engine(boolean calling) {
        refresh();
        var engine = context.createSSLEngine();
        engine.setUseClientMode(calling);
        engine.setNeedClientAuth(!calling);
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(SUITES);
        return engine;
    }

    private void refresh() {
        try {
            var now = times(directory);
            if (!now.equals(read)) {
                var loaded = load(directory);
                read = now;
                certificate = loaded.certificate();
                context = loaded.context();
                announce();
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.log(Level.WARNING, "{0} is not read again: {1}", directory, e.getMessage());
        }
    }

    private static List<FileTime> times(Path directory) throws IOException {
        var times = new ArrayList<FileTime>();
        for (var name : List.of(AUTHORITY, CERTIFICATE, KEY)) {
            try {
                times.add(Files.getLastModifiedTime(directory.resolve(name)));
            } catch (NoSuchFileException e) {
                throw new IOException(name + " is not there", e);
            }
        }
        return times;
    }

    private static Loaded load(Path directory) throws IOException, GeneralSecurityException {
        var authorities = certificates(directory, AUTHORITY);
        var chain = certificates(directory, CERTIFICATE);
        var mine = chain.getFirst();
        mine.checkValidity();
        var key = key(directory, mine);
        var believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        for (var authority : authorities) {
            believed.setCertificateEntry("ca" + believed.size(), authority);
        }
        var shown = KeyStore.getInstance("PKCS12");
        shown.load(null, null);
        shown.setKeyEntry("node", key, IN_MEMORY, chain.toArray(X509Certificate[]::new));
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(shown, IN_MEMORY);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(believed);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return new Loaded(mine, context);
    }

    private static List<X509Certificate> certificates(Path directory, String name)
            throws IOException, GeneralSecurityException {
        try {
            return Pem.certificates(directory.resolve(name));
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(name + ": " + e.getMessage(), e);
        }
    }

    /** The key, which must be that of the certificate. */
    private static PrivateKey key(Path directory, X509Certificate mine)
            throws IOException, GeneralSecurityException {
        var algorithm = mine.getPublicKey().getAlgorithm();
        try {
            var key = Pem.key(directory.resolve(KEY), algorithm);
            var signature =
                    Signature.getInstance(
                            switch (algorithm) {
                                case "EC" -> "SHA256withECDSA";
                                case "RSA" -> "SHA256withRSA";
                                default -> algorithm;
                            });
            byte[] anything = mine.getEncoded();
            signature.initSign(key);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(mine.getPublicKey());
            signature.update(anything);
            if (!signature.verify(signed)) {
                throw new GeneralSecurityException("it is not the key of " + CERTIFICATE);
            }
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new GeneralSecurityException(KEY + ": " + e.getMessage(), e);
        }
    }

    private void announce() {
        var until = certificate.getNotAfter().toInstant();
        boolean soon = Instant.now().plus(SOON).isAfter(until);
        LOG.log(
                soon ? Level.WARNING : Level.INFO,
                "the certificate in {0} speaks for {1} until {2}",
                directory,
                names(certificate),
                until);
    }
}
