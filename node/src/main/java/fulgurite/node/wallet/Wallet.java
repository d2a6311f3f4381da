package fulgurite.node.wallet;

import fulgurite.node.chain.BlockFollower;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.wallet.WalletKeys.KeyPath;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a wallet knows, without threads or input and output: its own transactions, from which its coins follow.
 *
 * <p>Design note. The state is the set of transactions that pay to or spend from the wallet's scripts, each with the
 * height of its block or none. A coin is an output of one of them to a script of ours that no other of them spends. So
 * a reorganisation is nothing but heights that are taken away, and a conflict nothing but a transaction that is
 * dropped with its descendants. Everything here can be found again by scanning the chain from the wallet's birth,
 * except three things that are harmless to lose: which addresses have been handed out beyond the last one paid (they
 * are watched, and may be handed out once more), which inputs are locked (whoever holds a funded transaction publishes
 * it again after a restart, which spends them; a transaction never published never needed them), and unconfirmed
 * transactions (whoever published them publishes again).
 *
 * <p>{@link CoinSelection} says how coins are chosen. Unconfirmed payments from others are never spent, nor is the
 * change of a transaction that has others' inputs too, nor what grew from either: it may be replaced. Only
 * {@link Bumping} spends them, to bring them into a block.
 *
 * <p>Not for sharing between threads.
 */
public final class Wallet {
    private static final int COINBASE_MATURITY = 100;
    private static final int MOST_PARTS = 4;

    private final WalletKeys keys;
    private final Map<TxId, Known> transactions = new LinkedHashMap<>();
    private final Map<OutPoint, TxId> spenders = new TreeMap<>();
    private final Set<OutPoint> locked = new TreeSet<>();
    private final Set<TxId> sent = new TreeSet<>();
    private final WalletAddresses addresses;
    private BlockHeight height = new BlockHeight(0);
    private Satoshi reserve = Satoshi.ZERO;
    private int reserveCoins;

    /** @param height empty while unconfirmed; @param ours whether it spends coins of ours only: else its change is not ours to count on */
    private record Known(Tx tx, TxId txid, Optional<BlockHeight> height, boolean ours) {
        boolean isCoinbase() {
            return tx.inputs().getFirst().outPoint().equals(OutPoint.NONE);
        }
    }

    /** @param height empty while unconfirmed; @param spendable mature, and confirmed or our own change, and not locked */
    public record WalletCoin(OutPoint outPoint, TxOutput output, KeyPath key, Optional<BlockHeight> height,
            boolean spendable, boolean locked) {}

    /**
     * A transaction of the wallet's. @param received what its outputs pay to us; @param spent what it takes of ours;
     * @param fee empty when others' outputs are spent too
     */
    public record WalletTx(Tx tx, Optional<BlockHeight> height, Satoshi received, Satoshi spent,
            Optional<Satoshi> fee) {}

    public Wallet(WalletKeys keys) {
        this.keys = keys;
        this.addresses = new WalletAddresses(keys);
    }

    public BlockHeight height() {
        return height;
    }

    WalletAddresses addresses() {
        return addresses;
    }

    /** What a scan has found so far, to begin there again. */
    ScanPoint scanned(List<BlockFollower.Known> blocks) {
        return new ScanPoint(height.plus(1), blocks, transactions.values()
                .stream()
                .filter(known -> known.height().isPresent())
                .map(known -> new ScanPoint.Confirmed(known.height().get(), known.tx()))
                .toList(), addresses.used());
    }

    /** Takes over what an earlier scan had found, in place of scanning. */
    void resume(ScanPoint point) {
        addresses.resume(point.used());
        for (ScanPoint.Confirmed found : point.transactions()) see(found.tx(), Optional.of(found.height()));
        height = below(point.next());
    }

    private static BlockHeight below(BlockHeight height) {
        return new BlockHeight(Math.max(0, height.height() - 1));
    }

    /** A block came on top. */
    public void connected(Block block) {
        for (Tx tx : block.transactions()) see(tx, Optional.of(block.height()));
        height = block.height();
    }

    /**
     * The top block at {@code gone} was taken back: its transactions are unconfirmed, but for a reward, which is void.
     * Whether they can be in a block again is the chain's to say: see {@link #forget}.
     */
    public void disconnected(BlockHeight gone) {
        for (Known known : List.copyOf(transactions.values())) {
            if (!known.height().equals(Optional.of(gone))) continue;
            if (known.isCoinbase()) drop(known.txid());
            else transactions.put(known.txid(), new Known(known.tx(), known.txid(), Optional.empty(), known.ours()));
        }
        height = below(gone);
    }

    /** The mempool accepted a transaction, of ours or of anybody. */
    public void unconfirmed(Tx tx) {
        see(tx, Optional.empty());
    }

    /** All that pays to or spends from the wallet, in the order of arrival. */
    List<WalletTx> history() {
        return transactions.values().stream().map(this::view).toList();
    }

    Optional<WalletTx> find(TxId txid) {
        return Optional.ofNullable(transactions.get(txid)).map(this::view);
    }

    private WalletTx view(Known known) {
        Satoshi out = Satoshi.ZERO;
        Satoshi received = Satoshi.ZERO;
        Satoshi spent = Satoshi.ZERO;
        for (TxOutput output : known.tx().outputs()) {
            out = out.plus(output.amount());
            if (keys.find(output.script()).isPresent()) received = received.plus(output.amount());
        }
        for (WalletCoin coin : inputsOf(known.tx())) spent = spent.plus(coin.output().amount());
        return new WalletTx(known.tx(), known.height(), received, spent,
                known.ours() ? Optional.of(spent.minus(out)) : Optional.empty());
    }

    /** The coins of ours that it spends, in the order of its inputs. */
    List<WalletCoin> inputsOf(Tx tx) {
        var coins = new ArrayList<WalletCoin>();
        for (TxInput input : tx.inputs()) {
            if (!isOurs(input.outPoint())) continue;
            Known parent = transactions.get(input.outPoint().txid());
            TxOutput output = parent.tx().outputs().get(input.outPoint().index());
            coins.add(new WalletCoin(input.outPoint(), output, keys.find(output.script()).orElseThrow(),
                    parent.height(), false, false));
        }
        return List.copyOf(coins);
    }

    /** Whether it pays back to us what it did not need. */
    boolean isChange(TxOutput output) {
        return keys.find(output.script()).filter(key -> key.branch().isChange()).isPresent();
    }

    /** Which known transaction spends the coin. */
    Optional<TxId> spender(OutPoint coin) {
        return Optional.ofNullable(spenders.get(coin));
    }

    /** A payment that the user made: nobody but the user minds when another takes its place. */
    void markSent(TxId txid) {
        sent.add(txid);
    }

    boolean isSent(TxId txid) {
        return sent.contains(txid);
    }

    /** What waits for a block, parents before their children. */
    List<Tx> waiting() {
        return transactions.values().stream().filter(known -> known.height().isEmpty()).map(Known::tx).toList();
    }

    boolean isWaiting(Tx tx) {
        Known known = transactions.get(tx.txid());
        return known != null && known.height().isEmpty();
    }

    /** It can be in no block any more, as the chain stands: its inputs are free again, and its children void too. */
    void forget(Tx tx) {
        if (isWaiting(tx)) drop(tx.txid());
    }

    /** The wallet's unspent coins, in the order of their transactions' arrival. */
    public List<WalletCoin> coins() {
        var coins = new ArrayList<WalletCoin>();
        for (Known known : transactions.values())
            for (int i = 0; i < known.tx().outputs().size(); i++) {
                TxOutput output = known.tx().outputs().get(i);
                var outPoint = new OutPoint(known.txid(), i);
                Optional<KeyPath> key = keys.find(output.script());
                if (key.isEmpty() || spenders.containsKey(outPoint)) continue;
                boolean isLocked = locked.contains(outPoint);
                coins.add(new WalletCoin(outPoint, output, key.get(), known.height(), isMature(known) && !isLocked,
                        isLocked));
            }
        return List.copyOf(coins);
    }

    /** The sum of coins in blocks, spendable or not. */
    public Satoshi confirmed() {
        return sum(coins().stream().filter(coin -> coin.height().isPresent()).toList());
    }

    /** The sum of coins that wait for a block. */
    public Satoshi unconfirmed() {
        return sum(coins().stream().filter(coin -> coin.height().isEmpty()).toList());
    }

    /** The sum of coins promised to funded transactions. */
    public Satoshi lockedAmount() {
        return sum(coins().stream().filter(WalletCoin::locked).toList());
    }

    void lock(List<OutPoint> inputs) {
        locked.addAll(inputs);
    }

    void unlock(List<OutPoint> inputs) {
        inputs.forEach(locked::remove);
    }

    /**
     * Frees these coins of a transaction that spends others' outputs beside them and is wanted no more: unless it is in
     * a block it is forgotten, for nobody will say when it has become invalid.
     */
    void abandon(List<OutPoint> coins) {
        unlock(coins);
        for (OutPoint coin : coins) {
            TxId spender = spenders.get(coin);
            if (spender == null) continue;
            Known known = transactions.get(spender);
            if (known.height().isEmpty() && isShared(known)) drop(spender);
        }
    }

    /** Gives back the inputs that {@code tx} was funded with. */
    public void release(Tx tx) {
        for (TxInput input : tx.inputs()) locked.remove(input.outPoint());
    }

    /** Whether a coin of ours is in a block, and no transaction in a block spends it. */
    boolean isConfirmedUnspent(OutPoint outPoint) {
        Known parent = transactions.get(outPoint.txid());
        TxId spender = spenders.get(outPoint);
        return parent != null && parent.height().isPresent()
                && (spender == null || transactions.get(spender).height().isEmpty());
    }

    /** What must stay for the fees of channels that close. */
    public Satoshi reserve() {
        return reserve;
    }

    /** @param coins in which the reserve should lie, so that channels that close together need not wait for each other */
    void keepReserve(Satoshi amount, int coins) {
        reserve = amount;
        reserveCoins = coins;
    }

    /** Into how many coins change should be divided, so that the reserve comes to lie in as many as it should. */
    int parts(Satoshi change, int coinsBeside) {
        if (reserveCoins == 0) return 1;
        long worth = change.sat() / Math.max(1, reserve.sat() / reserveCoins);
        return Math.clamp(Math.min(worth, reserveCoins - coinsBeside), 1, MOST_PARTS);
    }

    /** What may be spent now or, being our own change, soon: the reserve is kept of it. */
    Satoshi spendable() {
        return sum(coins().stream().filter(WalletCoin::spendable).toList());
    }

    WalletKeys keys() {
        return keys;
    }

    static Satoshi sum(List<WalletCoin> coins) {
        Satoshi total = Satoshi.ZERO;
        for (WalletCoin coin : coins) total = total.plus(coin.output().amount());
        return total;
    }

    private boolean isMature(Known known) {
        if (known.height().isEmpty()) return isOurOwn(known);
        return !known.isCoinbase() || height.since(known.height().get()) + 1 >= COINBASE_MATURITY;
    }

    /** Unconfirmed, and grown from nothing that others could replace. */
    private boolean isOurOwn(Known known) {
        return known.ours() && known.tx().inputs().stream().allMatch(input -> {
            Known parent = transactions.get(input.outPoint().txid());
            return parent != null && (parent.height().isPresent() || isOurOwn(parent));
        });
    }

    private void see(Tx tx, Optional<BlockHeight> at) {
        TxId txid = tx.txid();
        Known before = transactions.get(txid);
        if (before != null) {
            // A mempool's word that comes after the block's says nothing new.
            if (at.isPresent()) transactions.put(txid, new Known(tx, txid, at, before.ours()));
            return;
        }
        for (TxInput input : tx.inputs()) {
            TxId rival = spenders.get(input.outPoint());
            // Every coinbase names the same nothing, without being a rival of any.
            if (rival == null || input.outPoint().equals(OutPoint.NONE)) continue;
            // What is in a block is only displaced by another block, and that disconnects this one first.
            if (transactions.get(rival).height().isPresent() && at.isEmpty()) return;
            drop(rival);
        }
        boolean some = tx.inputs().stream().anyMatch(input -> isOurs(input.outPoint()));
        boolean ours = some && tx.inputs().stream().allMatch(input -> isOurs(input.outPoint()));
        boolean paysUs = false;
        for (TxOutput output : tx.outputs()) {
            Optional<KeyPath> key = keys.find(output.script());
            key.ifPresent(addresses::paid);
            paysUs |= key.isPresent();
        }
        if (!some && !paysUs) return;
        transactions.put(txid, new Known(tx, txid, at, ours));
        for (TxInput input : tx.inputs()) {
            spenders.put(input.outPoint(), txid);
            locked.remove(input.outPoint());
        }
    }

    /** Whether it spends coins of ours, and others' outputs too. */
    private boolean isShared(Known known) {
        return !known.ours() && known.tx().inputs().stream().anyMatch(input -> isOurs(input.outPoint()));
    }

    private boolean isOurs(OutPoint outPoint) {
        Known parent = transactions.get(outPoint.txid());
        return parent != null && outPoint.index() >= 0 && outPoint.index() < parent.tx().outputs().size()
                && keys.find(parent.tx().outputs().get(outPoint.index()).script()).isPresent();
    }

    private void drop(TxId txid) {
        var gone = new LinkedHashSet<TxId>(List.of(txid));
        for (Known known : transactions.values())
            if (known.tx().inputs().stream().anyMatch(input -> gone.contains(input.outPoint().txid())))
                gone.add(known.txid());
        for (TxId id : gone) {
            Known dropped = transactions.remove(id);
            if (dropped != null) dropped.tx().inputs().forEach(input -> spenders.remove(input.outPoint(), id));
        }
    }
}
