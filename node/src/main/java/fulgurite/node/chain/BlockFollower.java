package fulgurite.node.chain;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Reads the best chain block by block from a start height, and keeps to it through reorganisations, missed events and
 * a chain that cannot be asked for a while.
 *
 * <p>Design note. The follower trusts blocks, not events: a block is next when its parent is the last one told, and
 * the last one told is taken back when the chain has another at its height. Events only say that it is time to look,
 * and spare the question when the block that they carry fits. When the first block told is taken back, the branch point
 * is below what was followed, nobody knows how far: then the blocks below are taken back too, as deep as one is ever
 * expected to be, and told anew.
 */
public final class BlockFollower {
    private static final int REMEMBERED = 2_000;
    /** How far below its start a reorganisation is followed: what is that deep is final. */
    private static final int DEEPEST = 100;
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ChainBackend chain;
    private final ActorRef<? super Followed> listener;
    private final Deque<Known> told;
    private BlockHeight start;
    private boolean asking;
    private boolean lookAgain;
    private Duration retryAfter = FIRST_RETRY;

    /** What the follower tells, in order. */
    public sealed interface Followed {
        /** The next block of the best chain. */
        record Connected(Block block) implements Followed {}

        /** The last block connected, at this height, is no longer of the best chain. */
        record Disconnected(BlockHeight height) implements Followed {}

        /** The mempool accepted a transaction; perhaps a block that was told already holds it. */
        record Unconfirmed(Tx tx) implements Followed {}

        /** Everything up to this height has been told. */
        record CaughtUp(BlockHeight height) implements Followed {}

        /** The chain cannot be asked now; it is asked again later. */
        record Unavailable(String why) implements Followed {}
    }

    /** What the follower tells itself. */
    public sealed interface Command {}

    private record Seen(ChainEvent event) implements Command {}

    private record Next(Optional<Block> block) implements Command {}

    private record Top(Optional<Block> block) implements Command {}

    private record Failed(String why) implements Command {}

    private record Look() implements Command {}

    /** A block of the best chain, as it was when it was told. */
    public record Known(BlockHeight height, Bytes32 hash) {}

    private BlockFollower(ActorContext<Command> context, TimerScheduler<Command> timers, ChainBackend chain,
            BlockHeight start, List<Known> known, ActorRef<? super Followed> listener) {
        this.context = context;
        this.timers = timers;
        this.chain = chain;
        this.start = start;
        this.told = new ArrayDeque<>(known);
        this.listener = listener;
    }

    /** @param start the first block told, if the chain has it; otherwise everything from there on when it comes */
    public static Behavior<Command> create(ChainBackend chain, BlockHeight start, ActorRef<? super Followed> listener) {
        return create(chain, start, List.of(), listener);
    }

    /** Goes on above blocks that were told before, in another life. @param known ascending, without gaps; they may be taken back now */
    public static Behavior<Command> after(ChainBackend chain, List<Known> known, ActorRef<? super Followed> listener) {
        return create(chain, known.getFirst().height(), known, listener);
    }

    private static Behavior<Command> create(ChainBackend chain, BlockHeight start, List<Known> known,
            ActorRef<? super Followed> listener) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            var follower = new BlockFollower(context, timers, chain, start, known, listener);
            ActorRef<Command> self = context.getSelf();
            var subscription = chain.subscribe(event -> self.tell(new Seen(event)));
            follower.look();
            return Behaviors.receive(Command.class).onMessage(Command.class, command -> {
                follower.on(command);
                return Behaviors.same();
            }).onSignal(PostStop.class, stopped -> {
                subscription.close();
                return Behaviors.same();
            }).build();
        }));
    }

    private void on(Command command) {
        switch (command) {
            case Seen(ChainEvent.MempoolAccepted(Tx tx)) -> listener.tell(new Followed.Unconfirmed(tx));
            case Seen(ChainEvent.BlockConnected(Block block)) when !asking && isNext(block) -> {
                tell(block);
                listener.tell(new Followed.CaughtUp(block.height()));
            }
            case Seen(ChainEvent.BlockDisconnected(Block block)) when !asking && isTop(block) -> {
                takeBack();
                look();
            }
            case Seen seen -> look();
            case Look look -> look();
            case Next(Optional<Block> block) -> next(block);
            case Top(Optional<Block> block) -> top(block);
            case Failed(String why) -> failed(why);
        }
    }

    /** Asks for the next block, unless a question is open: then once more when it is answered. */
    private void look() {
        if (asking) {
            lookAgain = true;
            return;
        }
        lookAgain = false;
        ask(chain.block(told.isEmpty() ? start : told.getLast().height().plus(1)), Next::new);
    }

    private void next(Optional<Block> block) {
        answered();
        if (block.isEmpty()) {
            if (told.isEmpty()) caughtUp();
            else ask(chain.block(told.getLast().height()), Top::new);
            return;
        }
        if (isNext(block.get())) tell(block.get());
        else takeBack();
        look();
    }

    /** Nothing is above the last block told: is it still there itself? */
    private void top(Optional<Block> block) {
        answered();
        if (block.map(Block::hash).equals(Optional.of(told.getLast().hash()))) {
            caughtUp();
        } else {
            takeBack();
            look();
        }
    }

    private void caughtUp() {
        if (lookAgain) look();
        else listener.tell(new Followed.CaughtUp(told.isEmpty() ? below(start) : told.getLast().height()));
    }

    private static BlockHeight below(BlockHeight height) {
        return new BlockHeight(Math.max(0, height.height() - 1));
    }

    private boolean isNext(Block block) {
        return told.isEmpty() ? block.height().equals(start) : block.previous().equals(told.getLast().hash());
    }

    private boolean isTop(Block block) {
        return !told.isEmpty() && block.hash().equals(told.getLast().hash());
    }

    private void tell(Block block) {
        told.addLast(new Known(block.height(), block.hash()));
        if (told.size() > REMEMBERED) told.removeFirst();
        listener.tell(new Followed.Connected(block));
    }

    private void takeBack() {
        listener.tell(new Followed.Disconnected(told.removeLast().height()));
        if (told.isEmpty()) beginLower();
    }

    private void beginLower() {
        int lowest = Math.max(0, start.height() - DEEPEST);
        for (int height = start.height() - 1; height >= lowest; height--)
            listener.tell(new Followed.Disconnected(new BlockHeight(height)));
        start = new BlockHeight(lowest);
    }

    private void failed(String why) {
        asking = false;
        listener.tell(new Followed.Unavailable(why));
        timers.startSingleTimer("retry", new Look(), retryAfter);
        Duration doubled = retryAfter.multipliedBy(2);
        retryAfter = doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled;
    }

    private void answered() {
        asking = false;
        retryAfter = FIRST_RETRY;
    }

    private void ask(CompletionStage<Optional<Block>> question,
            Function<Optional<Block>, Command> wrap) {
        asking = true;
        context.pipeToSelf(question, (block, problem) -> {
            if (problem != null) return new Failed(ChainBackend.ChainUnavailableException.reason(problem));
            return wrap.apply(block);
        });
    }
}
