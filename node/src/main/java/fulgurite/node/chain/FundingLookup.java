package fulgurite.node.chain;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds the output that a short_channel_id names, for those who check gossip. @bolt 7, The channel_announcement Message */
public final class FundingLookup {
    private FundingLookup() {}

    /** What a short_channel_id names on the best chain. */
    public sealed interface Funding {
        /** @param confirmations 1 for an output of the tip's block */
        record Unspent(OutPoint outPoint, TxOutput output, int confirmations) implements Funding {}

        /** The output existed, and a confirmed transaction has spent it. */
        record Spent(OutPoint outPoint, TxOutput output) implements Funding {}

        /** No such block, transaction or output. */
        record Unknown() implements Funding {}
    }

    /** @return fails with {@link ChainBackend.ChainUnavailableException} when the chain cannot be asked now */
    public static CompletionStage<Funding> find(ChainBackend chain, ShortChannelId channel) {
        return chain.block(channel.blockHeight())
                .thenCompose(block -> block.flatMap(found -> output(found, channel))
                        .map(named -> lookUp(chain, named))
                        .orElseGet(() -> CompletableFuture.completedStage(new Funding.Unknown())));
    }

    private record Named(OutPoint outPoint, TxOutput output) {}

    private static CompletionStage<Funding> lookUp(ChainBackend chain, Named named) {
        return chain.unspent(named.outPoint())
                .thenApply(utxo -> utxo
                        .<Funding>map(unspent -> new Funding.Unspent(named.outPoint(), named.output(),
                                unspent.confirmations()))
                        .orElseGet(() -> new Funding.Spent(named.outPoint(), named.output())));
    }

    private static Optional<Named> output(ChainBackend.Block block, ShortChannelId channel) {
        if (channel.transactionIndex() >= block.transactions().size()) return Optional.empty();
        Tx tx = block.transactions().get(channel.transactionIndex());
        if (channel.outputIndex() >= tx.outputs().size()) return Optional.empty();
        var outPoint = new OutPoint(tx.txid(), channel.outputIndex());
        return Optional.of(new Named(outPoint, tx.outputs().get(channel.outputIndex())));
    }
}
