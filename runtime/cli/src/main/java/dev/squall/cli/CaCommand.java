package dev.squall.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.tls.Authority;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A cluster's own certificates, for TLS between members and for REST over HTTPS. */
@Command(
        name = "ca",
        description = "Make certificates for the members of a cluster.",
        subcommands = {CaCommand.Init.class, CaCommand.Issue.class},
        footer = {"", "docs/OPERATING.md says how nodes use them."})
final class CaCommand extends GroupCommand {

    private static final int DAYS_MAX = 3650;

    /** Says what was made, and until when it is good. */
    abstract static class Making extends SquallCommand {

        final int tell(Path where, X509Certificate made, String advice) {
            var until = made.getNotAfter().toInstant();
            var printer = printer();
            if (printer.form() == OutputForm.TABLE) {
                printer.say("%s: %s, valid until %s".formatted(where, name(made), until));
                printer.note(advice);
            } else {
                printer.value(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("directory", where.toString())
                                .put("subject", name(made))
                                .put("until", until.toString()));
            }
            return ExitCode.OK;
        }

        private static String name(X509Certificate certificate) {
            return certificate.getSubjectX500Principal().getName();
        }
    }

    @Command(name = "init", description = "Make an authority: DIR/ca.pem, and DIR/ca.key (0600).")
    static final class Init extends Making {

        @Parameters(paramLabel = "DIR", description = "A directory without an authority.")
        private Path directory = Path.of("");

        @Override
        public Integer call() {
            return tell(
                    directory,
                    Authority.init(directory),
                    "Keep ca.key where no node is; whoever has it can be any member.");
        }
    }

    @Command(
            name = "issue",
            description = {
                "Make a certificate in DIR/NAME: ca.pem, node.pem, and node.key (0600).",
                "Member N of a cluster has the name nodeN.",
            })
    static final class Issue extends Making {

        @Parameters(index = "0", paramLabel = "DIR", description = "The authority's directory.")
        private Path directory = Path.of("");

        @Parameters(index = "1", paramLabel = "NAME", description = "Whom it speaks for.")
        private String name = "";

        @Option(
                names = "--host",
                paramLabel = "HOST",
                split = ",",
                description = "A name or address at which its REST is reached; may be repeated.")
        private List<String> hosts = new ArrayList<>();

        @Option(
                names = "--days",
                paramLabel = "N",
                description = "How long it is valid (default: " + Authority.CERTIFICATE_DAYS + ").")
        private int days = Authority.CERTIFICATE_DAYS;

        @Override
        public Integer call() {
            if (days < 1 || days > DAYS_MAX) {
                throw new Failure("--days " + days + " is outside 1.." + DAYS_MAX, "");
            }
            var target = directory.resolve(name);
            return tell(
                    target,
                    Authority.in(directory).issue(name, hosts, days),
                    "Move it to the node, and name it there: squall.tls=DIR.");
        }
    }
}
