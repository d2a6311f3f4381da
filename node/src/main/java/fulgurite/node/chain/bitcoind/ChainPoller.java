package fulgurite.node.chain.bitcoind;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend.Subscription;
import fulgurite.node.chain.ChainBackend.Tip;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for changes of bitcoind's chain, on a thread of its own, and tells them in order: at intervals, and at once when
 * ZeroMQ says that there is something.
 *
 * <p>Design note. The poller remembers the last blocks that it told. Looking means: blocks told that are not of the best
 * chain any more are taken back, then the blocks above are told one after another, each only on top of its parent. So
 * it does not matter what was missed, nor whether bitcoind did not answer in between: the next look goes on from where
 * the last one stopped. When nothing remembered is of the best chain, it is told from the height where the memory ends.
 * While bitcoind does not answer, the interval doubles up to half a minute. While ZeroMQ tells of blocks, looking at
 * intervals only makes sure; when it has found blocks twice that ZeroMQ had not told of, that counts as silent.
 */
final class ChainPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainPoller.class);
    private static final int REMEMBERED = 144;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** How much rarer it is looked while ZeroMQ tells. */
    private static final int RARER = 5;
    private static final int SILENT = 2;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final BitcoindBackend chain;
    private final BitcoindSettings settings;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor thread;
    private final Deque<Block> told = new ArrayDeque<>();
    private final MempoolFeed mempool;
    private Optional<ScheduledFuture<?>> next = Optional.empty();
    private Optional<ZmqFeed> feed = Optional.empty();
    private Optional<BitcoindSettings.Zmq.At> heardAt = Optional.empty();
    private boolean started;
    private boolean zmqKnown;
    private volatile int missed;
    private volatile String heardBy = "nothing yet";
    private Duration pause;
    private int failures;

    private record Listener(Consumer<ChainEvent> consumer) {}

    ChainPoller(BitcoindBackend chain, BitcoindSettings settings) {
        this.chain = chain;
        this.settings = settings;
        this.pause = settings.pollInterval();
        this.mempool = new MempoolFeed(chain, this::tell);
        this.thread = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("bitcoind-poller").factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
    }

    /** The first subscription starts the polling: nothing that happens after it is missed once bitcoind answers. */
    synchronized Subscription subscribe(Consumer<ChainEvent> listener) {
        var added = new Listener(listener);
        listeners.add(added);
        if (!started) {
            started = true;
            thread.execute(() -> look(false));
        }
        return () -> listeners.removeIf(each -> each == added);
    }

    /** In words: by ZeroMQ, or by looking. */
    String heardBy() {
        return heardBy;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (this) {
            feed.ifPresent(ZmqFeed::close);
        }
    }

    /** @param called by ZeroMQ; otherwise it was time to */
    private void look(boolean called) {
        next.ifPresent(waiting -> waiting.cancel(false));
        try {
            findZmq();
            boolean news = followBlocks();
            if (news || called) judgeZmq(called);
            if (settings.followMempool() && !mempool.isTold()) mempool.look();
            failures = 0;
            pause = settings.pollInterval().multipliedBy(isZmqAlive() ? RARER : 1);
        } catch (RuntimeException e) {
            if (thread.isShutdown()) return;
            backOff(e);
        }
        if (!thread.isShutdown())
            next = Optional.of(thread.schedule(() -> look(false), pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void backOff(RuntimeException failure) {
        if (!(BitcoindBackend.unwrap(failure) instanceof ChainUnavailableException))
            LOG.warn("cannot follow the chain: {}", ChainUnavailableException.reason(failure));
        // It may be another one that comes back, with other addresses.
        zmqKnown = false;
        // A restart is a matter of seconds: the first look again does not wait for a long interval to pass.
        Duration longer = failures == 0 ? shorter(SOON, settings.pollInterval()) : pause.multipliedBy(2);
        failures++;
        pause = shorter(longer, LONGEST_PAUSE);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean isZmqAlive() {
        return heardAt.filter(at -> !at.blocks().isEmpty()).isPresent() && missed < SILENT;
    }

    private void judgeZmq(boolean called) {
        if (called) {
            if (missed >= SILENT) LOG.info("bitcoind's ZeroMQ tells of blocks again");
            missed = 0;
        } else if (heardAt.isPresent() && told.size() > 1 && ++missed == SILENT) {
            LOG.warn("bitcoind's ZeroMQ at {} has not told of the last blocks: they are looked for every {} ms",
                    heardAt.get().blocks(), settings.pollInterval().toMillis());
        }
        describe();
    }

    private void describe() {
        boolean any = heardAt.filter(at -> !at.blocks().isEmpty()).isPresent();
        heardBy = isZmqAlive() ? "zmq" : any ? "polling, zmq is silent" : "polling";
    }

    /** Connects to what bitcoind publishes, at the first look and after each time that it was away. */
    private void findZmq() {
        if (zmqKnown) return;
        BitcoindSettings.Zmq.At at = switch (settings.zmq()) {
            case BitcoindSettings.Zmq.Off off -> new BitcoindSettings.Zmq.At("", "");
            case BitcoindSettings.Zmq.At given -> given;
            case BitcoindSettings.Zmq.Offered offered -> await(ZmqEndpoints.offered(chain, settings.url()));
        };
        zmqKnown = true;
        if (heardAt.equals(Optional.of(at))) return;
        connect(at);
    }

    private synchronized void connect(BitcoindSettings.Zmq.At at) {
        feed.ifPresent(ZmqFeed::close);
        heardAt = Optional.of(at);
        missed = 0;
        var endpoints = new ArrayList<String>();
        var topics = new ArrayList<String>();
        if (!at.blocks().isEmpty()) {
            endpoints.add(at.blocks());
            topics.addAll(List.of("rawblock", "hashblock"));
        }
        if (!at.transactions().isEmpty()) {
            if (!endpoints.contains(at.transactions())) endpoints.add(at.transactions());
            topics.add("rawtx");
        }
        mempool.toldByZmq(!at.transactions().isEmpty());
        feed = endpoints.isEmpty()
                ? Optional.empty()
                : Optional.of(ZmqFeed.start(endpoints, topics, message -> onThread(() -> heard(message))));
        describe();
    }

    private void onThread(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            // It is being closed.
        }
    }

    private void heard(ZmqFeed.Message message) {
        switch (message.topic()) {
            case "rawtx" -> mempool.heard(message.body());
            case "rawblock" -> {
                chain.remember(message.body());
                look(true);
            }
            default -> look(true);
        }
    }

    /** @return whether there was anything to tell */
    private boolean followBlocks() {
        Tip tip = await(chain.tip());
        if (told.isEmpty()) {
            // Told as well: who subscribed may have looked just before this block came.
            connect(await(chain.block(tip.height(), tip.hash())));
            return true;
        }
        boolean news = false;
        while (!told.getLast().hash().equals(tip.hash()) && step()) news = true;
        return news;
    }

    /** Takes back what is not of the best chain any more, and tells the next block of it. @return whether either was done */
    private boolean step() {
        var gone = new ArrayList<Block>();
        for (Block block : told.reversed()) {
            if (await(chain.hash(block.height())).equals(Optional.of(block.hash()))) break;
            gone.add(block);
        }
        int above = gone.size() == told.size()
                ? told.getFirst().height().height()
                : told.getLast().height().height() - gone.size() + 1;
        Optional<Block> block = await(chain.block(new BlockHeight(above)));
        Optional<Bytes32> parent = gone.size() == told.size()
                ? block.map(Block::previous)
                : Optional.of(told.stream().skip(told.size() - gone.size() - 1L).findFirst().orElseThrow().hash());
        // Another reorganisation came in between: the next look sees to it.
        if (block.isPresent() && !block.map(Block::previous).equals(parent)) return false;
        // Nothing of what was told is left, nor anything in its place: that is not to be told in parts.
        if (block.isEmpty() && (gone.isEmpty() || gone.size() == told.size())) return false;
        for (Block each : gone) {
            told.removeLast();
            tell(new ChainEvent.BlockDisconnected(each));
        }
        block.ifPresent(this::connect);
        return block.isPresent() || !gone.isEmpty();
    }

    private void connect(Block block) {
        told.addLast(block);
        if (told.size() > REMEMBERED) told.removeFirst();
        mempool.connected(block);
        tell(new ChainEvent.BlockConnected(block));
    }

    private void tell(ChainEvent event) {
        for (Listener listener : listeners) listener.consumer().accept(event);
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
