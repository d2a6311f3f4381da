package fulgurite.node.chain;

import akka.actor.typed.ActorRef;
import fulgurite.node.chain.ChainWatcher.ConfirmedNotice;
import fulgurite.node.chain.ChainWatcher.SpentNotice;
import fulgurite.node.chain.ChainWatcher.WatchConfirmed;
import fulgurite.node.chain.ChainWatcher.WatchSpent;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is watched and what is known of it; tells the watchers when that changes. Not for sharing between threads. */
final class WatchBook {
    private final Map<TxId, List<ConfirmedEntry>> confirmed = new LinkedHashMap<>();
    private final Map<OutPoint, List<SpentEntry>> spent = new LinkedHashMap<>();
    private BlockHeight tip = new BlockHeight(0);

    /** A transaction in a block. @param index 0 is the coinbase */
    record Mined(Tx tx, TxId txid, int index) {}

    private static final class ConfirmedEntry {
        private final WatchConfirmed watch;
        private Optional<ConfirmedNotice> found = Optional.empty();
        private boolean told;

        private ConfirmedEntry(WatchConfirmed watch) {
            this.watch = watch;
        }
    }

    private static final class SpentEntry {
        private final WatchSpent watch;
        private Optional<SpentNotice> known = Optional.empty();

        private SpentEntry(WatchSpent watch) {
            this.watch = watch;
        }
    }

    static List<Mined> digest(ChainBackend.Block block) {
        var mined = new ArrayList<Mined>();
        for (Tx tx : block.transactions()) mined.add(new Mined(tx, tx.txid(), mined.size()));
        return mined;
    }

    void startAt(BlockHeight tip) {
        this.tip = tip;
    }

    BlockHeight tip() {
        return tip;
    }

    void add(WatchConfirmed watch) {
        List<ConfirmedEntry> entries = confirmed.computeIfAbsent(watch.txid(), txid -> new ArrayList<>());
        for (ConfirmedEntry entry : entries)
            if (entry.watch.depth() == watch.depth() && entry.watch.replyTo().equals(watch.replyTo())) {
                entry.told = false;
                tellIfDeep(entry);
                return;
            }
        entries.add(new ConfirmedEntry(watch));
    }

    void add(WatchSpent watch) {
        List<SpentEntry> entries = spent.computeIfAbsent(watch.outPoint(), outPoint -> new ArrayList<>());
        for (SpentEntry entry : entries)
            if (entry.watch.replyTo().equals(watch.replyTo())) {
                entry.known.ifPresent(watch.replyTo()::tell);
                return;
            }
        entries.add(new SpentEntry(watch));
    }

    void remove(TxId txid, ActorRef<?> listener) {
        confirmed.entrySet().removeIf(entry -> {
            if (entry.getKey().equals(txid)) entry.getValue().removeIf(e -> e.watch.replyTo().equals(listener));
            return entry.getValue().isEmpty();
        });
        spent.entrySet().removeIf(entry -> {
            if (entry.getKey().txid().equals(txid)) entry.getValue().removeIf(e -> e.watch.replyTo().equals(listener));
            return entry.getValue().isEmpty();
        });
    }

    void remove(ActorRef<?> listener) {
        confirmed.values().forEach(entries -> entries.removeIf(entry -> entry.watch.replyTo().equals(listener)));
        confirmed.values().removeIf(List::isEmpty);
        spent.values().forEach(entries -> entries.removeIf(entry -> entry.watch.replyTo().equals(listener)));
        spent.values().removeIf(List::isEmpty);
    }

    /** A block came on top. */
    void connected(BlockHeight height, List<Mined> mined) {
        tip = height;
        note(height, mined);
        for (List<ConfirmedEntry> entries : confirmed.values()) entries.forEach(this::tellIfDeep);
    }

    /** An older block was read for those who came late. */
    void read(BlockHeight height, List<Mined> mined) {
        note(height, mined);
        for (Mined each : mined) entries(each.txid()).forEach(this::tellIfDeep);
    }

    /**
     * The top block was taken back: what was found in it is not found any more, and its spends are told without a height.
     *
     * @return what its transactions spent and is watched: perhaps the mempool has them again
     */
    List<OutPoint> disconnected(BlockHeight height) {
        tip = new BlockHeight(Math.max(0, height.height() - 1));
        for (List<ConfirmedEntry> entries : confirmed.values())
            for (ConfirmedEntry entry : entries)
                if (entry.found.filter(found -> found.height().equals(height)).isPresent()) {
                    entry.found = Optional.empty();
                    entry.told = false;
                }
        var unspent = new ArrayList<OutPoint>();
        spent.forEach((outPoint, entries) -> {
            for (SpentEntry entry : entries) {
                if (!entry.known.flatMap(SpentNotice::height).equals(Optional.of(height))) continue;
                var undone = new SpentNotice(outPoint, entry.known.get().spendingTx(), Optional.empty());
                entry.known = Optional.of(undone);
                entry.watch.replyTo().tell(undone);
                if (!unspent.contains(outPoint)) unspent.add(outPoint);
            }
        });
        return unspent;
    }

    void unconfirmed(Tx tx) {
        noteSpends(tx, Optional.empty());
    }

    private void note(BlockHeight height, List<Mined> mined) {
        for (Mined each : mined) {
            for (ConfirmedEntry entry : entries(each.txid()))
                if (entry.found.filter(found -> found.height().equals(height)).isEmpty()) {
                    entry.found = Optional
                            .of(new ConfirmedNotice(each.txid(), height, each.index(), 1, each.tx()));
                    entry.told = false;
                }
            noteSpends(each.tx(), Optional.of(height));
        }
    }

    private void noteSpends(Tx tx, Optional<BlockHeight> height) {
        for (TxInput input : tx.inputs()) {
            List<SpentEntry> entries = spent.get(input.outPoint());
            if (entries == null) continue;
            var notice = new SpentNotice(input.outPoint(), tx, height);
            for (SpentEntry entry : entries) {
                // The mempool's word that comes after the block's says nothing new.
                boolean inBlock = entry.known.flatMap(SpentNotice::height).isPresent();
                if (height.isEmpty() && inBlock || entry.known.equals(Optional.of(notice))) continue;
                entry.known = Optional.of(notice);
                entry.watch.replyTo().tell(notice);
            }
        }
    }

    private void tellIfDeep(ConfirmedEntry entry) {
        if (entry.told || entry.found.isEmpty()) return;
        ConfirmedNotice found = entry.found.get();
        int depth = tip.since(found.height()) + 1;
        if (depth < entry.watch.depth()) return;
        entry.told = true;
        entry.watch.replyTo()
                .tell(new ConfirmedNotice(found.txid(), found.height(), found.txIndexInBlock(), depth, found.tx()));
    }

    private List<ConfirmedEntry> entries(TxId txid) {
        return confirmed.getOrDefault(txid, List.of());
    }
}
