package fulgurite.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.wallet.WalletActor;
import fulgurite.protocol.units.BlockHeight;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Waits until a node runs: for as long as its wallet gets ahead with its scan, which may take hours after a restore, and a
 * while longer.
 *
 * @param look how often it is looked whether the wallet gets ahead
 * @param patience without anything that gets ahead
 * @param progress told how far the wallet is
 */
record Startup(ActorSystem<NodeActor.Command> system, ChainBackend chain, Duration look, Duration patience,
        Consumer<String> progress) {
    private static final BlockHeight NOTHING = new BlockHeight(0);

    /** A system that ends before it answers has failed as well: nobody is left then to watch the time. */
    CompletionStage<NodeActor.Started> started() {
        return waiting(NOTHING, Duration.ZERO).applyToEither(
                system.getWhenTerminated()
                        .thenApply(ended -> new NodeActor.NotRunning("it stopped; its log says why")),
                answer -> answer);
    }

    /** @param before where the wallet was; @param idle for how long it has been there */
    private CompletionStage<NodeActor.Started> waiting(BlockHeight before, Duration idle) {
        return this.<NodeActor.Started>ask(NodeActor.GetRunning::new)
                .handle((answer, failure) -> failure == null
                        ? CompletableFuture.<NodeActor.Started>completedStage(answer)
                        : look(before, idle.plus(look), failure))
                .thenCompose(next -> next);
    }

    private CompletionStage<NodeActor.Started> look(BlockHeight before, Duration idle, Throwable failure) {
        if (!isLate(failure))
            return CompletableFuture.completedStage(new NodeActor.NotRunning(String.valueOf(failure.getMessage())));
        return this.<WalletActor.Scan>ask(NodeActor.GetScan::new)
                .thenApply(WalletActor.Scan::height)
                .exceptionally(silent -> before)
                .thenCompose(now -> {
                    if (now.compareTo(before) > 0) return tell(now).thenCompose(told -> waiting(now, Duration.ZERO));
                    if (idle.compareTo(patience) < 0) return waiting(before, idle);
                    return CompletableFuture.completedStage(new NodeActor.NotRunning("it is not ready after "
                            + patience.toSeconds() + " s in which nothing got ahead; its log says what it waits for"));
                });
    }

    private CompletionStage<Void> tell(BlockHeight now) {
        return chain.tip()
                .thenApply(tip -> "the wallet looks for its coins: block " + now + " of " + tip.height())
                .exceptionally(unknown -> "the wallet looks for its coins: block " + now)
                .thenAccept(progress);
    }

    private static boolean isLate(Throwable failure) {
        return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
    }

    private <T> CompletionStage<T> ask(Function<ActorRef<T>, NodeActor.Command> question) {
        return AskPattern.<NodeActor.Command, T>ask(system, question::apply, look, system.scheduler());
    }
}
