package fulgurite.node.wallet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import fulgurite.node.chain.BlockFollower;
import fulgurite.node.chain.BlockFollower.Followed;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;

/**
 * The wallet's shell: follows the chain, hands out addresses, funds and sends. It keeps nothing on disk: when it
 * starts it scans from the wallet's birth, and {@link Wallet} says what that cannot find again and why that is
 * harmless. Requests wait until the first scan has caught up.
 */
public final class WalletActor {
    private final ActorContext<Command> context;
    private final Wallet wallet;
    private final ChainBackend chain;

    private WalletActor(ActorContext<Command> context, Wallet wallet, ChainBackend chain) {
        this.context = context;
        this.wallet = wallet;
        this.chain = chain;
    }

    /** @param birth no earlier block pays the wallet: 0 when unknown, or the height when its seed was made */
    public static Behavior<Command> create(WalletKeys keys, ChainBackend chain, BlockHeight birth) {
        return Behaviors.setup(context -> Behaviors.withStash(Integer.MAX_VALUE, stash -> {
            ActorRef<Followed> followed = context.messageAdapter(Followed.class, FromChain::new);
            context.spawn(BlockFollower.create(chain, birth, followed), "blocks");
            return new WalletActor(context, new Wallet(keys), chain).scanning(stash);
        }));
    }

    private Behavior<Command> scanning(StashBuffer<Command> stash) {
        return Behaviors.receive(Command.class).onMessage(Command.class, command -> {
            if (!(command instanceof FromChain(Followed told))) {
                stash.stash(command);
                return Behaviors.same();
            }
            follow(told);
            return told instanceof Followed.CaughtUp ? stash.unstashAll(ready()) : Behaviors.same();
        }).build();
    }

    private Behavior<Command> ready() {
        return Behaviors.receive(Command.class).onMessage(Command.class, command -> {
            on(command);
            return Behaviors.same();
        }).build();
    }

    private void on(Command command) {
        switch (command) {
            case FromChain(Followed told) -> follow(told);
            case NewAddress(var replyTo) -> replyTo.tell(wallet.newAddress());
            case Fund(var outputs, var feerate, var replyTo) ->
                replyTo.tell(CoinSelection.fund(wallet, outputs, feerate));
            case Release(Tx tx) -> wallet.release(tx);
            case Publish(Tx tx, var replyTo) -> publish(tx, replyTo);
            case Send send -> send(send);
            case PublishAnswered(Tx tx, var result, var replyTo) -> published(tx, result, replyTo);
            case GetBalance(var replyTo) -> replyTo.tell(
                    new Balance(wallet.confirmed(), wallet.unconfirmed(), wallet.lockedAmount(), wallet.height()));
            case ListCoins(var replyTo) -> replyTo.tell(new Coins(wallet.coins()
                    .stream()
                    .map(coin -> new Coin(coin.outPoint(), coin.output(), coin.height(), coin.locked()))
                    .toList()));
        }
    }

    private void follow(Followed told) {
        switch (told) {
            case Followed.Connected(Block block) -> wallet.connected(block);
            case Followed.Disconnected(BlockHeight height) -> wallet.disconnected(height);
            case Followed.Unconfirmed(Tx tx) -> wallet.unconfirmed(tx);
            case Followed.CaughtUp(BlockHeight height) -> context.getLog().debug("wallet scanned to {}", height);
            case Followed.Unavailable(String why) -> context.getLog().warn("the wallet waits for the chain: {}", why);
        }
    }

    private void send(Send send) {
        switch (CoinSelection.fund(wallet, List.of(new TxOutput(send.amount(), send.to().script())), send.feerate())) {
            case Funded funded -> publish(funded.tx(), send.replyTo());
            case InsufficientFunds insufficient -> send.replyTo().tell(insufficient);
        }
    }

    private void publish(Tx tx, ActorRef<SendResult> replyTo) {
        context.pipeToSelf(chain.publish(tx), (result, problem) -> new PublishAnswered(tx,
                problem == null ? result : new Published.Rejected(ChainUnavailableException.reason(problem)), replyTo));
    }

    private void published(Tx tx, Published result, ActorRef<SendResult> replyTo) {
        switch (result) {
            case Published.Accepted accepted -> {
                wallet.unconfirmed(tx);
                replyTo.tell(new Sent(tx));
            }
            case Published.Rejected(String reason) -> {
                wallet.release(tx);
                replyTo.tell(new NotSent(reason));
            }
        }
    }

    /** What the wallet is asked to do. */
    public sealed interface Command {}

    private record FromChain(Followed told) implements Command {}

    private record PublishAnswered(Tx tx, Published result, ActorRef<SendResult> replyTo) implements Command {}

    /** An address that nobody has paid yet: a fresh one while fewer than {@link Wallet#GAP_LIMIT} wait unpaid. */
    public record NewAddress(ActorRef<Address> replyTo) implements Command {}

    /**
     * Builds and signs a transaction with exactly these outputs first, in their order, then change; locks its inputs
     * until it is seen on chain or released. Nothing is published.
     */
    public record Fund(List<TxOutput> outputs, FeeratePerKw feerate, ActorRef<FundResult> replyTo) implements Command {
        public Fund {
            outputs = List.copyOf(outputs);
        }
    }

    /** Gives back the inputs of a funded transaction that will not be published. */
    public record Release(Tx tx) implements Command {}

    /** Publishes what {@link Fund} built, and counts its change at once. */
    public record Publish(Tx tx, ActorRef<SendResult> replyTo) implements Command {}

    public record GetBalance(ActorRef<Balance> replyTo) implements Command {}

    public record ListCoins(ActorRef<Coins> replyTo) implements Command {}

    /** Pays {@code amount} to an address and publishes. */
    public record Send(Address to, Satoshi amount, FeeratePerKw feerate, ActorRef<SendResult> replyTo)
            implements
            Command {}

    /** The answer to {@link Fund}. */
    public sealed interface FundResult {}

    /** @param tx fully signed; its first outputs are the ones asked for */
    public record Funded(Tx tx, List<OutPoint> lockedInputs, Satoshi fee) implements FundResult {
        public Funded {
            lockedInputs = List.copyOf(lockedInputs);
        }
    }

    /** @param have what can be spent now; @param need the outputs and their fee */
    public record InsufficientFunds(Satoshi have, Satoshi need) implements FundResult, SendResult {}

    /** The answer to {@link Send} and {@link Publish}. */
    public sealed interface SendResult {}

    public record Sent(Tx tx) implements SendResult {}

    /** @param reason the chain's words, or why it cannot be asked now */
    public record NotSent(String reason) implements SendResult {}

    /** @param confirmed in blocks; @param unconfirmed in the mempool; @param locked how much of both is promised to funded transactions; @param height scanned up to here */
    public record Balance(Satoshi confirmed, Satoshi unconfirmed, Satoshi locked, BlockHeight height) {}

    /** The answer to {@link ListCoins}. */
    public record Coins(List<Coin> coins) {
        public Coins {
            coins = List.copyOf(coins);
        }
    }

    /** @param height empty while unconfirmed */
    public record Coin(OutPoint outPoint, TxOutput output, Optional<BlockHeight> height, boolean locked) {}
}
