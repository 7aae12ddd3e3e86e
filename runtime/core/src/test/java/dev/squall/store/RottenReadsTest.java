package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import dev.squall.log.MemoryDisk;
import dev.squall.log.Recovery;
import dev.squall.log.Soundness;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bits turn over in files that are mapped and read: nobody is shown, or told, anything wrong. */
@Timeout(120)
class RottenReadsTest {

    private static final int SHARD = 5;
    private static final int SMALL = 16 << 10;
    private static final int KEYS = 40;
    private static final int VERSIONS = 1200;
    private static final int FLIPS = 10_000;

    private final MemoryDisk disk = new MemoryDisk();
    private final PoolSpec pool =
            new PoolSpec("p", StoreKind.PERSISTENT, 1, 1, "", Retention.ALL, "any");
    private ShardStore store = store(new Log(SMALL));
    private final Set<String> segments = new HashSet<>();

    /** What each key had, by version. */
    private final TreeMap<String, TreeMap<Long, String>> model = new TreeMap<>();

    private ShardStore store(Log log) {
        return new ShardStore(SHARD, pool, log, (_, _, _) -> {});
    }

    private Recovery.Recovered recovered() throws IOException {
        return Recovery.recover(disk, SHARD, SMALL, 0);
    }

    @BeforeEach
    void aStoreWhoseOlderPartIsMapped() throws IOException {
        var empty = recovered();
        var first = store(empty.log());
        try (var journal = empty.journal()) {
            for (long v = 1; v <= VERSIONS; v++) {
                var key = "/p/key" + v % KEYS;
                var text = "version " + v + " of " + key;
                first.apply(Records.put(key, text), 0, v);
                model.computeIfAbsent(key, _ -> new TreeMap<>()).put(v, text);
            }
            journal.persist();
        }
        var again = recovered();
        store = store(again.log());
        store.recover(null);
        segments.addAll(disk.list("shard-" + SHARD));
        segments.remove(segments.stream().max(String::compareTo).orElseThrow());
        assertTrue(segments.size() >= 5, segments.toString());
    }

    @Test
    void whatIsReadIsWhatWasWrittenOrRefused() {
        var random = new Random(12);
        var names = List.copyOf(segments);
        int refused = 0;
        for (int i = 0; i < FLIPS; i++) {
            var name = "shard-" + SHARD + "/" + names.get(random.nextInt(names.size()));
            int at = random.nextInt(64, disk.read(name).length);
            int bit = random.nextInt(8);
            disk.flip(name, at, bit);
            for (int n = 0; n < 4; n++) {
                refused += check(random) ? 1 : 0;
            }
            disk.flip(name, at, bit);
            store.log().soundness().forgive();
        }
        assertTrue(refused > 0);
    }

    /** One read. Returns whether it was refused. */
    private boolean check(Random random) {
        var key = "/p/key" + random.nextInt(KEYS);
        var versions = model.getOrDefault(key, new TreeMap<>());
        long bound = random.nextLong(1, VERSIONS + 1L);
        var wanted = versions.floorEntry(bound);
        return switch (store.getVersion(key, bound)) {
            case ReadResult.Found(var object) -> {
                assertEquals(wanted.getKey(), object.version());
                assertEquals(wanted.getValue(), Records.text(object.memory(), object.at()));
                yield false;
            }
            case ReadResult.Missing(var why) -> {
                boolean damaged = why == ReadResult.Why.DAMAGED;
                assertTrue(damaged || wanted == null, key + " at " + bound + ": " + why);
                yield damaged;
            }
        };
    }

    @Test
    void aKeyWhoseNameHasRottenIsNotSaidToBeMissing() {
        var mapped =
                model.keySet().stream()
                        .filter(k ->
                                store.getVersion(k, 100) instanceof ReadResult.Found f
                                        && f.object().memory().isReadOnly())
                        .findFirst()
                        .orElseThrow();
        var object = ((ReadResult.Found) store.getVersion(mapped, 100)).object();
        long bodyAt = object.at() + RecordLayout.HEADER_BYTES;
        disk.flip(fileOf(object), bodyAt + 2, 1);
        var missing = (ReadResult.Missing) store.getVersion(mapped, 100);
        assertEquals(ReadResult.Why.DAMAGED, missing.why());
        assertThrows(Failure.class, () -> store.history(mapped, 0, Long.MAX_VALUE, 1000));
        assertThrows(Failure.class, () -> store.keys("/p", "", Long.MAX_VALUE, 1000));
        assertFalse(store.reader().at(mapped, object.timestamp()));
    }

    private String fileOf(StoredObject object) {
        var bytes = object.memory().asSlice(0, 64).toArray(ValueLayout.JAVA_BYTE);
        for (var name : segments) {
            var path = "shard-" + SHARD + "/" + name;
            if (Arrays.equals(bytes, Arrays.copyOf(disk.read(path), 64))) {
                return path;
            }
        }
        throw new IllegalStateException("no file has it");
    }

    @Test
    void nothingIsDecidedByAHarmedHeader() throws IOException {
        var last = (ReadResult.Found) store.getVersion("/p/key3", VERSIONS);
        // Pushed out of memory by what comes after it, and read back.
        var now = recovered();
        var grown = store(now.log());
        grown.recover(null);
        try (var journal = now.journal()) {
            for (long v = VERSIONS + 1; v <= VERSIONS + 400; v++) {
                grown.apply(Records.put("/p/other", "filler " + v), 0, v);
            }
            journal.persist();
        }
        var head = ((ReadResult.Found) grown.get("/p/key3")).object();
        assertEquals(last.object().version(), head.version());
        assertTrue(head.memory().isReadOnly());
        segments.addAll(disk.list("shard-" + SHARD));
        disk.flip(fileOf(head), head.at() + 24, 0); // its version
        var put = Records.put("/p/key3", "next");
        RecordLayout.writeRequest(put, 0, 0, head.version() ^ 1, 0, 0);
        assertThrows(Soundness.Harmed.class, () -> grown.apply(put, 0, VERSIONS + 401));
        assertEquals(VERSIONS + 400, grown.log().lastVersion());
        assertTrue(grown.log().soundness().isHarmed());
    }
}
