package dev.squall.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Breaks {@link DeterminismTest} in every line, so that the rule is seen to look. */
@SuppressWarnings("all")
final class Restless {

    private Restless() {}

    static long time() {
        return System.nanoTime() + System.currentTimeMillis() + Instant.now().getNano();
    }

    static double chance() {
        return Math.random() + new Random().nextInt() + ThreadLocalRandom.current().nextInt();
    }

    static String name() {
        return UUID.randomUUID().toString();
    }

    static void thread() throws InterruptedException {
        Thread.ofPlatform().start(() -> {});
        Thread.sleep(1);
    }

    static byte[] disk() throws IOException {
        return Files.readAllBytes(Path.of("x"));
    }
}
