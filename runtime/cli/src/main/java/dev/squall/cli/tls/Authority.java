package dev.squall.cli.tls;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A cluster's own certificate authority: a directory with {@code ca.pem} and {@code ca.key}, and
 * below it one for each name to which it has issued a certificate, with the three files that a node
 * takes as {@code squall.tls}.
 *
 * <p>A certificate speaks for its name by the alternative name {@code squall:NAME}, a URI; members
 * are {@code node1}, {@code node2}… and cannot be anybody else. Hosts are for REST over HTTPS. Keys
 * are on the curve P-256, for their owner alone (0600). Nothing is ever overwritten. The
 * certificates themselves are made by the JDK's {@link Keytool}.
 */
public final class Authority {

    /** How long an authority is believed: ten years, in days. */
    public static final int AUTHORITY_DAYS = 3650;

    /** How long a certificate is valid unless told otherwise: a year, in days. */
    public static final int CERTIFICATE_DAYS = 365;

    private static final String CA = "ca";
    private static final String NODE = "node";
    private static final String CA_PEM = "ca.pem";
    private static final String CA_KEY = "ca.key";
    private static final String NODE_PEM = "node.pem";
    private static final String NODE_KEY = "node.key";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9*]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private final Path directory;

    private Authority(Path directory) {
        this.directory = directory;
    }

    /** The authority in a directory, which {@link #init} has made. */
    public static Authority in(Path directory) {
        return new Authority(directory);
    }

    /** Makes an authority in a directory that holds none. */
    public static X509Certificate init(Path directory) {
        try {
            refuse(directory.resolve(CA_PEM));
            refuse(directory.resolve(CA_KEY));
            Files.createDirectories(directory);
            try (var tool = new Keytool()) {
                tool.generate(
                        CA,
                        "CN=Squall CA",
                        AUTHORITY_DAYS,
                        List.of(
                                "-ext",
                                "bc:critical=ca:true,pathlen:0",
                                "-ext",
                                "ku:critical=keyCertSign,cRLSign"));
                var store = tool.store();
                var made = (X509Certificate) store.getCertificate(CA);
                PemFiles.write(directory.resolve(CA_KEY), tool.key(store, CA));
                PemFiles.write(directory.resolve(CA_PEM), made);
                return made;
            }
        } catch (IOException | GeneralSecurityException e) {
            throw failed(directory, e);
        }
    }

    /**
     * Makes a key and a certificate for a name, in the directory of that name.
     *
     * @param hosts names and addresses at which its REST is reached
     * @param days how long it is valid
     */
    public X509Certificate issue(String name, List<String> hosts, int days) {
        if (!NAME.matcher(name).matches() || name.equals(CA)) {
            throw new Failure(
                    "'" + name + "' is not a name",
                    "It has 1 to 63 of a-z, 0-9, '.' and '-'; members are node1, node2 …");
        }
        var alternatives = new StringBuilder("san=uri:squall:" + name);
        hosts.forEach(host -> alternatives.append(',').append(alternative(host)));
        var target = directory.resolve(name);
        try (var tool = new Keytool()) {
            var authority = PemFiles.certificate(directory.resolve(CA_PEM));
            var signer =
                    PemFiles.key(
                            directory.resolve(CA_KEY), authority.getPublicKey().getAlgorithm());
            for (var file : List.of(CA_PEM, NODE_PEM, NODE_KEY)) {
                refuse(target.resolve(file));
            }
            tool.put(CA, signer, new Certificate[] {authority});
            tool.generate(
                    NODE,
                    "CN=" + name,
                    days,
                    List.of(
                            "-signer",
                            CA,
                            "-ext",
                            "ku:critical=digitalSignature",
                            "-ext",
                            "eku=serverAuth,clientAuth",
                            "-ext",
                            alternatives.toString()));
            Files.createDirectories(
                    target,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            return write(target, authority, tool.store(), tool);
        } catch (NoSuchFileException e) {
            throw new Failure(
                    "there is no " + e.getFile(), "Make an authority with `squall ca init`.", e);
        } catch (IOException | GeneralSecurityException e) {
            throw failed(target, e);
        }
    }

    private static X509Certificate write(
            Path target, X509Certificate authority, KeyStore store, Keytool tool)
            throws IOException, GeneralSecurityException {
        var made = (X509Certificate) store.getCertificate(NODE);
        PrivateKey key = tool.key(store, NODE);
        PemFiles.write(target.resolve(NODE_KEY), key);
        PemFiles.write(target.resolve(NODE_PEM), made);
        PemFiles.write(target.resolve(CA_PEM), authority);
        return made;
    }

    private static String alternative(String host) {
        if (ADDRESS.matcher(host).matches()) {
            return "ip:" + host;
        }
        if (HOST.matcher(host).matches()) {
            return "dns:" + host;
        }
        throw new Failure(
                "'" + host + "' is not a host", "Give --host as a name or an IP address.");
    }

    private static void refuse(Path file) throws FileAlreadyExistsException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    private static Failure failed(Path directory, Exception e) {
        return e instanceof FileAlreadyExistsException there
                ? new Failure(
                        there.getFile() + " is there already",
                        "Nothing is overwritten: move it away, or choose another directory.",
                        e)
                : new Failure(
                        "no certificate was made in " + directory + ": " + e.getMessage(),
                        "See whether you may write there.",
                        e);
    }
}
