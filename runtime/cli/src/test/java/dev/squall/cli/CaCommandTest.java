package dev.squall.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Certificates as users make them; `squall bench put --tls` and `up --tls` show that they serve.
 */
@Timeout(120)
class CaCommandTest {

    @TempDir private Path dir = Path.of("."); // set by JUnit

    private Run run(String... arguments) {
        return Run.of(arguments);
    }

    private static X509Certificate read(Path file) throws Exception {
        var bytes = new ByteArrayInputStream(Files.readAllBytes(file));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void whatIsIssuedIsBelievedAndItsKeyIsNobodyElses() throws Exception {
        var ca = dir.resolve("ca");
        var init = run("ca", "init", ca.toString());
        assertEquals(0, init.code(), init.err());
        assertTrue(init.out().contains("valid until 20"), init.out());
        var issue =
                run(
                        "ca",
                        "issue",
                        ca.toString(),
                        "node3",
                        "--host",
                        "h3.example,10.0.0.3",
                        "--host=::1");
        assertEquals(0, issue.code(), issue.err());
        var node = ca.resolve("node3");
        assertEquals("rw-------", mode(ca.resolve("ca.key")));
        assertEquals("rw-------", mode(node.resolve("node.key")));
        assertEquals("rwx------", mode(node));
        try (var files = Files.list(node)) {
            assertEquals(
                    Set.of("ca.pem", "node.pem", "node.key"),
                    files.map(f -> f.getFileName().toString()).collect(Collectors.toSet()));
        }
        assertEquals(-1, Files.mismatch(ca.resolve("ca.pem"), node.resolve("ca.pem")));

        var authority = read(ca.resolve("ca.pem"));
        var certificate = read(node.resolve("node.pem"));
        var believed = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        believed.setRevocationEnabled(false);
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
        CertPathValidator.getInstance("PKIX").validate(path, believed);
        assertEquals(0, authority.getBasicConstraints(), "issues nodes, and no authorities");
        assertEquals(-1, certificate.getBasicConstraints(), "issues nothing");
        assertEquals(
                Set.of("squall:node3", "h3.example", "10.0.0.3", "0:0:0:0:0:0:0:1"),
                certificate.getSubjectAlternativeNames().stream()
                        .map(n -> String.valueOf(n.get(1)))
                        .collect(Collectors.toSet()));
        var left = Duration.between(Instant.now(), certificate.getNotAfter().toInstant());
        assertEquals(364, left.toDays());
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        var ca = dir.toString();
        assertEquals(0, run("ca", "init", ca).code());
        assertEquals(0, run("ca", "issue", ca, "node1", "--days", "3").code());
        byte[] key = Files.readAllBytes(dir.resolve("ca.key"));
        var again = run("ca", "init", ca);
        assertEquals(1, again.code());
        assertTrue(again.err().contains("ca.pem is there already"), again.err());
        Files.delete(dir.resolve("node1/node.pem"));
        var reissue = run("ca", "issue", ca, "node1");
        assertEquals(1, reissue.code());
        assertTrue(reissue.err().contains("is there already"), reissue.err());
        assertFalse(Files.exists(dir.resolve("node1/node.pem")));
        assertArrayEquals(key, Files.readAllBytes(dir.resolve("ca.key")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../node1", "Node1", "ca", "a,dns:b", "", "-x"})
    void aNameThatIsNoneIsRefused(String name) {
        assertEquals(0, run("ca", "init", dir.toString()).code());
        var refused = run("ca", "issue", dir.toString(), "--", name);
        assertEquals(1, refused.code(), refused.err());
        assertTrue(refused.err().contains("is not a name"), refused.err());
    }

    @Test
    void whatIsMissingOrMisspeltIsSaid() {
        var without = run("ca", "issue", dir.toString(), "node1");
        assertEquals(1, without.code());
        assertTrue(without.err().contains("squall ca init"), without.err());
        var host = run("ca", "issue", dir.toString(), "node1", "--host", "a b");
        assertEquals(1, host.code());
        assertTrue(host.err().contains("'a b' is not a host"), host.err());
        assertEquals(1, run("ca", "issue", dir.toString(), "node1", "--days", "0").code());
        assertEquals(2, run("ca").code());
    }
}
