package fulgurite.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import fulgurite.node.api.NodeService.Reason;
import fulgurite.node.api.NodeService.ServiceException;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.channel.ChannelsActor;
import fulgurite.node.channel.LiveChannel;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Asks the actors of a node, and says in its user's words when they do not answer. */
final class Asking {
    static final Duration SOON = Duration.ofSeconds(10);
    /** What takes a peer's answer. */
    static final Duration OPENING = Duration.ofSeconds(60);

    private final ActorSystem<?> system;
    private final NodeActor.Running node;
    private final ChainBackend chain;

    Asking(ActorSystem<?> system, NodeActor.Running node, ChainBackend chain) {
        this.system = system;
        this.node = node;
        this.chain = chain;
    }

    <C, R> CompletionStage<R> ask(ActorRef<C> actor, Function<ActorRef<R>, C> question, Duration patience) {
        // On this system's own threads: Akka's stage would continue on the JVM's common pool.
        return AskPattern.<C, R>ask(actor, question, patience, system.scheduler()).handleAsync((answer, failure) -> {
            if (failure == null) return answer;
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof TimeoutException)
                throw new ServiceException(Reason.TIMEOUT, "no answer within " + patience.toSeconds()
                        + " s: what was asked may still happen; look again later");
            throw new CompletionException(cause);
        }, system.executionContext());
    }

    static ServiceException refuse(Reason reason, String message) {
        return new ServiceException(reason, message);
    }

    CompletionStage<BlockHeight> height() {
        return this.<ChainWatcher.Command, ChainWatcher.State>ask(node.chain(), ChainWatcher.GetState::new, SOON)
                .thenApply(state -> state.height()
                        .orElseThrow(() -> refuse(Reason.CHAIN,
                                "the chain cannot be asked: " + state.problem().orElse("it has not answered yet"))));
    }

    CompletionStage<List<LiveChannel>> live() {
        return this.<ChannelsActor.Command, ChannelsActor.Channels>ask(node.channels(), ChannelsActor.GetChannels::new,
                SOON).thenApply(ChannelsActor.Channels::channels);
    }

    static <T> CompletionStage<T> failed(ServiceException problem) {
        return java.util.concurrent.CompletableFuture.failedStage(problem);
    }

    CompletionStage<FeeratePerKw> feerate(Optional<FeeratePerKw> asked) {
        return asked.<CompletionStage<FeeratePerKw>>map(java.util.concurrent.CompletableFuture::completedStage)
                .orElseGet(() -> chain.estimateFee(6));
    }
}
