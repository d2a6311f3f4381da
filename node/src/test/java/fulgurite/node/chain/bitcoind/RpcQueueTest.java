package fulgurite.node.chain.bitcoind;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RpcQueueTest {
    private final RpcQueue queue = new RpcQueue();
    private final List<String> started = new ArrayList<>();
    private final List<CompletableFuture<String>> calls = new ArrayList<>();

    private CompletionStage<String> add(boolean canWait, String name) {
        return queue.add(canWait, () -> {
            started.add(name);
            calls.add(new CompletableFuture<>());
            return calls.getLast();
        });
    }

    @Test
    void four_are_asked_at_once_and_who_can_wait_goes_last() {
        for (int i = 0; i < 4; i++) add(true, "early");
        CompletionStage<String> gossip = add(true, "gossip");
        CompletionStage<String> publish = add(false, "publish");
        assertThat(started).hasSize(4);
        calls.get(3).complete("done");
        calls.get(0).completeExceptionally(new IllegalStateException("no"));
        assertThat(started.subList(4, 6)).containsExactly("publish", "gossip");
        calls.get(4).complete("published");
        assertThat(publish.toCompletableFuture()).isCompletedWithValue("published");
        assertThat(gossip.toCompletableFuture()).isNotDone();
    }

    @Test
    void thousands_that_fail_at_once_are_over_at_once() {
        for (int i = 0; i < 4; i++) add(true, "early");
        var failed = new ArrayList<CompletionStage<String>>();
        for (int i = 0; i < 50_000; i++)
            failed.add(queue.add(true, () -> CompletableFuture.failedStage(new IllegalStateException("no cookie"))));
        calls.getFirst().complete("done");
        assertThat(failed).allMatch(each -> each.toCompletableFuture().isCompletedExceptionally());
        add(false, "next");
        assertThat(started).last().isEqualTo("next");
    }
}
