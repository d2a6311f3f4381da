package fulgurite.node.chain;

import akka.actor.typed.ActorRef;
import fulgurite.node.chain.ChainWatcher.PublishedNotice;
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
import java.util.TreeMap;

/** Transactions to be published until a block holds them or a rival. Not for sharing between threads. */
final class Publications {
    /** A block this deep is not expected to be taken back. */
    private static final int SETTLED_DEPTH = 100;
    /** Two weeks of blocks: who still wants it published then asks again. */
    private static final int MAX_ATTEMPTS = 2016;

    private final Map<TxId, Entry> entries = new LinkedHashMap<>();
    private final Map<OutPoint, List<Entry>> byInput = new TreeMap<>();

    private static final class Entry {
        private final Tx tx;
        private final TxId txid;
        private final List<ActorRef<PublishedNotice>> waiting = new ArrayList<>();
        private Optional<BlockHeight> decidedAt = Optional.empty();
        private int attempts;

        private Entry(Tx tx, TxId txid) {
            this.tx = tx;
            this.txid = txid;
        }
    }

    void add(ChainWatcher.Publish publish) {
        TxId txid = publish.tx().txid();
        Entry entry = entries.computeIfAbsent(txid, id -> new Entry(publish.tx(), id));
        entry.waiting.add(publish.replyTo());
        for (TxInput input : publish.tx().inputs()) {
            List<Entry> spenders = byInput.computeIfAbsent(input.outPoint(), outPoint -> new ArrayList<>());
            if (!spenders.contains(entry)) spenders.add(entry);
        }
    }

    void answered(TxId txid, ChainBackend.Published result) {
        Entry entry = entries.get(txid);
        if (entry == null) return;
        for (ActorRef<PublishedNotice> listener : entry.waiting) listener.tell(new PublishedNotice(txid, result));
        entry.waiting.clear();
    }

    /** A block came on top: it decides those that it holds and those whose inputs it spends. */
    void connected(BlockHeight height, List<WatchBook.Mined> mined) {
        for (WatchBook.Mined each : mined)
            for (TxInput input : each.tx().inputs())
                for (Entry entry : byInput.getOrDefault(input.outPoint(), List.of()))
                    entry.decidedAt = Optional.of(height);
        List<Entry> done = entries.values()
                .stream()
                .filter(entry -> entry.attempts > MAX_ATTEMPTS
                        || entry.decidedAt.filter(at -> height.since(at) >= SETTLED_DEPTH).isPresent())
                .toList();
        done.forEach(this::forget);
    }

    void disconnected(BlockHeight height) {
        for (Entry entry : entries.values())
            if (entry.decidedAt.equals(Optional.of(height))) entry.decidedAt = Optional.empty();
    }

    /** What to publish again now, in the order in which it was first asked for. */
    List<Tx> pending() {
        var pending = new ArrayList<Tx>();
        for (Entry entry : entries.values()) {
            if (entry.decidedAt.isPresent()) continue;
            entry.attempts++;
            pending.add(entry.tx);
        }
        return pending;
    }

    private void forget(Entry entry) {
        entries.remove(entry.txid);
        for (TxInput input : entry.tx.inputs()) {
            List<Entry> spenders = byInput.get(input.outPoint());
            if (spenders == null) continue;
            spenders.remove(entry);
            if (spenders.isEmpty()) byInput.remove(input.outPoint());
        }
    }
}
