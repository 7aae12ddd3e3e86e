package dev.squall.cli;

import dev.squall.cli.rest.Call;
import picocli.CommandLine.TypeConversionException;

/** A key or a prefix of keys as typed: a path such as {@code /cameras/gate}. */
record Key(String text) {

    /** What a field holds before the command line has been read. */
    static final Key NONE = new Key("/");

    static Key parse(String text) {
        if (!text.startsWith("/")) {
            throw new TypeConversionException("a key begins with a slash, as in /pool/thing");
        }
        return new Key(text);
    }

    /** The path of this key below a REST resource, for example {@code /v1/objects}. */
    String under(String resource) {
        return resource + Call.keyPath(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
