package dev.squall.server.v2;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.udl.ModelSpec;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Finds models by what the protocol's paths say. */
@Singleton
final class ServedModels {

    private final Node node;

    ServedModels(Node node) {
        this.node = node;
    }

    /**
     * A model.
     *
     * @param version as in the path, or null for the one there is
     */
    ModelSpec find(String name, @Nullable String version) {
        var spec =
                node.models()
                        .spec(name)
                        .orElseThrow(() ->
                                notFound(
                                        "there is no model '%s'; there are %s"
                                                .formatted(name, node.models().names())));
        if (version != null && !version.equals(Integer.toString(spec.version()))) {
            throw notFound(
                    "model '%s' has version %d, not '%s'".formatted(name, spec.version(), version));
        }
        return spec;
    }

    private static Failure notFound(String message) {
        return new Failure(Failure.Kind.NOT_FOUND, message);
    }
}
