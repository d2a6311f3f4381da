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

/** Transactions, alone or as packages, to be published until a block holds them or a rival. Not for sharing between threads. */
final class Publications {
    /** A block this deep is not expected to be taken back. */
    private static final int SETTLED_DEPTH = 100;
    /** Two weeks of blocks: who still wants it published then asks again. */
    private static final int MAX_ATTEMPTS = 2016;

    private final Map<List<TxId>, Entry> entries = new LinkedHashMap<>();
    private final Map<OutPoint, List<Entry>> byInput = new TreeMap<>();

    private static final class Entry {
        /** Parents first. */
        private final List<Tx> transactions;
        private final List<TxId> ids;
        private final List<ActorRef<PublishedNotice>> waiting = new ArrayList<>();
        private Optional<BlockHeight> decidedAt = Optional.empty();
        private int attempts;

        private Entry(List<Tx> transactions, List<TxId> ids) {
            this.transactions = transactions;
            this.ids = ids;
        }

        private List<OutPoint> inputs() {
            return transactions.stream().flatMap(tx -> tx.inputs().stream()).map(TxInput::outPoint).toList();
        }

        /** A parent in a block leaves the child to be published; the child there, or any rival, is the end. */
        private boolean isDecidedBy(TxId mined) {
            return !ids.subList(0, ids.size() - 1).contains(mined);
        }
    }

    void add(List<Tx> transactions, ActorRef<PublishedNotice> replyTo) {
        Entry entry = entries.computeIfAbsent(ids(transactions), ids -> new Entry(transactions, ids));
        entry.waiting.add(replyTo);
        for (OutPoint input : entry.inputs()) {
            List<Entry> spenders = byInput.computeIfAbsent(input, outPoint -> new ArrayList<>());
            if (!spenders.contains(entry)) spenders.add(entry);
        }
    }

    void answered(List<Tx> transactions, ChainBackend.Published result) {
        Entry entry = entries.get(ids(transactions));
        if (entry == null) return;
        var notice = new PublishedNotice(entry.ids.getLast(), result);
        for (ActorRef<PublishedNotice> listener : entry.waiting) listener.tell(notice);
        entry.waiting.clear();
    }

    /** A block came on top: it decides those that it holds and those whose inputs it spends. */
    void connected(BlockHeight height, List<WatchBook.Mined> mined) {
        for (WatchBook.Mined each : mined)
            for (TxInput input : each.tx().inputs())
                for (Entry entry : byInput.getOrDefault(input.outPoint(), List.of()))
                    if (entry.isDecidedBy(each.tx().txid())) entry.decidedAt = Optional.of(height);
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
    List<List<Tx>> pending() {
        var pending = new ArrayList<List<Tx>>();
        for (Entry entry : entries.values()) {
            if (entry.decidedAt.isPresent()) continue;
            entry.attempts++;
            pending.add(entry.transactions);
        }
        return pending;
    }

    private void forget(Entry entry) {
        entries.remove(entry.ids);
        for (OutPoint input : entry.inputs()) {
            List<Entry> spenders = byInput.get(input);
            if (spenders == null) continue;
            spenders.remove(entry);
            if (spenders.isEmpty()) byInput.remove(input);
        }
    }

    private static List<TxId> ids(List<Tx> transactions) {
        return transactions.stream().map(Tx::txid).toList();
    }
}
