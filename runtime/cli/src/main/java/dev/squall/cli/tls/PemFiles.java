package dev.squall.cli.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;

/** Certificates and keys as text (PEM, RFC 7468), in files that are never written twice. */
final class PemFiles {

    /** The owner alone, from the moment on in which the file is there. */
    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final int LINE_CHARS = 64;

    private PemFiles() {}

    static void write(Path file, X509Certificate certificate)
            throws IOException, GeneralSecurityException {
        Files.writeString(
                file, text(CERTIFICATE, certificate.getEncoded()), StandardOpenOption.CREATE_NEW);
    }

    static void write(Path file, PrivateKey key) throws IOException {
        Files.createFile(file, OWNER_ONLY);
        Files.writeString(file, text(KEY, key.getEncoded()));
    }

    private static String text(String what, byte[] der) {
        var lines = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, lines, what);
    }

    static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        var bytes = new ByteArrayInputStream(Files.readAllBytes(file));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
    }

    static PrivateKey key(Path file, String algorithm)
            throws IOException, GeneralSecurityException {
        var text = Files.readString(file, StandardCharsets.US_ASCII);
        var base64 = text.replaceAll("-----(BEGIN|END) " + KEY + "-----", "");
        byte[] der = Base64.getMimeDecoder().decode(base64);
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
