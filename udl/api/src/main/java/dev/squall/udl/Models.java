package dev.squall.udl;

import java.util.List;

/**
 * The models of a node. The engine and its native libraries live once in the node and load when a
 * model is first asked for, so that a node without models pays nothing.
 */
public interface Models {

    /**
     * A model by name, loaded if it was not. Blocks while it loads (seconds, the first time).
     *
     * @throws IllegalArgumentException when no model has this name; the message lists those there
     * @throws IllegalStateException when the model or its engine cannot be loaded; says why
     */
    Model model(String name);

    /** The names that {@link #model} knows, sorted. */
    List<String> names();
}
