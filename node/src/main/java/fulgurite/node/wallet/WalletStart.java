package fulgurite.node.wallet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.chain.BlockFollower.Followed;
import fulgurite.node.chain.BlockFollower;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.wallet.WalletActor.Command;
import fulgurite.node.wallet.WalletActor.GetScan;
import fulgurite.node.wallet.WalletActor.Scan;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The wallet until it can be asked: whether an earlier scan is still good, what the chain has since then, and which of the
 * coins the mempool spends. Requests wait, except the question how far it is.
 */
final class WalletStart {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final StashBuffer<Command> stash;
    private final Wallet wallet;
    private final ChainBackend chain;
    private final ScanLog log;
    private final Consumer<Followed> follow;
    private final Supplier<Behavior<Command>> ready;

    /** Whether the chain still has the lowest block of an earlier scan. @param problem why it cannot be asked now */
    record Checked(Optional<Block> block, Optional<String> problem) implements WalletActor.Own {}

    record CheckAgain() implements WalletActor.Own {}

    /** @param follow applies what the chain tells; @param ready what to be once it can be asked */
    WalletStart(ActorContext<Command> context, TimerScheduler<Command> timers, StashBuffer<Command> stash,
            Wallet wallet, ChainBackend chain, ScanLog log, Consumer<Followed> follow,
            Supplier<Behavior<Command>> ready) {
        this.context = context;
        this.timers = timers;
        this.stash = stash;
        this.wallet = wallet;
        this.chain = chain;
        this.log = log;
        this.follow = follow;
        this.ready = ready;
    }

    /** @param birth no earlier block pays the wallet; @param earlier what a scan before has found */
    Behavior<Command> begin(BlockHeight birth, Optional<ScanPoint> earlier) {
        if (earlier.isEmpty()) return scanFrom(birth);
        ScanPoint point = earlier.get();
        if (point.blocks().isEmpty()) {
            wallet.resume(point);
            return scanFrom(point.next());
        }
        check(point);
        return Behaviors.receive(Command.class).onMessage(Checked.class, told -> {
            if (told.problem().isPresent()) {
                context.getLog().warn("the wallet waits for the chain: {}", told.problem().get());
                timers.startSingleTimer(new CheckAgain(), RETRY);
                return Behaviors.same();
            }
            boolean good = told.block().map(Block::hash).equals(Optional.of(point.blocks().getFirst().hash()));
            if (good) return goOn(point);
            context.getLog()
                    .warn("the chain has no block {} any more that the wallet had scanned: it scans from {} again",
                            point.lowest(), birth);
            return scanFrom(birth);
        }).onMessage(CheckAgain.class, again -> {
            check(point);
            return Behaviors.same();
        }).onMessage(GetScan.class, this::tell).onMessage(Command.class, this::wait).build();
    }

    /** Of the blocks that it remembers: above it every reorganisation shows. */
    private void check(ScanPoint point) {
        context.pipeToSelf(chain.block(point.lowest()), (block, problem) -> problem == null
                ? new Checked(block, Optional.empty())
                : new Checked(Optional.empty(), Optional.of(ChainUnavailableException.reason(problem))));
    }

    private Behavior<Command> goOn(ScanPoint point) {
        wallet.resume(point);
        log.resume(point);
        context.spawn(BlockFollower.after(chain, point.blocks(), followed()), "blocks");
        return scanning();
    }

    private Behavior<Command> scanFrom(BlockHeight start) {
        context.spawn(BlockFollower.create(chain, start, followed()), "blocks");
        return scanning();
    }

    private ActorRef<Followed> followed() {
        return context.messageAdapter(Followed.class, WalletActor.FromChain::new);
    }

    private Behavior<Command> scanning() {
        return Behaviors.receive(Command.class).onMessage(WalletActor.FromChain.class, heard -> {
            follow.accept(heard.told());
            if (!(heard.told() instanceof Followed.CaughtUp)) return Behaviors.same();
            log.caughtUp(wallet, true);
            return lookingForSpends(new TreeSet<>());
        }).onMessage(GetScan.class, this::tell).onMessage(Command.class, this::wait).build();
    }

    /** What waited for a block when the node stopped still spends its coins: the mempool is asked for each. */
    private Behavior<Command> lookingForSpends(Set<OutPoint> asked) {
        Optional<OutPoint> coin = wallet.coins()
                .stream()
                .map(Wallet.WalletCoin::outPoint)
                .filter(asked::add)
                .findFirst();
        if (coin.isEmpty()) return stash.unstashAll(ready.get());
        context.pipeToSelf(chain.mempoolSpender(coin.get()), (spender, problem) -> new WalletActor.Spender(
                problem == null ? spender : Optional.empty(), problem == null));
        return Behaviors.receive(Command.class)
                .onMessage(WalletActor.FromChain.class, heard -> {
                    follow.accept(heard.told());
                    return Behaviors.same();
                })
                .onMessage(WalletActor.Spender.class, told -> {
                    told.tx().ifPresent(wallet::unconfirmed);
                    return told.answered() ? lookingForSpends(asked) : stash.unstashAll(ready.get());
                })
                .onMessage(GetScan.class, this::tell)
                .onMessage(Command.class, this::wait)
                .build();
    }

    private Behavior<Command> tell(GetScan asked) {
        asked.replyTo().tell(new Scan(wallet.height()));
        return Behaviors.same();
    }

    private Behavior<Command> wait(Command command) {
        stash.stash(command);
        return Behaviors.same();
    }
}
