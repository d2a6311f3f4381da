package fulgurite.simulator.chain;

import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.ChainStanding;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One node's view of a {@link RegtestChain} in the same JVM. Every stage that it returns is complete already, and
 * events come synchronously, in order. {@link #interrupt} plays a chain that cannot be reached: questions fail, and
 * events wait until {@link #restore}.
 */
public final class RegtestBackend implements ChainBackend {
    private final RegtestChain chain;
    private final List<Consumer<ChainEvent>> listeners = new ArrayList<>();
    private final Queue<ChainEvent> held = new ArrayDeque<>();
    private final Subscription subscription;
    private Optional<String> problem = Optional.empty();

    public RegtestBackend(RegtestChain chain) {
        this.chain = chain;
        this.subscription = chain.subscribe(this::onEvent);
    }

    /** From now on nothing can be asked, because of {@code why}. */
    public void interrupt(String why) {
        synchronized (chain) {
            problem = Optional.of(why);
        }
    }

    public boolean isInterrupted() {
        return problem.isPresent();
    }

    /** The chain can be asked again; the events that were missed are told now. */
    public void restore() {
        synchronized (chain) {
            problem = Optional.empty();
            for (ChainEvent event = held.poll(); event != null; event = held.poll()) tell(event);
        }
    }

    /** Leaves the chain: no more events. */
    public void close() {
        subscription.close();
    }

    @Override
    public CompletionStage<Tip> tip() {
        return answer(chain::tip);
    }

    @Override
    public CompletionStage<Optional<Block>> block(BlockHeight height) {
        return answer(() -> chain.block(height));
    }

    @Override
    public CompletionStage<Published> publish(Tx tx) {
        return answer(() -> chain.publish(tx));
    }

    @Override
    public CompletionStage<Published> publishPackage(List<Tx> transactions) {
        return answer(() -> chain.publishPackage(transactions));
    }

    @Override
    public CompletionStage<Optional<Utxo>> unspent(OutPoint outPoint) {
        return answer(() -> chain.unspent(outPoint));
    }

    @Override
    public CompletionStage<Optional<Tx>> mempoolSpender(OutPoint outPoint) {
        return answer(() -> chain.mempoolSpender(outPoint));
    }

    @Override
    public CompletionStage<FeeratePerKw> estimateFee(int blocks) {
        return answer(
                () -> chain.estimatedFeerate(blocks).lessThan(FeeratePerKw.FLOOR)
                        ? FeeratePerKw.FLOOR
                        : chain.estimatedFeerate(blocks));
    }

    @Override
    public Subscription subscribe(Consumer<ChainEvent> listener) {
        // A wrapper of its own, so that the same listener may subscribe twice and leave once.
        Consumer<ChainEvent> added = event -> listener.accept(event);
        synchronized (chain) {
            listeners.add(added);
        }
        return () -> {
            synchronized (chain) {
                listeners.removeIf(each -> each == added);
            }
        };
    }

    @Override
    public ChainStanding standing() {
        return ChainStanding.inProcess(problem);
    }

    private void onEvent(ChainEvent event) {
        // Called with the chain's lock held.
        if (problem.isPresent() || !held.isEmpty()) held.add(event);
        else tell(event);
    }

    private void tell(ChainEvent event) {
        for (Consumer<ChainEvent> listener : List.copyOf(listeners)) listener.accept(event);
    }

    private <T> CompletionStage<T> answer(Supplier<T> question) {
        synchronized (chain) {
            return problem
                    .<CompletionStage<T>>map(why -> CompletableFuture.failedStage(new ChainUnavailableException(why)))
                    .orElseGet(() -> CompletableFuture.completedStage(question.get()));
        }
    }
}
