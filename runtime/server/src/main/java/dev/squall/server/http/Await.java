package dev.squall.server.http;

import dev.squall.base.Failure;
import dev.squall.server.problem.Refusal;
import io.vertx.core.Future;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits on a virtual thread for what will surely be done: every future here has a time limit. */
public final class Await {

    private Await() {}

    /** The value, or what the future failed with. */
    public static <T> T on(Future<T> future) {
        return on(future.toCompletionStage());
    }

    /** The value, or what the future failed with. */
    public static <T> T on(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case Failure failure -> throw failure;
                case Refusal refusal -> throw refusal;
                case null, default -> throw e;
            }
        }
    }
}
