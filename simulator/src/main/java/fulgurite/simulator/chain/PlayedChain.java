package fulgurite.simulator.chain;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend.Subscription;
import fulgurite.node.chain.ChainBackend.Tip;
import fulgurite.node.chain.ChainBackend.Utxo;
import fulgurite.node.chain.ChainBackend;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A regtest chain whose only miner is at hand: who wants a block, a coin or a reorganisation gets it. {@link
 * RegtestChain} is one; a bitcoind that tests have started is another. It is asked and told synchronously.
 */
public interface PlayedChain extends AutoCloseable {
    Tip tip();

    /** The block of the best chain at {@code height}; empty above the tip. */
    Optional<Block> block(BlockHeight height);

    /** The output when the best chain has it and nothing confirmed spends it. */
    Optional<Utxo> unspent(OutPoint outPoint);

    /** Unconfirmed transactions, parents before children. */
    List<Tx> mempool();

    /** The unconfirmed transaction that spends {@code outPoint}, if one does. */
    Optional<Tx> mempoolSpender(OutPoint outPoint);

    /** What a node is told that asks how much it takes to confirm within {@code blocks}. */
    FeeratePerKw estimatedFeerate(int blocks);

    /** What {@link #estimatedFeerate} answers from now on, for every target. */
    void setEstimatedFeerate(FeeratePerKw feerate);

    /** From now on the miner takes only what pays {@code feerate} together with what it spends unconfirmed; the rest waits. */
    void demandFeerate(FeeratePerKw feerate);

    /** What is unconfirmed is forgotten by the mempool; whoever wants it publishes it again. */
    void forgetMempool();

    /** Offers a transaction to the mempool, as {@link ChainBackend#publish} does. */
    Published publish(Tx tx);

    /** Offers a child with parents of it, as {@link ChainBackend#publishPackage} does. */
    Published publishPackage(List<Tx> transactions);

    /** Finds {@code count} blocks, the first with the mempool in them. */
    List<Block> mine(int count);

    /**
     * Finds a block with exactly these transactions after its coinbase, whether the mempool would take them or not.
     *
     * @throws IllegalArgumentException when consensus forbids one, with the reason in bitcoind's words
     */
    Block mineExactly(List<Tx> transactions);

    /**
     * Pays these outputs from rewards of the miner's, left in the mempool; first finds as many blocks as it takes for
     * enough rewards to mature.
     */
    Tx give(List<TxOutput> outputs);

    /** As {@link #give}, and confirms it in a block. */
    default Tx faucet(List<TxOutput> outputs) {
        Tx payment = give(outputs);
        mine(1);
        return payment;
    }

    /** {@link #faucet(List)} with a single output. */
    default Tx faucet(Bytes script, Satoshi amount) {
        return faucet(List.of(new TxOutput(amount, script)));
    }

    /**
     * Takes the top {@code count} blocks back, as bitcoind's invalidateblock does. Their transactions return to the
     * mempool when they are valid there; what has become invalid leaves it.
     */
    void disconnect(int count);

    /**
     * A reorganisation: the top {@code depth} blocks give way to a longer branch of {@code depth + 1}, whose first
     * block holds these transactions and whose next holds what is left of the mempool.
     */
    default List<Block> reorganise(int depth, List<Tx> firstBlock) {
        disconnect(depth);
        var branch = new ArrayList<Block>();
        branch.add(mineExactly(firstBlock));
        branch.addAll(mine(depth));
        return List.copyOf(branch);
    }

    /** Tells {@code listener} of every change from now on, in order. */
    Subscription subscribe(Consumer<ChainEvent> listener);

    /** A node's own way to this chain. */
    Access connect();

    @Override
    void close();

    /** @param leave ends the connection */
    record Access(ChainBackend backend, Runnable leave) {}
}
