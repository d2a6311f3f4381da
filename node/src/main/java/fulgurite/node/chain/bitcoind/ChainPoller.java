package fulgurite.node.chain.bitcoind;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend.Subscription;
import fulgurite.node.chain.ChainBackend.Tip;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for changes of bitcoind's chain at intervals, on a thread of its own, and tells them in order.
 *
 * <p>Design note. The poller remembers the last blocks that it told. When the tip is another one, it walks back from
 * the new tip until it meets a block that it remembers, takes back what stood above that, and tells the new branch
 * from there on. A walk that meets nothing goes down to the height where its memory ends. While bitcoind does not
 * answer, the interval doubles up to half a minute; what happened meanwhile is found by the next walk that succeeds.
 */
final class ChainPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainPoller.class);
    private static final int REMEMBERED = 144;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final BitcoindBackend chain;
    private final BitcoindSettings settings;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor thread;
    private final Deque<Block> told = new ArrayDeque<>();
    private Set<TxId> mempool = new TreeSet<>();
    private boolean mempoolKnown;
    private boolean started;
    private Duration pause;

    private record Listener(Consumer<ChainEvent> consumer) {}

    ChainPoller(BitcoindBackend chain, BitcoindSettings settings) {
        this.chain = chain;
        this.settings = settings;
        this.pause = settings.pollInterval();
        this.thread = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("bitcoind-poller").factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** The first subscription starts the polling: nothing that happens after it is missed once bitcoind answers. */
    synchronized Subscription subscribe(Consumer<ChainEvent> listener) {
        var added = new Listener(listener);
        listeners.add(added);
        if (!started) {
            started = true;
            thread.execute(this::poll);
        }
        return () -> listeners.removeIf(each -> each == added);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void poll() {
        try {
            followBlocks();
            if (settings.followMempool()) followMempool();
            if (pause.compareTo(settings.pollInterval()) > 0) LOG.info("bitcoind answers again");
            pause = settings.pollInterval();
        } catch (RuntimeException e) {
            if (thread.isShutdown()) return;
            if (pause.equals(settings.pollInterval()))
                LOG.warn("cannot follow the chain: {}", ChainUnavailableException.reason(e));
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
        if (!thread.isShutdown()) thread.schedule(this::poll, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void followBlocks() {
        Tip tip = await(chain.tip());
        if (told.isEmpty()) {
            // Told as well: who subscribed may have looked just before this block came.
            told.add(await(chain.block(tip.height(), tip.hash())));
            tell(new ChainEvent.BlockConnected(told.getLast()));
            return;
        }
        if (told.getLast().hash().equals(tip.hash())) return;
        List<Bytes32> branch = branchTo(tip);
        int next = tip.height().height() - branch.size() + 1;
        // Read all of the branch before telling anything: a failure in between then repeats, and tells nothing twice.
        var blocks = new ArrayList<Block>();
        for (Bytes32 hash : branch) blocks.add(await(chain.block(new BlockHeight(next++), hash)));
        int keep = tip.height().height() - branch.size();
        while (!told.isEmpty() && told.getLast().height().height() > keep)
            tell(new ChainEvent.BlockDisconnected(told.removeLast()));
        for (Block block : blocks) {
            told.addLast(block);
            if (told.size() > REMEMBERED) told.removeFirst();
            tell(new ChainEvent.BlockConnected(block));
        }
    }

    /** The hashes of the best chain above the last block that was told and still is of it, lowest first. */
    private List<Bytes32> branchTo(Tip tip) {
        var branch = new ArrayDeque<Bytes32>();
        Bytes32 at = tip.hash();
        for (int height = tip.height().height(); !isTold(height, at); height--) {
            if (height < told.getFirst().height().height()) break;
            branch.addFirst(at);
            at = await(chain.parent(at));
        }
        return List.copyOf(branch);
    }

    private boolean isTold(int height, Bytes32 hash) {
        return told.stream().anyMatch(block -> block.height().height() == height && block.hash().equals(hash));
    }

    private void followMempool() {
        var now = new TreeSet<>(await(chain.mempool()));
        for (TxId txid : now) {
            if (mempool.contains(txid) || !mempoolKnown) continue;
            Optional<Tx> entered = await(chain.mempoolTransaction(txid));
            entered.ifPresent(tx -> tell(new ChainEvent.MempoolAccepted(tx)));
        }
        mempool = now;
        mempoolKnown = true;
    }

    private void tell(ChainEvent event) {
        for (Listener listener : listeners) listener.consumer().accept(event);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
