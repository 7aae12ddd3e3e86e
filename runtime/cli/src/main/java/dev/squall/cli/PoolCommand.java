package dev.squall.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Printer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Object pools: path prefixes with a way of storing and a number of copies. */
@Command(
        name = "pool",
        description = "Create, list, show and delete object pools.",
        subcommands = {
            PoolCommand.Create.class,
            PoolCommand.Scale.class,
            PoolCommand.Show.class,
            PoolCommand.Delete.class,
            PoolCommand.ListAll.class,
        })
final class PoolCommand extends GroupCommand {
    private static final String POOLS = "/v1/pools";

    private static String path(String name) {
        return POOLS + "/" + Call.segment(name.startsWith("/") ? name.substring(1) : name);
    }

    enum Store {
        VOLATILE,
        PERSISTENT,
        TRIGGER
    }

    enum Full {
        REFUSE,
        EVICT
    }

    enum Tier {
        EDGE,
        CLOUD,
        ANY
    }

    @Command(name = "create", description = "Create a pool; the same again changes nothing.")
    static final class Create extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The pool's prefix, for example /cameras.")
        private String name = "";

        @Option(
                names = "--store",
                required = true,
                paramLabel = "volatile|persistent|trigger",
                description = "In memory, also on disk, or not at all (run UDLs only).")
        private Store store = Store.VOLATILE;

        @Option(names = "--shards", paramLabel = "N", description = "Independent orders of puts.")
        private @Nullable Integer shards;

        @Option(names = "--replicas", paramLabel = "R", description = "Copies of each object.")
        private @Nullable Integer replicas;

        @Option(
                names = "--min-replicas",
                paramLabel = "N",
                description = "A shard that fewer members hold takes no puts.")
        private @Nullable Integer minReplicas;

        @Option(
                names = "--members",
                split = ",",
                paramLabel = "ID",
                description = "The nodes that its shards may use, as in 1,2.")
        private List<Integer> members = List.of();

        @Option(names = "--exclusive", description = "Other pools may not use these members.")
        private boolean exclusive;

        @Option(
                names = "--senders",
                paramLabel = "all|leader|ID,ID",
                description = "Which members of a shard take puts.")
        private @Nullable String senders;

        @Option(
                names = "--affinity",
                paramLabel = "RE",
                description = "Keys with an equal match of this expression live together.")
        private @Nullable String affinity;

        @Option(names = "--retain-versions", paramLabel = "N", description = "Versions kept a key.")
        private @Nullable Long versions;

        @Option(names = "--retain-bytes", paramLabel = "B", description = "Bytes kept a shard.")
        private @Nullable Long bytes;

        @Option(names = "--retain-age", paramLabel = "T", description = "Age kept, as in 1h.")
        private @Nullable String age;

        @Option(
                names = "--keep",
                split = ",",
                paramLabel = "LABEL",
                description = "What has this label stays when the rest goes.")
        private List<String> keep = List.of();

        @Option(
                names = "--keep-bytes",
                paramLabel = "B",
                description = "Bytes of a shard that may be labelled.")
        private @Nullable Long keepBytes;

        @Option(
                names = "--tier",
                paramLabel = "edge|cloud|any",
                description = "Where its shards may live.")
        private @Nullable Tier tier;

        @Option(
                names = "--session",
                paramLabel = "T",
                description = "A producer silent for so long is forgotten, as in 1h.")
        private @Nullable String session;

        @Option(
                names = "--budget",
                paramLabel = "B",
                description = "Bytes of memory that each shard may take at each member.")
        private @Nullable Long budget;

        @Option(
                names = "--full",
                paramLabel = "refuse|evict",
                description = "What happens when the budget is used up: 507, or the oldest goes.")
        private @Nullable Full full;

        @Override
        void run(Rest rest, Printer printer) {
            ObjectNode pool = JsonNodeFactory.instance.objectNode().put("store", lower(store));
            if (shards != null) {
                pool.put("shards", shards);
            }
            if (replicas != null) {
                pool.put("replicas", replicas);
            }
            if (affinity != null) {
                pool.put("affinity", affinity);
            }
            retain(pool);
            if (tier != null) {
                pool.put("tier", lower(tier));
            }
            layOut(pool);
            if (session != null) {
                pool.put("session", session);
            }
            if (budget != null) {
                pool.put("budget", budget);
            }
            if (full != null) {
                pool.put("full", lower(full));
            }
            printer.value(rest.json(Call.put(path(name)).json(pool.toString())));
        }

        private void retain(ObjectNode pool) {
            if (versions != null) {
                pool.withObject("/retention").put("versions", versions);
            }
            if (bytes != null) {
                pool.withObject("/retention").put("bytes", bytes);
            }
            if (age != null) {
                pool.withObject("/retention").put("age", age);
            }
            if (!keep.isEmpty()) {
                keep.forEach(pool.withObject("/retention/keep").putArray("labels")::add);
            }
            if (keepBytes != null) {
                pool.withObject("/retention/keep").put("bytes", keepBytes);
            }
        }

        private void layOut(ObjectNode pool) {
            if (minReplicas != null) {
                pool.put("minReplicas", minReplicas);
            }
            if (!members.isEmpty()) {
                members.forEach(pool.putArray("members")::add);
            }
            if (exclusive) {
                pool.put("exclusive", true);
            }
            if (senders != null) {
                pool.put("senders", senders);
            }
        }

        private static String lower(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT);
        }
    }

    @Command(
            name = "scale",
            description = "Spread a pool over another number of shards while it is used.")
    static final class Scale extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The pool's prefix.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "N", description = "Independent orders of puts.")
        private int shards;

        @Option(names = "--replicas", paramLabel = "R", description = "Copies of each object.")
        private @Nullable Integer replicas;

        @Override
        void run(Rest rest, Printer printer) {
            var pool = (ObjectNode) rest.json(Call.get(path(name)));
            pool.put("shards", shards).remove("moving");
            if (replicas != null) {
                pool.put("replicas", replicas);
            }
            printer.value(rest.json(Call.put(path(name)).json(pool.toString())));
        }
    }

    @Command(name = "list", description = "List the pools.")
    static final class ListAll extends ClientCommand {
        @Override
        void run(Rest rest, Printer printer) {
            printer.rows(
                    rest.json(Call.get(POOLS)),
                    "pools",
                    "no pools: make one with `squall pool create`",
                    Column.of("name"),
                    Column.of("store"),
                    Column.of("shards"),
                    Column.of("replicas"),
                    Column.of("minReplicas"),
                    Column.of("affinity"),
                    Column.of("retention"),
                    Column.of("budget"),
                    Column.of("full"),
                    Column.of("members"),
                    Column.of("senders"));
        }
    }

    @Command(name = "show", description = "Show a pool.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The pool's prefix.")
        private String name = "";

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(Call.get(path(name))));
        }
    }

    @Command(name = "delete", description = "Delete a pool and all objects in it.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The pool's prefix.")
        private String name = "";

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(Call.delete(path(name))));
        }
    }
}
