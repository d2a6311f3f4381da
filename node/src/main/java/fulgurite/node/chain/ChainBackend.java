package fulgurite.node.chain;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The port to a Bitcoin chain. Stages fail with {@link ChainUnavailableException} when the chain cannot be asked now; asking again later is safe. */
public interface ChainBackend {
    /** The best block. */
    CompletionStage<Tip> tip();

    /** The block of the best chain at {@code height}; empty above the tip. */
    CompletionStage<Optional<Block>> block(BlockHeight height);

    /** The id of a transaction by its place in the best chain; empty when there is none. @param index 0 is the coinbase */
    default CompletionStage<Optional<TxId>> transactionAt(BlockHeight height, int index) {
        return block(height).thenApply(found -> found.map(Block::transactions)
                .filter(transactions -> index < transactions.size())
                .map(transactions -> transactions.get(index).txid()));
    }

    /** Makes sure that the blocks from {@code height} on can be read; fails with {@link ChainUnavailableException} when some cannot. */
    default CompletionStage<Void> requireBlocksFrom(BlockHeight height) {
        return CompletableFuture.completedStage(null);
    }

    /** How many scripts of each descriptor {@link #search} looks for. */
    int SEARCHED = 1_000;

    /**
     * Looks for coins without reading every block: in an index of blocks, if there is one, else among unspent outputs. It
     * may take many minutes.
     *
     * @param descriptors with a wildcard (BIP 380), of which the first {@link #SEARCHED} scripts are looked for
     * @return empty when this chain cannot be searched
     */
    default CompletionStage<Optional<Coins>> search(List<String> descriptors) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    /** What a search found. @param first no block below it pays to any of the coins; empty: none was found; @param scripts of coins that were found, maybe not all */
    record Coins(Optional<BlockHeight> first, List<Bytes> scripts) {
        public Coins {
            scripts = List.copyOf(scripts);
        }
    }

    /** Offers a transaction to the mempool. Publishing one that is known already is {@link Published.Accepted}. */
    CompletionStage<Published> publish(Tx tx);

    /**
     * Offers a child together with parents of it that would not be taken alone: what they pay is judged as one.
     * Parents that are known already are left out. A parent that pays nothing cannot be helped (1 sat/vB is the least,
     * except for version 3), and only one parent with one child may replace others.
     *
     * @param transactions parents first, which do not spend each other; last the one child, which spends each of them
     * @return accepted when the child is in the mempool or known already
     */
    CompletionStage<Published> publishPackage(List<Tx> transactions);

    /** The output when the best chain has it and nothing confirmed spends it. */
    CompletionStage<Optional<Utxo>> unspent(OutPoint outPoint);

    /** The transaction in the mempool that spends {@code outPoint}, if one does. */
    CompletionStage<Optional<Tx>> mempoolSpender(OutPoint outPoint);

    /** The feerate expected to confirm within {@code blocks}, never below {@link FeeratePerKw#FLOOR}. */
    CompletionStage<FeeratePerKw> estimateFee(int blocks);

    /**
     * Tells {@code listener} of every change from now on, in order, until the subscription is closed. The listener
     * must be quick and thread-safe (it tells an actor).
     */
    Subscription subscribe(Consumer<ChainEvent> listener);

    /** How well the chain can be asked just now. */
    default ChainStanding standing() {
        return ChainStanding.inProcess(Optional.empty());
    }

    /** @param hash in wire order */
    record Tip(BlockHeight height, Bytes32 hash) {}

    /** @param timeSeconds since 1970 */
    record Block(BlockHeight height, Bytes32 hash, Bytes32 previous, long timeSeconds, List<Tx> transactions) {
        public Block {
            transactions = List.copyOf(transactions);
        }
    }

    /** @param confirmations 1 for an output of the tip's block */
    record Utxo(OutPoint outPoint, TxOutput output, int confirmations) {}

    /** What the mempool said. */
    sealed interface Published {
        record Accepted() implements Published {}

        /** @param reason the chain's own words, such as {@code bad-txns-inputs-missingorspent} */
        record Rejected(String reason) implements Published {}
    }

    /** A change of the best chain or of the mempool. A reorganisation is blocks disconnected from the top, then connected. */
    sealed interface ChainEvent {
        record BlockConnected(Block block) implements ChainEvent {}

        record BlockDisconnected(Block block) implements ChainEvent {}

        record MempoolAccepted(Tx tx) implements ChainEvent {}
    }

    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** The chain cannot be asked now: the message says why and what an operator can do. */
    final class ChainUnavailableException extends RuntimeException {
        public ChainUnavailableException(String message) {
            super(message);
        }

        /** What a failed stage says to a person, without the wrappers that futures put around it. */
        public static String reason(Throwable problem) {
            Throwable cause = problem;
            while (cause instanceof CompletionException && cause.getCause() != null) cause = cause.getCause();
            return cause.getMessage() == null ? cause.toString() : cause.getMessage();
        }
    }
}
