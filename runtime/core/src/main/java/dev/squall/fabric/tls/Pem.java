package dev.squall.fabric.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Reads certificates and keys as text (PEM, RFC 7468). */
final class Pem {

    /** The largest file that is read: 1 MiB. */
    static final int BYTES_MAX = 1 << 20;

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY");

    private Pem() {}

    /** The certificates of a file, one at least. */
    static List<X509Certificate> certificates(Path file) throws IOException, CertificateException {
        var factory = CertificateFactory.getInstance("X.509");
        var all = factory.generateCertificates(new ByteArrayInputStream(bytes(file)));
        if (all.isEmpty()) {
            throw new CertificateException("there is no certificate in it");
        }
        return all.stream().map(X509Certificate.class::cast).toList();
    }

    /**
     * The private key of a file, in the form PKCS #8.
     *
     * @param algorithm of the public key that it belongs to
     */
    static PrivateKey key(Path file, String algorithm)
            throws IOException, GeneralSecurityException {
        var found = KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
        if (!found.find()) {
            throw new GeneralSecurityException(
                    "there is no '-----BEGIN PRIVATE KEY-----' in it; `openssl pkcs8 -topk8"
                            + " -nocrypt` makes one of other forms");
        }
        byte[] der = Base64.getMimeDecoder().decode(found.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static byte[] bytes(Path file) throws IOException {
        long size = Files.size(file);
        if (size > BYTES_MAX) {
            throw new IOException("it has %d bytes; the limit is %d".formatted(size, BYTES_MAX));
        }
        return Files.readAllBytes(file);
    }
}
