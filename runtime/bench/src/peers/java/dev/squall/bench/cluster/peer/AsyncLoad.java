package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.ClosedLoop;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A closed loop of calls to a peer, as the one of our own puts. */
final class AsyncLoad extends ClosedLoop {

    private final Callable<? extends CompletableFuture<?>> call;

    private AsyncLoad(Callable<? extends CompletableFuture<?>> call, int depth) {
        super(depth);
        this.call = call;
    }

    static AsyncLoad start(Callable<? extends CompletableFuture<?>> call, int depth) {
        var load = new AsyncLoad(call, depth);
        load.start(() -> load.new Asker());
        return load;
    }

    private final class Asker extends Caller {

        @Override
        protected void call() {
            long started = System.nanoTime();
            try {
                var _ = call.call().whenComplete((_, error) -> told(started, error));
            } catch (Exception e) {
                end(e);
            }
        }

        private void told(long started, @Nullable Throwable error) {
            if (error == null) {
                answered(started);
                run();
            } else {
                end(error);
            }
        }
    }
}
