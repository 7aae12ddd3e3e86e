package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.LoadThread;
import dev.squall.bench.member.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * As many puts as there are callers go in one write, with one {@code WAIT} for all of them: the
 * fastest way in which Redis can be asked for replicated puts. The latency of each is that of all.
 */
final class RedisLoad extends LoadThread {

    private final RedisLine line;
    private final int depth;
    private final int replicas;
    private final byte[][] keys;
    private final byte[] value;

    private RedisLoad(RedisLine line, Message m, int replicas) {
        super("redis-load");
        this.line = line;
        this.depth = m.integer("depth");
        this.replicas = replicas;
        this.keys = new byte[m.integer("keys")][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = utf8("/bench/k" + i);
        }
        this.value = new byte[m.integer("size")];
        new Random(42).nextBytes(value);
    }

    static RedisLoad start(RedisLine line, Message m, int replicas) {
        var load = new RedisLoad(line, m, replicas);
        load.start();
        return load;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void puts() throws IOException {
        while (!stopping()) {
            long started = System.nanoTime();
            batch();
            answered(started, depth);
        }
    }

    private void batch() throws IOException {
        byte[] set = utf8("SET");
        var random = ThreadLocalRandom.current();
        for (int i = 0; i < depth; i++) {
            line.write(set, keys[random.nextInt(keys.length)], value);
        }
        if (replicas > 0) {
            line.write(utf8("WAIT"), utf8("" + replicas), utf8("0"));
        }
        line.flush();
        for (int i = 0; i < depth; i++) {
            line.read();
        }
        if (replicas > 0 && Integer.parseInt(line.read()) < replicas) {
            throw new IOException("not all replicas have it");
        }
    }
}
