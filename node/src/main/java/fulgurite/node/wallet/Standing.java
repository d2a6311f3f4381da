package fulgurite.node.wallet;

import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What the chain says of a transaction that waits for a block. Nobody tells when one becomes void because a block holds
 * a rival of its parent's, nor when a mempool lets one go: so it is asked for.
 */
sealed interface Standing {
    /** The only refusal that says that an input does not exist, or is spent in a block. */
    String INPUT_IS_GONE = "bad-txns-inputs-missingorspent";

    /** It is in the mempool, or in a block, or may come again. */
    record Waits() implements Standing {}

    /** The mempool has a rival. */
    record Displaced(Tx rival) implements Standing {}

    /** It spends what is not there. */
    record Void() implements Standing {}

    /** Asks, and offers it to the mempool again when that has let it go. The parents of {@code tx} are to be asked for before. */
    static CompletionStage<Standing> of(Tx tx, ChainBackend chain) {
        return inMempool(tx, tx.inputs(), chain).thenCompose(found -> found
                .<CompletionStage<Standing>>map(CompletableFuture::completedStage)
                .orElseGet(() -> chain.publish(tx).thenApply(Standing::afterPublishing)));
    }

    private static CompletionStage<Optional<Standing>> inMempool(Tx tx, List<TxInput> inputs, ChainBackend chain) {
        if (inputs.isEmpty()) return CompletableFuture.completedStage(Optional.empty());
        return chain.mempoolSpender(inputs.getFirst().outPoint()).thenCompose(spender -> {
            if (spender.isEmpty()) return inMempool(tx, inputs.subList(1, inputs.size()), chain);
            Standing standing = spender.get().txid().equals(tx.txid()) ? new Waits() : new Displaced(spender.get());
            return CompletableFuture.completedStage(Optional.of(standing));
        });
    }

    private static Standing afterPublishing(Published said) {
        return switch (said) {
            case Published.Accepted accepted -> new Waits();
            // What is refused for its fee is valid still: a quieter mempool takes it.
            case Published.Rejected(String reason) -> reason.equals(INPUT_IS_GONE) ? new Void() : new Waits();
        };
    }
}
