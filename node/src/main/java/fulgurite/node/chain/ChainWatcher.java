package fulgurite.node.chain;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.chain.BlockFollower.Followed;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Watches the chain for the others: confirmations, spends, heights; publishes and re-publishes. A watch registered
 * late, or after a restart, catches up from {@code since}. Registering the same watch again tells again what is known
 * and changes nothing else. Watches end with {@link Unwatch} or with the actor that registered them.
 *
 * <p>Design note. New blocks come from a {@link BlockFollower} that begins at the tip. Older ones are read for the
 * watches that need them (an output that is unspent in the chain needs none), in passes: each reads every block from the lowest {@code since} on, once for all watches
 * that wait when it starts. What a block says is true for every watch, so both streams end in the same {@link WatchBook}.
 */
public final class ChainWatcher {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ChainBackend chain;
    private final WatchBook book = new WatchBook();
    private final Publications publications = new Publications();
    private final List<ActorRef<NewHeight>> heightListeners = new ArrayList<>();
    private Optional<String> problem = Optional.empty();
    private boolean publishAgain;
    private Optional<BlockHeight> toldHeight = Optional.empty();
    /** The next old block to read and the last, while a pass runs; and the lowest height that the next pass must read. */
    private int passNext = 1;
    private int passEnd;
    private OptionalInt wanted = OptionalInt.empty();
    /** Asked while old blocks are read: what they tell must not be younger than the answer. */
    private final List<AskUnspent> waiting = new ArrayList<>();

    private ChainWatcher(ActorContext<Command> context, TimerScheduler<Command> timers, ChainBackend chain) {
        this.context = context;
        this.timers = timers;
        this.chain = chain;
    }

    public static Behavior<Command> create(ChainBackend chain) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> Behaviors.withStash(Integer.MAX_VALUE, stash -> {
                    var watcher = new ChainWatcher(context, timers, chain);
                    watcher.askTip();
                    return watcher.starting(stash);
                })));
    }

    /** Until the tip is known, everything but the question how the chain is doing waits. */
    private Behavior<Command> starting(StashBuffer<Command> stash) {
        return Behaviors.receive(Command.class).onMessage(Command.class, command -> {
            if (command instanceof TipFound(BlockHeight tip)) {
                follow(tip);
                return stash.unstashAll(watching());
            }
            if (command instanceof Failed(String why, Command again)) retry(why, again);
            else if (command instanceof AskTip) askTip();
            else if (command instanceof GetState(var replyTo)) replyTo.tell(new State(Optional.empty(), problem));
            else stash.stash(command);
            return Behaviors.same();
        }).build();
    }

    private void follow(BlockHeight tip) {
        problem = Optional.empty();
        book.startAt(tip);
        ActorRef<Followed> followed = context.messageAdapter(Followed.class, FromChain::new);
        context.spawn(BlockFollower.create(chain, tip, followed), "blocks");
    }

    private Behavior<Command> watching() {
        return Behaviors.receive(Command.class).onMessage(Command.class, command -> {
            on(command);
            return Behaviors.same();
        }).build();
    }

    private void on(Command command) {
        switch (command) {
            case FromChain(Followed told) -> follow(told);
            case WatchConfirmed watch -> {
                endWith(watch.replyTo());
                book.add(watch);
                readFrom(watch.since());
            }
            case WatchSpent watch -> {
                endWith(watch.replyTo());
                book.add(watch);
                askSpender(watch.outPoint());
                askLate(watch);
            }
            case WatchHeight(var replyTo) -> {
                endWith(replyTo);
                if (!heightListeners.contains(replyTo)) heightListeners.add(replyTo);
                toldHeight.ifPresent(height -> replyTo.tell(new NewHeight(height)));
            }
            case Unwatch(TxId txid, var replyTo) -> book.remove(txid, replyTo);
            case Gone(var listener) -> {
                book.remove(listener);
                heightListeners.removeIf(each -> each.equals(listener));
            }
            case Publish(Tx tx, var replyTo) -> publish(List.of(tx), replyTo);
            case PublishPackage(var transactions, var replyTo) -> publish(transactions, replyTo);
            case PublishAgain(var transactions) -> publish(transactions);
            case PublishAnswered(var transactions, var result) -> publications.answered(transactions, result);
            case OldBlock(int height, var block) -> oldBlock(height, block);
            case ReadOldBlock(int height) -> readOldBlock(height);
            case AskSpender(OutPoint outPoint) -> askSpender(outPoint);
            case AskUnspent ask -> {
                if (passNext > passEnd) askUnspent(ask);
                else waiting.add(ask);
            }
            case Unspent(AskUnspent ask, boolean isUnspent) -> {
                if (isUnspent) ask.replyTo().tell(new UnspentNotice(ask.outPoint()));
            }
            case CheckLate(WatchSpent watch) -> askLate(watch);
            case LateChecked(WatchSpent watch, boolean isUnspent) -> {
                if (!isUnspent) readFrom(watch.since());
            }
            case SpenderFound(Tx tx) -> book.unconfirmed(tx);
            case SpenderMissing missing -> {}
            case Failed(String why, Command again) -> retry(why, again);
            case GetState(var replyTo) -> replyTo.tell(new State(Optional.of(book.tip()), problem));
            case AskTip ask -> {}
            case TipFound found -> {}
        }
    }

    private void follow(Followed told) {
        switch (told) {
            case Followed.Connected(ChainBackend.Block block) -> {
                List<WatchBook.Mined> mined = WatchBook.digest(block);
                book.connected(block.height(), mined);
                publications.connected(block.height(), mined);
                publishAgain = true;
            }
            case Followed.Disconnected(BlockHeight height) -> {
                book.disconnected(height).forEach(this::askSpender);
                publications.disconnected(height);
                publishAgain = true;
            }
            case Followed.Unconfirmed(Tx tx) -> book.unconfirmed(tx);
            case Followed.CaughtUp(BlockHeight height) -> caughtUp(height);
            case Followed.Unavailable(String why) -> unavailable(why);
        }
    }

    private void caughtUp(BlockHeight height) {
        problem = Optional.empty();
        if (publishAgain) publications.pending().forEach(this::publish);
        publishAgain = false;
        if (toldHeight.equals(Optional.of(height))) return;
        toldHeight = Optional.of(height);
        for (ActorRef<NewHeight> listener : heightListeners) listener.tell(new NewHeight(height));
    }

    private void publish(List<Tx> transactions, ActorRef<PublishedNotice> replyTo) {
        publications.add(transactions, replyTo);
        publish(transactions);
    }

    private void publish(List<Tx> transactions) {
        ask(transactions.size() == 1 ? chain.publish(transactions.getFirst()) : chain.publishPackage(transactions),
                result -> new PublishAnswered(transactions, result), new PublishAgain(transactions));
    }

    private void askSpender(OutPoint outPoint) {
        ask(chain.mempoolSpender(outPoint), found -> found.<Command>map(SpenderFound::new).orElse(new SpenderMissing()),
                new AskSpender(outPoint));
    }

    private void askUnspent(AskUnspent ask) {
        ask(chain.unspent(ask.outPoint()), found -> new Unspent(ask, found.isPresent()), ask);
    }

    /** What no block spends needs no old blocks to be read: what comes is followed. */
    private void askLate(WatchSpent watch) {
        if (watch.since().height() > book.tip().height()) return;
        ask(chain.unspent(watch.outPoint()), found -> new LateChecked(watch, found.isPresent()), new CheckLate(watch));
    }

    private void askTip() {
        ask(chain.tip(), tip -> new TipFound(tip.height()), new AskTip());
    }

    /** Sees to it that the blocks from {@code since} to the tip are read, for a watch that was not there when they came. */
    private void readFrom(BlockHeight since) {
        if (since.height() > book.tip().height()) return;
        wanted = OptionalInt.of(Math.min(since.height(), wanted.orElse(Integer.MAX_VALUE)));
        if (passNext > passEnd) nextPass();
    }

    private void nextPass() {
        if (wanted.isEmpty()) {
            waiting.forEach(this::askUnspent);
            waiting.clear();
            return;
        }
        passNext = wanted.getAsInt();
        passEnd = book.tip().height();
        wanted = OptionalInt.empty();
        readOldBlock(passNext);
    }

    private void readOldBlock(int height) {
        ask(chain.block(new BlockHeight(height)), block -> new OldBlock(height, block), new ReadOldBlock(height));
    }

    private void oldBlock(int height, Optional<ChainBackend.Block> block) {
        // The chain may have become shorter since; what then comes instead is followed.
        block.ifPresent(read -> book.read(read.height(), WatchBook.digest(read)));
        passNext = block.isPresent() ? height + 1 : passEnd + 1;
        if (passNext <= passEnd) readOldBlock(passNext);
        else nextPass();
    }

    private void retry(String why, Command again) {
        unavailable(why);
        timers.startSingleTimer(again, again, RETRY);
    }

    private void unavailable(String why) {
        if (!problem.equals(Optional.of(why))) context.getLog().warn("the chain cannot be asked now: {}", why);
        problem = Optional.of(why);
    }

    private void endWith(ActorRef<?> listener) {
        context.watchWith(listener, new Gone(listener));
    }

    private <T> void ask(CompletionStage<T> question, Function<T, Command> wrap, Command again) {
        context.pipeToSelf(question, (answer, failure) -> failure == null
                ? wrap.apply(answer)
                : new Failed(ChainBackend.ChainUnavailableException.reason(failure), again));
    }

    /** What the watcher is asked to do. */
    public sealed interface Command {}

    private record FromChain(Followed told) implements Command {}

    private record TipFound(BlockHeight height) implements Command {}

    private record AskTip() implements Command {}

    private record OldBlock(int height, Optional<ChainBackend.Block> block) implements Command {}

    private record ReadOldBlock(int height) implements Command {}

    private record AskSpender(OutPoint outPoint) implements Command {}

    private record SpenderFound(Tx tx) implements Command {}

    private record SpenderMissing() implements Command {}

    private record Unspent(AskUnspent ask, boolean isUnspent) implements Command {}

    private record CheckLate(WatchSpent watch) implements Command {}

    private record LateChecked(WatchSpent watch, boolean isUnspent) implements Command {}

    private record PublishAgain(List<Tx> transactions) implements Command {}

    private record PublishAnswered(List<Tx> transactions, ChainBackend.Published result) implements Command {}

    private record Failed(String why, Command again) implements Command {}

    private record Gone(ActorRef<?> listener) implements Command {}

    /** Tells when {@code txid} is {@code depth} blocks deep (1: in the best block), and again when a reorganisation has moved it. */
    public record WatchConfirmed(TxId txid, int depth, BlockHeight since, ActorRef<ConfirmedNotice> replyTo)
            implements
            Command {}

    /** Tells when {@code outPoint} is spent, in the mempool and then in a block, and again when that changes. */
    public record WatchSpent(OutPoint outPoint, BlockHeight since, ActorRef<SpentNotice> replyTo) implements Command {}

    /** Tells once if the best chain has {@code outPoint} unspent, and nothing otherwise. */
    public record AskUnspent(OutPoint outPoint, ActorRef<UnspentNotice> replyTo) implements Command {}

    /** Tells the height now (once known) and whenever it changes. */
    public record WatchHeight(ActorRef<NewHeight> replyTo) implements Command {}

    /** Forgets every watch of {@code txid} or of its outputs that {@code replyTo} registered. */
    public record Unwatch(TxId txid, ActorRef<?> replyTo) implements Command {}

    /**
     * Publishes {@code tx}, and again at each block until it is confirmed or a confirmed transaction conflicts with
     * it.
     *
     * @param replyTo told of the first answer
     */
    public record Publish(Tx tx, ActorRef<PublishedNotice> replyTo) implements Command {}

    /**
     * Publishes parents and their child as {@link ChainBackend#publishPackage} says, and again at each block until the
     * child is confirmed, or a confirmed transaction conflicts with any of them.
     *
     * @param replyTo told of the first answer, with the child's id
     */
    public record PublishPackage(List<Tx> transactions, ActorRef<PublishedNotice> replyTo) implements Command {
        public PublishPackage {
            transactions = List.copyOf(transactions);
            if (transactions.isEmpty()) throw new IllegalArgumentException("a package of nothing");
        }
    }

    /** Asks how the chain is doing. */
    public record GetState(ActorRef<State> replyTo) implements Command {}

    /** @param height of the block with {@code tx}; @param txIndexInBlock 0 is the coinbase; @param depth now, at least the one asked for */
    public record ConfirmedNotice(TxId txid, BlockHeight height, int txIndexInBlock, int depth, Tx tx) {}

    /** The best chain has the output, and no block spends it. */
    public record UnspentNotice(OutPoint outPoint) {}

    /** @param height of the block with {@code spendingTx}; empty while it is in the mempool, or when its block was taken back */
    public record SpentNotice(OutPoint outPoint, Tx spendingTx, Optional<BlockHeight> height) {}

    public record NewHeight(BlockHeight height) {}

    /** The first answer to {@link Publish} and {@link PublishPackage}. */
    public record PublishedNotice(TxId txid, ChainBackend.Published result) {}

    /** @param problem why the chain cannot be asked now; empty when it can */
    public record State(Optional<BlockHeight> height, Optional<String> problem) {}
}
