package dev.squall.torch;

import java.util.Set;
import org.bytedeco.pytorch.Block;
import org.bytedeco.pytorch.BlockArrayRef;
import org.bytedeco.pytorch.FunctionSchema;
import org.bytedeco.pytorch.Graph;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.JitNode;

/**
 * What a run of a script may change, read from its frozen graph.
 *
 * <p>Inputs are laid over log memory, which must never change; so a script with any operation that
 * writes in place gets copies of its inputs. And a script with state of its own, which one run
 * leaves to the next, is run by one thread at a time and its outputs are copied, because they may
 * be that state. Where the graph does not tell, both are assumed.
 *
 * @param writesInPlace some operation writes into a tensor, perhaps an input
 * @param keepsState some attribute outlives a run and may change
 */
record ScriptEffects(boolean writesInPlace, boolean keepsState) {

    static final ScriptEffects UNKNOWN = new ScriptEffects(true, true);

    private static final String SET_ATTRIBUTE = "prim::SetAttr";

    /** Operations whose body is not in the graph: freezing normally inlines them all. */
    private static final Set<String> OPAQUE =
            Set.of("prim::CallMethod", "prim::CallFunction", "prim::fork", "prim::PythonOp");

    /** Reads the graph of a frozen module's method. */
    static ScriptEffects of(Graph graph, JitModule frozen) {
        var seen = new Walk();
        seen.block(graph.block());
        if (seen.opaque) {
            return UNKNOWN;
        }
        // Freezing leaves an attribute only where something may write it.
        boolean attributes = frozen.attributes().size() > 0;
        return new ScriptEffects(seen.writes, seen.setsAttribute || (seen.writes && attributes));
    }

    /** Nothing to watch: runs may share the module and read their inputs in place. */
    boolean none() {
        return !writesInPlace && !keepsState;
    }

    private static final class Walk {

        private boolean writes;
        private boolean setsAttribute;
        private boolean opaque;

        void block(Block block) {
            long end = block.return_node().address();
            JitNode node = block.param_node().next();
            while (node.address() != end) {
                node(node);
                node = node.next();
            }
        }

        private void node(JitNode node) {
            String kind = node.kind().toQualString().getString();
            setsAttribute |= kind.equals(SET_ATTRIBUTE);
            opaque |= OPAQUE.contains(kind);
            FunctionSchema schema = node.maybeSchema();
            writes |= schema != null && !schema.isNull() && schema.is_mutable();
            BlockArrayRef inner = node.blocks();
            for (long i = 0; i < inner.size(); i++) {
                block(inner.get(i));
            }
        }
    }
}
