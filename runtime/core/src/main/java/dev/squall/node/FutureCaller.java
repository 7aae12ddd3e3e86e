package dev.squall.node;

import dev.squall.base.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Answers a future away from the group agent's thread, which must not run callers' code. */
record FutureCaller(CompletableFuture<PutAnswer> answer, Executor executor) implements PutCaller {

    @Override
    public void answered(PutAnswer value) {
        answer.completeAsync(() -> value, executor);
    }

    @Override
    public void failed(Failure failure) {
        executor.execute(() -> answer.completeExceptionally(failure));
    }
}
