package dev.squall.server.http;

import java.util.Random;

/** Texts as nobody would write them. */
final class Texts {

    private Texts() {}

    static String random(Random random, String alphabet, int charsMax) {
        var text = new StringBuilder();
        for (int i = random.nextInt(charsMax + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
