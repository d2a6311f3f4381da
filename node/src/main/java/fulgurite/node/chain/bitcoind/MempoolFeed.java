package fulgurite.node.chain.bitcoind;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Transactions that enter the mempool, told once each: those that ZeroMQ tells of, or else those that a look finds
 * there. ZeroMQ tells of a transaction when it enters the mempool, and again when a block that holds it comes or goes.
 * Not for sharing between threads.
 */
final class MempoolFeed {
    /** Of more, the first may be told twice. */
    private static final int REMEMBERED = 50_000;
    private final BitcoindBackend chain;
    private final Consumer<ChainEvent> listener;
    private final Set<TxId> toldByZmq = new LinkedHashSet<>();
    private Set<TxId> found = new TreeSet<>();
    private boolean known;
    private boolean told;

    MempoolFeed(BitcoindBackend chain, Consumer<ChainEvent> listener) {
        this.chain = chain;
        this.listener = listener;
    }

    /** Whether nobody has to look. */
    boolean isTold() {
        return told;
    }

    void toldByZmq(boolean all) {
        told = all;
        known = false;
    }

    /** @param raw a transaction */
    void heard(Bytes raw) {
        Tx tx;
        try {
            tx = Tx.parse(raw);
        } catch (MalformedException e) {
            return;
        }
        if (tx.inputs().getFirst().outPoint().equals(OutPoint.NONE) || !toldByZmq.add(tx.txid())) return;
        if (toldByZmq.size() > REMEMBERED) toldByZmq.remove(toldByZmq.iterator().next());
        listener.accept(new ChainEvent.MempoolAccepted(tx));
    }

    /** What it held may come into the mempool again only by a reorganisation. */
    void connected(Block block) {
        for (Tx tx : block.transactions()) toldByZmq.remove(tx.txid());
    }

    /** The first look only takes stock. */
    void look() {
        var now = new TreeSet<>(ChainPoller.await(chain.mempool()));
        for (TxId txid : now) {
            if (found.contains(txid) || !known) continue;
            Optional<Tx> entered = ChainPoller.await(chain.mempoolTransaction(txid));
            entered.ifPresent(tx -> listener.accept(new ChainEvent.MempoolAccepted(tx)));
        }
        found = now;
        known = true;
    }
}
