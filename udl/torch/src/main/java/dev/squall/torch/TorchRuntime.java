package dev.squall.torch;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * The native libraries, loaded once a process, and how they are set.
 *
 * <ul>
 *   <li>One thread a run, in libtorch and in OpenBLAS, which has a pool of its own. A node runs
 *       several lanes side by side on its cores; pools below each of them would only make them wait
 *       for each other (a forward of 64 digits on two busy cores: 99th percentile 0.9 ms instead of
 *       11 ms).
 *   <li>No profiling executor. It watches a script's first calls and then compiles it for what it
 *       saw: those calls are slower, and a result may change in its last bit when the compiled code
 *       takes over. Scripts are frozen and optimised when they load instead, and gain nothing more
 *       from it.
 * </ul>
 *
 * Both hold for the whole process.
 */
public final class TorchRuntime {

    /**
     * What the JVM of a process that runs models should be started with.
     *
     * <ul>
     *   <li>{@code --enable-native-access}: libtorch is native; without it every start warns.
     *   <li>{@code maxPhysicalBytes=0}: JavaCPP's guard on the whole process's memory counts log
     *       memory too and then refuses the next tensor; it also makes each native object about
     *       four times dearer. {@link #start} sets it where nobody did and JavaCPP is not in use
     *       yet, so that this flag only matters where another library uses JavaCPP first.
     * </ul>
     */
    public static final List<String> JVM_FLAGS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");

    /**
     * What the environment of such a process should hold before it starts: OpenMP's threads then
     * sleep while they have nothing to do instead of spinning on cores that lanes need, and
     * OpenBLAS starts no threads that nobody would use.
     */
    public static final Map<String, String> ENVIRONMENT =
            Map.of("OMP_WAIT_POLICY", "PASSIVE", "OPENBLAS_NUM_THREADS", "1");

    private static final int INTRA_OP_THREADS = 1;
    private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

    /** OpenMP keeps the number of threads for each thread that starts work: said once to each. */
    private static final ThreadLocal<Boolean> ENTERED =
            ThreadLocal.withInitial(() -> {
                torch.set_num_threads(INTRA_OP_THREADS);
                return true;
            });

    private TorchRuntime() {}

    /**
     * Loads the native libraries if they are not loaded. Blocks for seconds the first time.
     *
     * @throws IllegalStateException when they cannot be loaded; says why and what would help
     */
    public static void start() {
        try {
            Natives.LOADED.run();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "libtorch cannot be loaded: "
                            + rootMessage(e)
                            + ". It needs Linux on x86-64, and 500 MB for "
                            + System.getProperty(
                                    "org.bytedeco.javacpp.cachedir", "~/.javacpp/cache")
                            + ", which must be writable the first time.",
                    e);
        }
    }

    /** Readies the calling thread for a run. */
    static void enterThread() {
        ENTERED.get();
    }

    private static String rootMessage(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** The class initialiser is the lock: whoever comes second waits for the first. */
    private static final class Natives {

        static final Runnable LOADED = load();

        private static Runnable load() {
            if (System.getProperty(PHYSICAL_LIMIT) == null) {
                System.setProperty(PHYSICAL_LIMIT, "0");
            }
            Loader.load(torch.class);
            torch.set_num_threads(INTRA_OP_THREADS);
            openblas_nolapack.blas_set_num_threads(INTRA_OP_THREADS);
            torch.getProfilingMode().put(false);
            return () -> {};
        }
    }
}
