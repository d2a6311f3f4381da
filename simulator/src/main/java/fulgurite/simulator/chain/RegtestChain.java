package fulgurite.simulator.chain;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend.Subscription;
import fulgurite.node.chain.ChainBackend.Tip;
import fulgurite.node.chain.ChainBackend.Utxo;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A regtest chain inside the process: blocks, mempool, unspent outputs and reorganisations, refusing what bitcoind
 * refuses and in its words. It starts from regtest's genesis block and holds nothing else until {@link #mine} or
 * {@link #faucet} is called.
 *
 * <p>Design note. Every method holds the one lock, and every change is an event told synchronously, in order, to the
 * listeners in the order in which they subscribed. A listener may call back into the chain: what it causes is told
 * after what is being told. The same calls give the same blocks, byte for byte: there is no clock and no chance, and
 * time is {@link ChainSettings#secondsPerBlock} a block from the genesis block on.
 */
public final class RegtestChain implements PlayedChain {
    private static final Satoshi LEAST_WORTHWHILE_SUBSIDY = new Satoshi(1_000_000);

    private final ChainState state = new ChainState();
    private final Mempool mempool = new Mempool();
    private final Telling told = new Telling();
    private final ChainSettings settings;
    private final Optional<ChainFile> file;
    private FeeMarket market;
    private int blocksFound;
    private boolean replaying;

    private RegtestChain(ChainSettings settings, Optional<ChainFile> file) {
        this.settings = settings;
        this.file = file;
        this.market = FeeMarket.quiet(settings.estimatedFeerate());
        replaying = true;
        file.ifPresent(saved -> saved.readAll().forEach(this::replay));
        replaying = false;
    }

    /** A chain in memory, at its genesis block. */
    public static RegtestChain create(ChainSettings settings) {
        return new RegtestChain(settings, Optional.empty());
    }

    /**
     * The chain kept in {@code directory}, or a new one kept there from now on.
     *
     * @throws IllegalStateException when another process has it open
     */
    public static RegtestChain open(Path directory, ChainSettings settings) {
        return new RegtestChain(settings, Optional.of(ChainFile.open(directory)));
    }

    @Override
    public synchronized Tip tip() {
        return new Tip(new BlockHeight(state.height()), state.top().hash());
    }

    /** The block of the best chain at {@code height}; empty above the tip. */
    @Override
    public synchronized Optional<Block> block(BlockHeight height) {
        return state.block(height.height()).map(ForgedBlock::toBlock);
    }

    /** The same block as it goes over the network. */
    public synchronized Optional<Bytes> rawBlock(BlockHeight height) {
        return state.block(height.height()).map(ForgedBlock::raw);
    }

    /** The output when the best chain has it and nothing confirmed spends it. */
    @Override
    public synchronized Optional<Utxo> unspent(OutPoint outPoint) {
        return state.find(outPoint)
                .map(coin -> new Utxo(outPoint, coin.output(), state.height() - coin.height() + 1));
    }

    /** Unconfirmed transactions, parents before children. */
    @Override
    public synchronized List<Tx> mempool() {
        return mempool.entries().stream().map(entry -> entry.tx().tx()).toList();
    }

    /** The unconfirmed transaction that spends {@code outPoint}, if one does. */
    @Override
    public synchronized Optional<Tx> mempoolSpender(OutPoint outPoint) {
        return mempool.spender(outPoint).map(entry -> entry.tx().tx());
    }

    /** The feerate to expect for the next block. */
    public FeeratePerKw estimatedFeerate() {
        return estimatedFeerate(1);
    }

    /** What a node is told that asks how much it takes to confirm within {@code blocks}; at least the mempool's minimum. */
    @Override
    public synchronized FeeratePerKw estimatedFeerate(int blocks) {
        return market.estimate(blocks);
    }

    /** What {@link #estimatedFeerate} answers from now on, for every target. */
    @Override
    public void setEstimatedFeerate(FeeratePerKw feerate) {
        setEstimatedFeerates(new TreeMap<>(Map.of(1, feerate)));
    }

    /** @param byTarget what to answer, by the most blocks that one is ready to wait; the longest known for longer ones */
    public synchronized void setEstimatedFeerates(SortedMap<Integer, FeeratePerKw> byTarget) {
        market = market.withEstimates(byTarget);
    }

    /**
     * From now on this chain's miner takes only what pays {@code feerate} together with what it spends unconfirmed,
     * the best paying first; the rest waits. 0 takes everything in the order in which it came. Not kept in the file.
     */
    @Override
    public synchronized void demandFeerate(FeeratePerKw feerate) {
        market = market.withDemanded(feerate);
    }

    /**
     * From now on the mempool is so full that it refuses what pays less by itself, and judges packages as a whole;
     * what it holds below that leaves it. 0 is a mempool with room. Not kept in the file.
     */
    public synchronized void setMempoolMinimum(FeeratePerKw feerate) {
        market = market.withMempoolMinimum(feerate);
        mempool.evictBelow(feerate);
    }

    /** Not kept in the file. */
    @Override
    public synchronized void forgetMempool() {
        mempool.clear();
    }

    /** Offers {@code tx} to the mempool. Known already, there or in a block with something of it unspent, is accepted too. */
    @Override
    public synchronized Published publish(Tx tx) {
        ParsedTx parsed = ParsedTx.of(tx);
        if (state.hasUnspentOutput(parsed)) return new Published.Accepted();
        return switch (mempool.judge(parsed, nextBlock(relayFees()))) {
            case Mempool.Verdict.Known() -> new Published.Accepted();
            case Mempool.Verdict.Refused refused -> new Published.Rejected(refused.reason());
            case Mempool.Verdict.Acceptable acceptable -> {
                mempool.enter(acceptable);
                entered(parsed);
                told.tellAll();
                yield new Published.Accepted();
            }
        };
    }

    /**
     * Offers a child with parents of it, parents first; parents that are in a block are left out.
     *
     * @return accepted when the child is known, in the mempool or in a block with something of it unspent
     */
    @Override
    public synchronized Published publishPackage(List<Tx> transactions) {
        List<ParsedTx> all = transactions.stream().map(ParsedTx::of).toList();
        ParsedTx child = all.getLast();
        if (state.hasUnspentOutput(child)) return new Published.Accepted();
        var left = new ArrayList<ParsedTx>();
        for (ParsedTx tx : all) if (tx == child || !state.hasUnspentOutput(tx)) left.add(tx);
        if (left.size() == 1) return publish(child.tx());
        if (!PackageSubmission.isChildWithParents(left))
            return new Published.Rejected(PackageSubmission.NOT_A_CHILD_WITH_PARENTS);
        return submitPackage(left).refusal()
                .<Published>map(Published.Rejected::new)
                .orElseGet(Published.Accepted::new);
    }

    /** As bitcoind's submitpackage, with what became of each transaction. */
    synchronized PackageSubmission submitPackage(List<ParsedTx> transactions) {
        PackageSubmission submission = PackageSubmission.submit(mempool, nextBlock(relayFees()), transactions);
        submission.entered().forEach(this::entered);
        told.tellAll();
        return submission;
    }

    /** What the mempool would answer a first-time publisher, without letting {@code tx} in: a known one is refused. */
    public synchronized Published test(Tx tx) {
        return switch (mempool.judge(ParsedTx.of(tx), nextBlock(relayFees()))) {
            case Mempool.Verdict.Known() -> new Published.Rejected("txn-already-in-mempool");
            case Mempool.Verdict.Refused refused -> new Published.Rejected(refused.reason());
            case Mempool.Verdict.Acceptable acceptable -> new Published.Accepted();
        };
    }

    /** Finds {@code count} blocks, the first with the mempool in them. Their rewards feed {@link #faucet}. */
    @Override
    public synchronized List<Block> mine(int count) {
        return mine(count, Faucet.SCRIPT);
    }

    /** Finds blocks whose coinbases pay to {@code rewardScript}. */
    public synchronized List<Block> mine(int count, Bytes rewardScript) {
        var mined = new ArrayList<Block>();
        for (int i = 0; i < count; i++) mined.add(connect(forge(template(), rewardScript), false));
        told.tellAll();
        return List.copyOf(mined);
    }

    /**
     * Finds a block with exactly these transactions after its coinbase, as a miner may: consensus binds it, relay
     * policy does not, and conflicting transactions leave the mempool.
     *
     * @throws IllegalArgumentException when consensus forbids one, with the reason in bitcoind's words
     */
    @Override
    public synchronized Block mineExactly(List<Tx> transactions) {
        Block mined = connect(forge(transactions.stream().map(ParsedTx::of).toList(), Faucet.SCRIPT), true);
        told.tellAll();
        return mined;
    }

    /**
     * Pays these outputs from rewards that this chain's own miner has found, in one transaction, and confirms it in a
     * block; first finds as many blocks as it takes for enough rewards to mature.
     *
     * @return the confirmed transaction; its first outputs are the ones asked for, in their order
     * @throws IllegalArgumentException when {@code outputs} cannot be relayed, or are more than the chain can earn
     */
    @Override
    public synchronized Tx faucet(List<TxOutput> outputs) {
        Tx payment = give(outputs);
        mine(1);
        return payment;
    }

    /** As {@link #faucet(List)}, but the payment is left in the mempool. */
    @Override
    public synchronized Tx give(List<TxOutput> outputs) {
        Optional<Tx> payment = Faucet.pay(outputs, state, mempool, market);
        while (payment.isEmpty()) {
            if (Consensus.subsidy(state.height()).lessThan(LEAST_WORTHWHILE_SUBSIDY))
                throw new IllegalArgumentException("this chain cannot earn that much any more");
            // The first reward needs a hundred blocks on top of it; later ones mature one by one.
            mine(state.height() == 0 ? Consensus.COINBASE_MATURITY + 1 : 1);
            payment = Faucet.pay(outputs, state, mempool, market);
        }
        if (publish(payment.get()) instanceof Published.Rejected(String reason))
            throw new IllegalArgumentException("the faucet cannot pay that: " + reason);
        return payment.get();
    }

    /**
     * Takes the top {@code count} blocks back, as bitcoind's invalidateblock does. Their transactions return to the
     * mempool when they are valid there; what has become invalid leaves it.
     */
    @Override
    public synchronized void disconnect(int count) {
        if (count > state.height())
            throw new IllegalArgumentException("only " + state.height() + " blocks stand on the genesis block");
        var returning = new ArrayDeque<ParsedTx>();
        for (int i = 0; i < count; i++) {
            ForgedBlock gone = state.disconnect();
            gone.transactions().reversed().stream().filter(tx -> !tx.isCoinbase()).forEach(returning::addFirst);
            told.add(new ChainEvent.BlockDisconnected(gone.toBlock()));
        }
        save(new ChainFile.Change.Disconnected(count));
        List<Mempool.Entry> before = mempool.entries();
        mempool.clear();
        for (ParsedTx tx : returning)
            if (reenter(tx)) told.add(new ChainEvent.MempoolAccepted(tx.tx()));
        for (Mempool.Entry entry : before) reenter(entry.tx());
        told.tellAll();
    }

    @Override
    public synchronized List<Block> reorganise(int depth, List<Tx> firstBlock) {
        return PlayedChain.super.reorganise(depth, firstBlock);
    }

    /** Tells {@code listener} of every change from now on. It is called with the chain's lock held: it must be quick. */
    @Override
    public synchronized Subscription subscribe(Consumer<ChainEvent> listener) {
        Runnable ended = told.to(listener);
        return () -> {
            synchronized (this) {
                ended.run();
            }
        };
    }

    /** A {@link RegtestBackend}. */
    @Override
    public Access connect() {
        var backend = new RegtestBackend(this);
        return new Access(backend, backend::close);
    }

    /** Ends writing; a chain in memory has nothing to end. */
    @Override
    public synchronized void close() {
        file.ifPresent(ChainFile::close);
    }

    ChainSettings settings() {
        return settings;
    }

    /** Takes back the block with this hash and all above it. @return why not */
    synchronized Optional<String> invalidate(Bytes32 hash) {
        Optional<ForgedBlock> block = state.block(hash);
        if (block.isEmpty()) return Optional.of("Block not found");
        if (block.get().height() == 0) return Optional.of("the genesis block cannot be invalidated");
        disconnect(state.height() - block.get().height() + 1);
        return Optional.empty();
    }

    synchronized <T> T read(BiFunction<ChainState, Mempool, T> question) {
        return question.apply(state, mempool);
    }

    FeeMarket market() {
        return market;
    }

    private List<ParsedTx> template() {
        return market.demanded().satPerKw() == 0
                ? BlockTemplate.firstCome(mempool)
                : BlockTemplate.bestPaying(mempool, market.demanded());
    }

    private ForgedBlock forge(List<ParsedTx> transactions, Bytes rewardScript) {
        int height = state.height() + 1;
        Satoshi reward = Consensus.subsidy(height);
        for (ParsedTx tx : transactions)
            reward = reward.plus(mempool.find(tx.txid()).map(Mempool.Entry::fee).orElse(Satoshi.ZERO));
        return ForgedBlock.forge(state.top(), state.top().header().time + settings.secondsPerBlock(),
                new TxOutput(reward, rewardScript), blocksFound, transactions);
    }

    private Block connect(ForgedBlock block, boolean checkScripts) {
        state.connect(block, checkScripts);
        blocksFound++;
        for (ParsedTx tx : block.transactions()) mempool.confirmed(tx);
        save(new ChainFile.Change.Connected(block.toNetwork()));
        Block connected = block.toBlock();
        told.add(new ChainEvent.BlockConnected(connected));
        return connected;
    }

    private boolean reenter(ParsedTx tx) {
        // As in bitcoind, what a block held once does not have to pay for relay again.
        if (!(mempool.judge(tx, nextBlock(Mempool.Fees.NONE)) instanceof Mempool.Verdict.Acceptable acceptable))
            return false;
        mempool.enter(acceptable);
        return true;
    }

    private Mempool.Chain nextBlock(Mempool.Fees fees) {
        return new Mempool.Chain(state.height() + 1, state::medianTimePast, state, fees);
    }

    private Mempool.Fees relayFees() {
        return new Mempool.Fees(settings.minRelayFeerate(), market.mempoolMinimum(), false);
    }

    private void replay(ChainFile.Change change) {
        switch (change) {
            case ChainFile.Change.Connected(var block) -> connect(ForgedBlock.of(state.height() + 1, block), false);
            case ChainFile.Change.Disconnected(int blocks) -> disconnect(blocks);
            // It may have leant on a package, or been the best at another minimum: it was accepted once.
            case ChainFile.Change.Accepted(Tx tx) -> mempool.readmit(ParsedTx.of(tx), nextBlock(Mempool.Fees.NONE));
        }
        told.forget();
    }

    private void save(ChainFile.Change change) {
        if (!replaying) file.ifPresent(open -> open.append(change));
    }

    private void entered(ParsedTx tx) {
        save(new ChainFile.Change.Accepted(tx.tx()));
        told.add(new ChainEvent.MempoolAccepted(tx.tx()));
    }
}
