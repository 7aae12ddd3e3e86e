package dev.squall.cli.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's keytool, which makes keys and certificates, as a process of its own, with a key store
 * that lives as long as this. The store is a file for its owner alone, below a password that nobody
 * knows and that the tool finds in its environment.
 */
final class Keytool implements AutoCloseable {

    private static final long SECONDS_MAX = 60;
    private static final int PASSWORD_BYTES = 24;
    private static final String VARIABLE = "SQUALL_STORE";

    private final Path directory;
    private final Path file;
    private final char[] password;

    Keytool() throws IOException {
        directory = Files.createTempDirectory("squall-ca");
        file = directory.resolve("store");
        byte[] secret = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(secret);
        password = HexFormat.of().formatHex(secret).toCharArray();
    }

    /** Puts a key that was made before into the store. */
    void put(String alias, PrivateKey key, Certificate[] chain)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(alias, key, password, chain);
        Files.createFile(file, PemFiles.OWNER_ONLY);
        try (var out = Files.newOutputStream(file)) {
            store.store(out, password);
        }
    }

    /** Makes a key, and a certificate with those options. */
    void generate(String alias, String subject, int days, List<String> options) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-keystore", file.toString(), "-alias", alias));
        command.addAll(List.of("-storepass:env", VARIABLE, "-storetype", "PKCS12"));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-sigalg", "SHA256withECDSA", "-dname", subject));
        // Clocks that lag by less than an hour believe it at once.
        command.addAll(List.of("-startdate", "-1H", "-validity", Integer.toString(days)));
        command.addAll(options);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(VARIABLE, new String(password));
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("keytool has not ended after %d s".formatted(SECONDS_MAX));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("keytool says: " + said.strip());
        }
    }

    /** What is in the store. */
    KeyStore store() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(file.toFile(), password);
    }

    PrivateKey key(KeyStore store, String alias) throws GeneralSecurityException {
        return (PrivateKey) store.getKey(alias, password);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.delete(directory);
    }
}
