package dev.squall.rdma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import dev.squall.trigger.UdlDescriptor;
import dev.squall.udl.Udl;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A group of three nodes in three processes, joined by RDMA alone, one of which is killed. */
@Tag("rdma")
@Timeout(240)
class RdmaGroupTest {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(150);
    private static final int PUTS = 40;

    private static final String DESCRIPTOR =
            """
            name: sign
            version: 1
            entries:
              - name: sign
                class: dev.squall.rdma.SignUdl
                prefix: /in
            """;

    @TempDir private Path data = Path.of("."); // set by JUnit

    /** A member in a process of its own. */
    private static final class Remote implements AutoCloseable {

        private final Process process;
        private final Writer out;
        private final BufferedReader in;

        Remote(int id, Path data) throws IOException {
            process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "-Djava.util.logging.config.file="
                                            + System.getProperty(
                                                    "java.util.logging.config.file", ""),
                                    GroupMember.class.getName(),
                                    String.valueOf(id),
                                    data.resolve("node" + id).toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            out = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
            in =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Has something done; returns the member's history then. */
        String ask(String line) {
            try {
                out.write(line + "\n");
                out.flush();
                return Objects.requireNonNull(in.readLine(), "the member has ended")
                        .replace("ANSWER ", "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static void await(String what, BooleanSupplier until) throws InterruptedException {
        long start = System.nanoTime();
        while (!until.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "waited in vain for " + what);
            Thread.sleep(20);
        }
        System.out.printf(
                "%s: %d ms%n", what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static byte[] udl() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var type = SignUdl.class.getName().replace('.', '/') + ".class";
        try (var zip = new ZipOutputStream(bytes);
                var code = RdmaGroupTest.class.getClassLoader().getResourceAsStream(type)) {
            add(zip, UdlDescriptor.PATH, DESCRIPTOR.getBytes(StandardCharsets.UTF_8));
            add(
                    zip,
                    "META-INF/services/" + Udl.class.getName(),
                    SignUdl.class.getName().getBytes(StandardCharsets.UTF_8));
            add(zip, type, Objects.requireNonNull(code).readAllBytes());
        }
        return bytes.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
    }

    private static void pool(GroupMember member, String name) {
        member.node
                .createPool(
                        new PoolSpec(name, StoreKind.PERSISTENT, 1, 3, "", Retention.ALL, "any"))
                .join();
    }

    /** Puts of all members have one order everywhere, and everybody's logic has run. */
    private static void signed(GroupMember one, int from, int to) throws InterruptedException {
        var nodes = new HashSet<String>();
        for (int i = from; i < to; i++) {
            var key = "/out/k" + i;
            var begin = "value " + i + " by ";
            if (!one.read(key).startsWith(begin)) {
                await("the logic's answer to object " + i, () -> one.read(key).startsWith(begin));
            }
            nodes.add(one.read(key).substring(begin.length()));
        }
        System.out.printf("objects %d to %d were handled by nodes %s%n", from, to - 1, nodes);
        assertTrue(nodes.size() > 1, "the logic of one node alone has run: " + nodes);
    }

    @Test
    void putsLogicAndTheLossOfAMember() throws Exception {
        try (var two = new Remote(2, data);
                var three = new Remote(3, data);
                var one = new GroupMember(1, data.resolve("node1"))) {
            await("three nodes to be a group", () -> view(one).equals(List.of(1, 2, 3)));
            await("node 1 to be ready", () -> one.node.state().ready());
            pool(one, "in");
            pool(one, "out");
            one.node.udls().upload(udl()).join();
            one.put(0, PUTS);
            two.ask("put " + PUTS + " " + PUTS);
            three.ask("put " + 2 * PUTS + " " + PUTS);
            await("all of it", () -> one.history().startsWith(3 * PUTS + " "));
            var history = one.history();
            assertEquals(history, two.ask("history"));
            assertEquals(history, three.ask("history"));
            signed(one, 0, 3 * PUTS);

            three.kill();
            await("the loss of node 3", () -> view(one).equals(List.of(1, 2)));
            one.put(3 * PUTS, PUTS);
            two.ask("put " + 4 * PUTS + " " + PUTS);
            await("the rest", () -> one.history().startsWith(5 * PUTS + " "));
            assertEquals(one.history(), two.ask("history"));
            signed(one, 3 * PUTS, 5 * PUTS);

            try (var again = new Remote(3, data)) {
                await("node 3 to be back", () -> view(one).equals(List.of(1, 2, 3)));
                again.ask("put " + 5 * PUTS + " " + PUTS);
                await("all", () -> one.history().startsWith(6 * PUTS + " "));
                assertEquals(one.history(), again.ask("history"));
            }
        }
    }

    private static List<Integer> view(GroupMember member) {
        return member.node.status().viewMembers();
    }
}
