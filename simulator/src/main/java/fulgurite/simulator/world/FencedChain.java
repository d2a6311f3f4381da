package fulgurite.simulator.world;

import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.ChainStanding;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The chain as one life of a node sees it: behind the fence questions have no answer and nothing is published. */
final class FencedChain implements ChainBackend {
    private final ChainBackend chain;
    private final Fence fence;
    private final Consumer<Tx> offered;

    /** @param offered told of every transaction that goes out */
    FencedChain(ChainBackend chain, Fence fence, Consumer<Tx> offered) {
        this.chain = chain;
        this.fence = fence;
        this.offered = offered;
    }

    private <T> CompletionStage<T> unlessClosed(Supplier<CompletionStage<T>> question) {
        return fence.isClosed() ? new CompletableFuture<>() : question.get();
    }

    @Override
    public CompletionStage<Tip> tip() {
        return unlessClosed(chain::tip);
    }

    @Override
    public CompletionStage<Optional<Block>> block(BlockHeight height) {
        return unlessClosed(() -> chain.block(height));
    }

    @Override
    public CompletionStage<Published> publish(Tx tx) {
        if (!fence.pass(CrashPoint.BEFORE_PUBLISH)) return new CompletableFuture<>();
        offered.accept(tx);
        return chain.publish(tx);
    }

    @Override
    public CompletionStage<Published> publishPackage(List<Tx> transactions) {
        if (!fence.pass(CrashPoint.BEFORE_PUBLISH)) return new CompletableFuture<>();
        transactions.forEach(offered);
        return chain.publishPackage(transactions);
    }

    @Override
    public CompletionStage<Optional<Utxo>> unspent(OutPoint outPoint) {
        return unlessClosed(() -> chain.unspent(outPoint));
    }

    @Override
    public CompletionStage<Optional<Tx>> mempoolSpender(OutPoint outPoint) {
        return unlessClosed(() -> chain.mempoolSpender(outPoint));
    }

    @Override
    public CompletionStage<FeeratePerKw> estimateFee(int blocks) {
        return unlessClosed(() -> chain.estimateFee(blocks));
    }

    @Override
    public Subscription subscribe(Consumer<ChainEvent> listener) {
        return chain.subscribe(event -> {
            if (!fence.isClosed()) listener.accept(event);
        });
    }

    @Override
    public ChainStanding standing() {
        return chain.standing();
    }
}
