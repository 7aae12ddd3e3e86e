package dev.squall.bench.cluster;

import dev.squall.bench.member.Message;
import dev.squall.cli.tls.Authority;
import dev.squall.view.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * A cluster of member processes on this machine. It can be killed and started again on the same
 * data. Used by one thread.
 */
public final class Cluster implements AutoCloseable {

    /** The most members: more only measure the machine's scheduler. */
    public static final int NODES_MAX = 16;

    /**
     * The virtual machine of a member: a small heap, for objects lie outside it, and the collector
     * that needs no thread of its own, for cores are few.
     */
    public static final List<String> JVM_OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms256m",
                    "-Xmx1g",
                    "-XX:+AlwaysPreTouch",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private static final String CERTIFICATES = "ca";

    private final List<Member> members;
    private final Program program;
    private final Path data;
    private final List<String> extraOptions;
    private final List<MemberProcess> processes = new ArrayList<>();

    private Cluster(List<Member> members, Program program, Path data, List<String> extraOptions) {
        this.program = program;
        this.members = members;
        this.data = data;
        this.extraOptions = extraOptions;
    }

    /**
     * Starts members and waits until all serve.
     *
     * @param program what they run
     * @param data a directory for their data and logs
     * @param firstOptions more options for the virtual machine of member 1
     */
    public static Cluster start(int nodes, Program program, Path data, List<String> firstOptions) {
        if (program.secure()) {
            certificates(nodes, data);
        }
        var members = new ArrayList<Member>();
        var ports = FreePorts.find(2 * nodes);
        for (int i = 0; i < nodes; i++) {
            var second = "http://127.0.0.1:" + ports.get(nodes + i); // for peers that need one
            members.add(new Member(i + 1, "127.0.0.1", ports.get(i), second));
        }
        var cluster = new Cluster(List.copyOf(members), program, data, firstOptions);
        try {
            cluster.start();
        } catch (RuntimeException e) {
            cluster.kill();
            throw e;
        }
        return cluster;
    }

    /** Certificates for node1 and so on, each in a directory of the one that is returned. */
    public static Path certificates(int nodes, Path data) {
        var directory = data.resolve(CERTIFICATES);
        Authority.init(directory);
        for (int id = 1; id <= nodes; id++) {
            Authority.in(directory).issue("node" + id, List.of(), 1);
        }
        return directory;
    }

    /** Starts all members, and returns when all serve. */
    public void start() {
        for (var member : members) {
            try {
                processes.add(
                        MemberProcess.start(
                                member.id(),
                                command(member),
                                data.resolve("member" + member.id() + ".log")));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot start member " + member.id(), e);
            }
        }
        processes.forEach(MemberProcess::answer);
    }

    private List<String> command(Member member) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(program.options());
        if (member.id() == 1) {
            command.addAll(extraOptions);
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(program.main());
        command.add(String.valueOf(member.id()));
        command.add(membersText());
        command.add(data.resolve("member" + member.id()).toString());
        command.add(program.argument());
        if (program.secure()) {
            command.add(data.resolve(CERTIFICATES).resolve("node" + member.id()).toString());
        }
        return command;
    }

    private String membersText() {
        return String.join(
                ",",
                members.stream()
                        .map(m -> "%d@%s:%d@%s".formatted(m.id(), m.host(), m.port(), m.rest()))
                        .toList());
    }

    /** What its members run. */
    public Program program() {
        return program;
    }

    /** Where the members listen, as a client is told. */
    public String addresses() {
        return String.join(",", members.stream().map(m -> m.host() + ":" + m.port()).toList());
    }

    public List<MemberProcess> members() {
        return List.copyOf(processes);
    }

    /** Sends a command to some members at once, and waits for all answers, in their order. */
    public static List<Message> ask(List<MemberProcess> some, Message command) {
        some.forEach(m -> m.tell(command));
        return some.stream().map(MemberProcess::answer).toList();
    }

    /** Does something with each member, in order of their ids. */
    public void forEach(Consumer<MemberProcess> action) {
        processes.forEach(action);
    }

    /** Kills all members with SIGKILL at once and waits until they are gone. */
    public void kill() {
        kill(() -> 0);
    }

    /**
     * Kills all members with SIGKILL, one after the other, and waits until they are gone.
     *
     * @param pauseMillis how long to wait before each
     */
    public void kill(IntSupplier pauseMillis) {
        for (var process : processes) {
            long pause = pauseMillis.getAsInt();
            LockSupport.parkNanos(pause * 1_000_000);
            process.kill();
        }
        processes.forEach(MemberProcess::awaitEnd);
        processes.clear();
    }

    @Override
    public void close() {
        processes.forEach(MemberProcess::close);
        processes.clear();
    }
}
