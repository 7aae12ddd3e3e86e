package dev.squall.fabric.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An authority as tests need it, right and wrong, made by the JDK's keytool. What it has issued is
 * kept for as long as the process lives, for each takes a second.
 */
public final class TestAuthority {

    /** Names the directory of all, so that the processes that a test starts find it. */
    public static final String ROOT = "squall.test.tls";

    private static final Path HOME = root();
    private static final String PASSWORD = "no secret";

    /** The one that a cluster believes. */
    public static final TestAuthority OURS = new TestAuthority("Ours");

    /** Another one. */
    public static final TestAuthority FOREIGN = new TestAuthority("Foreign");

    private final String name;
    private final ConcurrentHashMap<List<String>, Path> issued = new ConcurrentHashMap<>();

    private TestAuthority(String name) {
        this.name = name;
    }

    /** A directory with what a node needs. */
    public Path node(int id) {
        return of("node" + id, "-validity", "40");
    }

    /** The same, of a certificate whose time is over. */
    public Path expired(int id) {
        return of("node" + id, "-startdate", "-3d", "-validity", "1");
    }

    /** The same, of a certificate whose time has not come. */
    public Path early(int id) {
        return of("node" + id, "-startdate", "+2d", "-validity", "1");
    }

    /** The same with other properties, as keytool wants them. */
    public Path of(String who, String... options) {
        var key = new ArrayList<String>();
        key.add(who);
        key.addAll(List.of(options));
        return issued.computeIfAbsent(key, _ -> make(who, List.of(options)));
    }

    private static Path root() {
        try {
            var given = System.getProperty(ROOT);
            if (given != null && !given.isEmpty()) {
                return Path.of(given);
            }
            var made = Files.createTempDirectory("squall-tls");
            System.setProperty(ROOT, made.toString());
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> drop(made)));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void drop(Path directory) {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path make(String who, List<String> options) {
        var directory = HOME.resolve(name + who + Integer.toHexString(options.hashCode()));
        if (Files.exists(directory)) {
            return directory; // another process has made it
        }
        try {
            Files.createDirectory(directory);
            var store = directory.resolve("store");
            Files.copy(authority(), store);
            keytool(
                    store,
                    Stream.concat(
                            Stream.of(
                                    "-genkeypair",
                                    "-alias",
                                    "node",
                                    "-signer",
                                    "ca",
                                    "-keyalg",
                                    "EC",
                                    "-groupname",
                                    "secp256r1",
                                    "-dname",
                                    "CN=" + who,
                                    "-ext",
                                    "eku=serverAuth,clientAuth",
                                    "-ext",
                                    "san=uri:squall:" + who + ",dns:localhost,ip:127.0.0.1"),
                            options.stream()));
            write(store, directory);
            return directory;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized Path authority() {
        var store = HOME.resolve(name);
        if (!Files.exists(store)) {
            keytool(
                    store,
                    Stream.of(
                            "-genkeypair",
                            "-alias",
                            "ca",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "bc:critical=ca:true",
                            "-validity",
                            "9"));
        }
        return store;
    }

    private static void keytool(Path store, Stream<String> what) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        what.forEach(command::add);
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("failed: " + command);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path store, Path directory)
            throws IOException, GeneralSecurityException {
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        pem(
                directory,
                Credentials.AUTHORITY,
                "CERTIFICATE",
                keys.getCertificate("ca").getEncoded());
        pem(
                directory,
                Credentials.CERTIFICATE,
                "CERTIFICATE",
                keys.getCertificate("node").getEncoded());
        byte[] key = keys.getKey("node", PASSWORD.toCharArray()).getEncoded();
        pem(directory, Credentials.KEY, "PRIVATE KEY", key);
    }

    private static void pem(Path directory, String file, String what, byte[] der)
            throws IOException {
        Files.writeString(
                directory.resolve(file),
                "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                        .formatted(what, Base64.getMimeEncoder().encodeToString(der), what));
    }
}
