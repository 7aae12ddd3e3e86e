package dev.squall.torch;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * The native libraries, loaded once a process, and how they are set.
 *
 * <ul>
 *   <li>One thread a run. A node runs several lanes side by side on its cores; a pool of libtorch's
 *       own below each of them would only make them wait for each other.
 *   <li>No profiling executor. It runs a script slowly for some calls, then compiles it for the
 *       shapes it saw, and again when another shape comes: seconds of stutter, and results that may
 *       change in the last bit. Scripts are frozen and optimised when they load instead, so that
 *       the first run is the same as the millionth.
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
     * sleep while they have nothing to do instead of spinning on cores that lanes need.
     */
    public static final Map<String, String> ENVIRONMENT = Map.of("OMP_WAIT_POLICY", "PASSIVE");

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
            torch.getProfilingMode().put(false);
            return () -> {};
        }
    }
}
