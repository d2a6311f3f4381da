package fulgurite.node.chain;

import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds the output that a short_channel_id names, for those who check gossip. @bolt 7, The channel_announcement Message */
public final class FundingLookup {
    private FundingLookup() {}

    /** What a short_channel_id names on the best chain. */
    public sealed interface Funding {
        /** @param confirmations 1 for an output of the tip's block */
        record Unspent(OutPoint outPoint, TxOutput output, int confirmations) implements Funding {}

        /** The transaction is there, and the output is not: a confirmed one has spent it, or there is none of that number. */
        record Gone(OutPoint outPoint) implements Funding {}

        /** No such block or transaction. */
        record Unknown() implements Funding {}
    }

    /** @return fails with {@link ChainBackend.ChainUnavailableException} when the chain cannot be asked now */
    public static CompletionStage<Funding> find(ChainBackend chain, ShortChannelId channel) {
        return chain.transactionAt(channel.blockHeight(), channel.transactionIndex())
                .thenCompose(txid -> txid.isEmpty()
                        ? CompletableFuture.completedStage(new Funding.Unknown())
                        : lookUp(chain, new OutPoint(txid.get(), channel.outputIndex())));
    }

    private static CompletionStage<Funding> lookUp(ChainBackend chain, OutPoint outPoint) {
        return chain.unspent(outPoint)
                .thenApply(found -> found
                        .<Funding>map(utxo -> new Funding.Unspent(outPoint, utxo.output(), utxo.confirmations()))
                        .orElseGet(() -> new Funding.Gone(outPoint)));
    }
}
