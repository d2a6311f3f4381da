package fulgurite.node.chain;

import akka.actor.typed.ActorRef;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.util.Optional;

/**
 * Watches the chain for the others: confirmations, spends, heights; publishes and re-publishes. Registering the same
 * watch twice is the same as once. A watch registered late, or after a restart, catches up from {@code since}.
 */
public final class ChainWatcher {
    private ChainWatcher() {}

    /** What the watcher is asked to do. */
    public sealed interface Command {}

    /** Tells when {@code txid} is {@code depth} blocks deep (1: in the best block), and again when a reorganisation has moved it. */
    public record WatchConfirmed(TxId txid, int depth, BlockHeight since, ActorRef<ConfirmedNotice> replyTo)
            implements
            Command {}

    /** Tells when {@code outPoint} is spent, in the mempool and then in a block, and again when that changes. */
    public record WatchSpent(OutPoint outPoint, BlockHeight since, ActorRef<SpentNotice> replyTo) implements Command {}

    /** Tells the height now (once known) and whenever it changes. */
    public record WatchHeight(ActorRef<NewHeight> replyTo) implements Command {}

    /** Forgets every watch of {@code txid} or of its outputs that {@code replyTo} registered. */
    public record Unwatch(TxId txid, ActorRef<?> replyTo) implements Command {}

    /**
     * Publishes {@code tx}, and again at each block until it is confirmed or a confirmed transaction conflicts with
     * it.
     *
     * @param replyTo told of the first answer
     */
    public record Publish(Tx tx, ActorRef<PublishedNotice> replyTo) implements Command {}

    /** Asks how the chain is doing. */
    public record GetState(ActorRef<State> replyTo) implements Command {}

    /** @param height of the block with {@code tx}; @param txIndexInBlock 0 is the coinbase; @param depth now, at least the one asked for */
    public record ConfirmedNotice(TxId txid, BlockHeight height, int txIndexInBlock, int depth, Tx tx) {}

    /** @param height of the block with {@code spendingTx}; empty while it is in the mempool */
    public record SpentNotice(OutPoint outPoint, Tx spendingTx, Optional<BlockHeight> height) {}

    public record NewHeight(BlockHeight height) {}

    /** The first answer to {@link Publish}. */
    public record PublishedNotice(TxId txid, ChainBackend.Published result) {}

    /** @param problem why the chain cannot be asked now; empty when it can */
    public record State(Optional<BlockHeight> height, Optional<String> problem) {}
}
