package fulgurite.simulator.chain;

import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The best chain's blocks, what they leave unspent, and how to take the top one back. Not for sharing between threads. */
final class ChainState implements CoinView {
    private final List<ForgedBlock> blocks = new ArrayList<>();
    private final List<Map<OutPoint, Coin>> spentBy = new ArrayList<>();
    private final SortedMap<OutPoint, Coin> unspent = new TreeMap<>();
    private final Map<Bytes32, Integer> heights = new TreeMap<>();
    private final Map<TxId, Integer> heightOf = new TreeMap<>();

    ChainState() {
        // As in bitcoind, the output of the genesis block cannot be spent.
        ForgedBlock genesis = ForgedBlock.genesis();
        blocks.add(genesis);
        spentBy.add(new TreeMap<>());
        heights.put(genesis.hash(), 0);
    }

    ForgedBlock top() {
        return blocks.getLast();
    }

    int height() {
        return blocks.size() - 1;
    }

    Optional<ForgedBlock> block(int height) {
        return height < 0 || height >= blocks.size() ? Optional.empty() : Optional.of(blocks.get(height));
    }

    Optional<ForgedBlock> block(Bytes32 hash) {
        return Optional.ofNullable(heights.get(hash)).map(blocks::get);
    }

    /** The block of the best chain that holds {@code txid}. */
    Optional<ForgedBlock> blockWith(TxId txid) {
        return Optional.ofNullable(heightOf.get(txid)).map(blocks::get);
    }

    /** Whether {@code tx} is in a block and something of it unspent: all that bitcoind can tell without an index. */
    boolean hasUnspentOutput(ParsedTx tx) {
        for (int i = 0; i < tx.tx().outputs().size(); i++) if (unspent.containsKey(tx.output(i))) return true;
        return false;
    }

    SortedMap<OutPoint, Coin> unspent() {
        return unspent;
    }

    @Override
    public Optional<Coin> find(OutPoint outPoint) {
        return Optional.ofNullable(unspent.get(outPoint));
    }

    /** The median of the times of the block at {@code height} and the ten before it. */
    long medianTimePast(int height) {
        List<Long> times = blocks.subList(Math.max(0, height - 10), height + 1)
                .stream()
                .map(block -> block.header().time)
                .sorted()
                .toList();
        return times.get(times.size() / 2);
    }

    /**
     * Puts {@code block} on top.
     *
     * @param checkScripts false for transactions whose scripts the mempool or an earlier run has verified
     * @throws IllegalArgumentException when a rule of consensus forbids it; nothing is changed then
     */
    void connect(ForgedBlock block, boolean checkScripts) {
        var spent = new TreeMap<OutPoint, Coin>();
        var created = new TreeMap<OutPoint, Coin>();
        Satoshi fees = Satoshi.ZERO;
        if (block.weight() > Consensus.MAX_BLOCK_WEIGHT) throw new IllegalArgumentException("bad-blk-weight");
        for (ParsedTx tx : block.transactions()) {
            Consensus.checkShape(tx).ifPresent(ChainState::refuse);
            if (tx.isCoinbase() != (tx == block.transactions().getFirst())) refuse("bad-cb-multiple");
            if (!tx.isCoinbase()) fees = fees.plus(spend(tx, block.height(), spent, created, checkScripts));
            create(tx, block.height(), created);
        }
        Satoshi allowed = Consensus.subsidy(block.height()).plus(fees);
        if (allowed.lessThan(Consensus.outputs(block.transactions().getFirst().tx()))) refuse("bad-cb-amount");
        unspent.putAll(created);
        spent.keySet().forEach(unspent::remove);
        blocks.add(block);
        spentBy.add(spent);
        heights.put(block.hash(), block.height());
        for (ParsedTx tx : block.transactions()) heightOf.put(tx.txid(), block.height());
    }

    /** Takes the top block back. @throws IllegalStateException when only the genesis block is left */
    ForgedBlock disconnect() {
        if (height() == 0) throw new IllegalStateException("the genesis block cannot be disconnected");
        ForgedBlock gone = blocks.removeLast();
        unspent.putAll(spentBy.removeLast());
        for (ParsedTx tx : gone.transactions()) {
            for (int i = 0; i < tx.tx().outputs().size(); i++) unspent.remove(tx.output(i));
            heightOf.remove(tx.txid());
        }
        heights.remove(gone.hash());
        return gone;
    }

    private Satoshi spend(ParsedTx tx, int height, Map<OutPoint, Coin> spent, Map<OutPoint, Coin> created,
            boolean checkScripts) {
        var coins = new ArrayList<Coin>();
        for (OutPoint outPoint : tx.spends()) {
            Coin coin = created.containsKey(outPoint) ? created.get(outPoint) : unspent.get(outPoint);
            if (coin == null || spent.put(outPoint, coin) != null)
                throw new IllegalArgumentException("bad-txns-inputs-missingorspent");
            coins.add(coin);
        }
        if (!Consensus.isFinal(tx.tx(), height, medianTimePast(height - 1))
                || !Consensus.isOldEnough(tx.tx(), coins, height, this::medianTimePast))
            refuse("bad-txns-nonfinal");
        Consensus.checkInputs(tx.tx(), coins, height).ifPresent(ChainState::refuse);
        if (checkScripts) Scripts.checkConsensus(tx, coins).ifPresent(ChainState::refuse);
        return Consensus.fee(tx.tx(), coins);
    }

    private static void create(ParsedTx tx, int height, Map<OutPoint, Coin> created) {
        List<TxOutput> outputs = tx.tx().outputs();
        for (int i = 0; i < outputs.size(); i++) {
            boolean spendable = outputs.get(i).script().isEmpty() || outputs.get(i).script().unsigned(0) != 0x6a;
            if (spendable) created.put(tx.output(i), new Coin(outputs.get(i), height, tx.isCoinbase()));
        }
    }

    private static void refuse(String reason) {
        throw new IllegalArgumentException(reason);
    }
}
