package fulgurite.node.wallet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.chain.BlockFollower.Followed;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.wallet.Wallet.WalletTx;
import fulgurite.node.wallet.WalletKeys.Branch;
import fulgurite.node.wallet.WalletKeys.Kind;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The wallet's shell: follows the chain, hands out addresses, funds and sends. All that it keeps is how far it has scanned
 * ({@link ScanPoint}), which may be lost: {@link Wallet} says what scanning cannot find again and why that is harmless.
 * Requests wait until the first scan has caught up: see {@link WalletStart}.
 */
public final class WalletActor {
    private final ActorContext<Command> context;
    private final Wallet wallet;
    private final Sweeping sweeping;
    private final ChainBackend chain;
    private final ReserveTerms reserveTerms;
    private final ScanLog log;
    private long blocksTold;
    private final SortedMap<Long, Tx> fundings = new TreeMap<>();
    private int channels;

    private WalletActor(ActorContext<Command> context, Wallet wallet, ChainBackend chain, ReserveTerms reserveTerms,
            ScanLog log) {
        this.context = context;
        this.wallet = wallet;
        this.sweeping = new Sweeping(context, wallet, chain);
        this.chain = chain;
        this.reserveTerms = reserveTerms;
        this.log = log;
    }

    /**
     * @param birth no earlier block pays the wallet: 0 when unknown, or the height when its seed was made
     * @param scans where it keeps how far it has scanned
     */
    public static Behavior<Command> create(WalletKeys keys, ChainBackend chain, BlockHeight birth,
            ReserveTerms reserveTerms, ScanStore scans) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> Behaviors.withStash(Integer.MAX_VALUE, stash -> {
                    var actor = new WalletActor(context, new Wallet(keys), chain, reserveTerms, new ScanLog(scans));
                    return new WalletStart(context, timers, stash, actor.wallet, chain, actor.log, actor::follow,
                            actor::ready).begin(birth, scans.read());
                })));
    }

    /** As above, scanning from {@code birth} at each start. */
    public static Behavior<Command> create(WalletKeys keys, ChainBackend chain, BlockHeight birth,
            ReserveTerms reserveTerms) {
        return create(keys, chain, birth, reserveTerms, ScanStore.NONE);
    }

    private Behavior<Command> ready() {
        return Behaviors.receiveMessage(command -> {
            on(command);
            return Behaviors.same();
        });
    }

    private void on(Command command) {
        switch (command) {
            case FromChain(Followed told) -> follow(told);
            case NewAddress(Kind kind, var replyTo) -> replyTo.tell(wallet.addresses().next(kind));
            case GetScan(var replyTo) -> replyTo.tell(new Scan(wallet.height()));
            case Fund fund -> fund(fund);
            case Release(Tx tx) -> wallet.release(tx);
            case OpeningOver(long channel) -> Optional.ofNullable(fundings.remove(channel)).ifPresent(wallet::release);
            case ChannelsRecovered nothingIsLocked -> {}
            case Name nothingToTell -> {}
            case BringTo(Address address) -> sweeping.bringTo(address);
            case GetReserve(var replyTo) -> replyTo.tell(reserveWith(channels + 1));
            case Publish(Tx tx, var replyTo) -> publish(tx, false, replyTo);
            case Send send -> send(send);
            case PublishAnswered answered -> published(answered);
            case BringHome(long channel, var wants) -> sweeping.want(channel, wants);
            case Sky(BlockHeight height, Feerates feerates) -> sweeping.look(height, feerates);
            case Reserve(int count) -> {
                channels = count;
                wallet.keepReserve(reserveTerms.of(count), reserveTerms.coins(count));
            }
            case Asked asked -> asked(asked);
            case BitcoindWalletActor.Own own -> throw new IllegalStateException("of another kind of wallet");
            case Spender told -> throw new IllegalStateException("asked for while scanning");
            case WalletStart.Checked told -> throw new IllegalStateException("asked for before scanning");
            case WalletStart.CheckAgain again -> throw new IllegalStateException("asked for before scanning");
            case Bump bump -> bump(bump);
            case ListTransactions(var replyTo) ->
                replyTo.tell(new Transactions(wallet.history().stream().map(WalletActor::listed).toList()));
            case Sweeping.Sweep now -> sweeping.sweep();
            case Sweeping.Answered(TxId txid, Published result) -> sweeping.answered(txid, result);
            case GetBalance(var replyTo) -> replyTo.tell(new Balance(wallet.confirmed(), wallet.unconfirmed(),
                    wallet.lockedAmount(), wallet.reserve(), wallet.height()));
            case ListCoins(var replyTo) -> replyTo.tell(new Coins(wallet.coins()
                    .stream()
                    .map(coin -> new Coin(coin.outPoint(), coin.output(), coin.height(), coin.locked()))
                    .toList()));
        }
    }

    private void fund(Fund fund) {
        FundResult result = CoinSelection.fund(wallet, fund.outputs(), fund.feerate());
        if (result instanceof Funded funded) fundings.put(fund.channel(), funded.tx());
        fund.replyTo().tell(result);
    }

    private static Listed listed(WalletTx one) {
        return new Listed(one.tx().txid(), one.height(), one.received(), one.spent(), one.fee());
    }

    /** What waits for a block counts: it is on its way here. */
    private ReserveStanding reserveWith(int count) {
        Satoshi wanted = reserveTerms.of(count);
        Satoshi have = Wallet.sum(wallet.coins());
        return new ReserveStanding(have.lessThan(wanted) ? wanted.minus(have) : Satoshi.ZERO, have,
                wallet.addresses().unpaid());
    }

    private void follow(Followed told) {
        switch (told) {
            case Followed.Connected(Block block) -> {
                blocksTold++;
                wallet.connected(block);
                log.connected(block, wallet);
            }
            case Followed.Disconnected(BlockHeight height) -> {
                blocksTold++;
                wallet.disconnected(height);
                log.disconnected(height);
            }
            case Followed.Unconfirmed(Tx tx) -> wallet.unconfirmed(tx);
            case Followed.CaughtUp(BlockHeight height) -> {
                context.getLog().debug("wallet scanned to {}", height);
                log.caughtUp(wallet, false);
                askFor(wallet.waiting());
            }
            case Followed.Unavailable(String why) -> context.getLog().warn("the wallet waits for the chain: {}", why);
        }
    }

    /** One after another, for a child is void while its parent is not there. */
    private void askFor(List<Tx> candidates) {
        List<Tx> waiting = candidates.stream().filter(wallet::isWaiting).toList();
        if (waiting.isEmpty()) return;
        long blocks = blocksTold;
        context.pipeToSelf(Standing.of(waiting.getFirst(), chain), (standing, problem) -> new Asked(waiting, blocks,
                problem == null ? Optional.of(standing) : Optional.empty()));
    }

    private void asked(Asked asked) {
        // An answer from before a block may be wrong since: all are asked for again when the follower has caught up.
        if (asked.blocks() != blocksTold || asked.standing().isEmpty()) return;
        switch (asked.standing().get()) {
            case Standing.Waits waits -> {}
            case Standing.Displaced(Tx rival) -> wallet.unconfirmed(rival);
            case Standing.Void gone -> {
                context.getLog().info("transaction {} is void: its inputs are gone", asked.tx().txid());
                wallet.forget(asked.tx());
            }
        }
        askFor(asked.others());
    }

    private void send(Send send) {
        switch (CoinSelection.fund(wallet, List.of(new TxOutput(send.amount(), send.to().script())), send.feerate())) {
            case Funded funded -> publish(funded.tx(), true, send.replyTo());
            case InsufficientFunds insufficient -> send.replyTo().tell(insufficient);
            case FundedOutside never -> throw new IllegalStateException("the wallet funds by itself");
            case NotFunded(String reason) -> send.replyTo().tell(new NotSent(reason));
        }
    }

    private void bump(Bump bump) {
        switch (Bumping.bump(wallet, bump.txid(), bump.feerate())) {
            case Bumping.Bumped.With(Tx tx, boolean replaces) -> {
                wallet.lock(tx.inputs().stream().map(TxInput::outPoint).toList());
                publish(tx, replaces, bump.replyTo());
            }
            case Bumping.Bumped.Not(String reason) -> bump.replyTo().tell(new NotSent(reason));
        }
    }

    private void publish(Tx tx, boolean isPayment, ActorRef<SendResult> replyTo) {
        context.pipeToSelf(chain.publish(tx), (result, problem) -> new PublishAnswered(tx, isPayment,
                problem == null ? result : new Published.Rejected(ChainUnavailableException.reason(problem)), replyTo));
    }

    private void published(PublishAnswered answered) {
        Tx tx = answered.tx();
        switch (answered.result()) {
            case Published.Accepted accepted -> {
                wallet.unconfirmed(tx);
                if (answered.isPayment()) wallet.markSent(tx.txid());
                answered.replyTo().tell(new Sent(tx));
            }
            case Published.Rejected(String reason) -> {
                wallet.release(tx);
                answered.replyTo().tell(new NotSent(reason));
            }
        }
    }

    /** What the wallet is asked to do. */
    public sealed interface Command
            permits Own, BitcoindWalletActor.Own, BringHome, BringTo, Sky, Reserve, GetReserve, NewAddress, Name, Fund,
            Release, OpeningOver, ChannelsRecovered, Publish, GetBalance, GetScan, ListCoins, Send, Bump,
            ListTransactions {}

    /** What it tells itself. */
    sealed interface Own extends Command
            permits FromChain, PublishAnswered, Spender, Asked, Sweeping.Sweep, Sweeping.Answered, WalletStart.Checked,
            WalletStart.CheckAgain {}

    record FromChain(Followed told) implements Own {}

    private record PublishAnswered(Tx tx, boolean isPayment, Published result, ActorRef<SendResult> replyTo)
            implements
            Own {}

    /** @param answered whether the chain could be asked */
    record Spender(Optional<Tx> tx, boolean answered) implements Own {}

    /** @param blocks how many had been told when it was asked; @param standing of the first; empty when the chain could not say */
    private record Asked(List<Tx> waiting, long blocks, Optional<Standing> standing) implements Own {
        Tx tx() {
            return waiting.getFirst();
        }

        List<Tx> others() {
            return waiting.subList(1, waiting.size());
        }
    }

    /** All that a channel wants spent now: takes the place of what it wanted before. @param channel its index in the registry */
    public record BringHome(long channel, List<Wanted> wants) implements Command {
        public BringHome {
            wants = List.copyOf(wants);
        }
    }

    /** Where what is brought home goes to from now on, in place of this wallet; its fees still come from here. */
    public record BringTo(Address address) implements Command {}

    /** How the chain stands, for what is to be brought home. */
    public record Sky(BlockHeight height, Feerates feerates) implements Command {}

    /** Keeps a reserve for so many channels, should they close. */
    public record Reserve(int channels) implements Command {}

    /** What the reserve lacks for one channel more. */
    public record GetReserve(ActorRef<ReserveStanding> replyTo) implements Command {}

    /** The answer to {@link GetReserve}. @param have in the wallet, or on its way to it; @param address to pay what is missing to */
    public record ReserveStanding(Satoshi missing, Satoshi have, Address address) {}

    /** An address that nobody has paid yet: a fresh one while fewer than {@link Branch#gapLimit} wait unpaid. */
    public record NewAddress(Kind kind, ActorRef<Address> replyTo) implements Command {
        public NewAddress(ActorRef<Address> replyTo) {
            this(Kind.P2WPKH, replyTo);
        }
    }

    /** How far it has scanned; answered while it does, too. */
    public record GetScan(ActorRef<Scan> replyTo) implements Command {}

    /** The answer to {@link GetScan}. @param height of the last block that it has seen */
    public record Scan(BlockHeight height) {}

    /** What a person calls an address, where the wallet keeps such names itself. @param label blank: nothing any more */
    public record Name(Address address, String label) implements Command {}

    /**
     * Builds and signs a transaction with exactly these outputs first, in their order, then change; locks its inputs
     * until it is seen on chain, released, or the channel is over. Nothing is published.
     *
     * @param channel its index in the registry
     */
    public record Fund(long channel, List<TxOutput> outputs, FeeratePerKw feerate, ActorRef<FundResult> replyTo)
            implements
            Command {
        public Fund {
            outputs = List.copyOf(outputs);
        }
    }

    /** Gives back the inputs of a funded transaction that will not be published. */
    public record Release(Tx tx) implements Command {}

    /** The channel needs no funding, or not any more: what was locked for it is free unless it is spent. */
    public record OpeningOver(long channel) implements Command {}

    /** After a start: these channels are there, and no other one needs its funding. */
    public record ChannelsRecovered(SortedSet<Long> channels) implements Command {}

    /** Publishes what {@link Fund} built, and counts its change at once. */
    public record Publish(Tx tx, ActorRef<SendResult> replyTo) implements Command {}

    public record GetBalance(ActorRef<Balance> replyTo) implements Command {}

    public record ListCoins(ActorRef<Coins> replyTo) implements Command {}

    /** Pays {@code amount} to an address and publishes. */
    public record Send(Address to, Satoshi amount, FeeratePerKw feerate, ActorRef<SendResult> replyTo)
            implements
            Command {}

    /** Pays more for a transaction that waits, by a replacement or a child: see {@link Bumping}. */
    public record Bump(TxId txid, FeeratePerKw feerate, ActorRef<SendResult> replyTo) implements Command {}

    public record ListTransactions(ActorRef<Transactions> replyTo) implements Command {}

    /** The answer to {@link ListTransactions}, oldest first. */
    public record Transactions(List<Listed> transactions) {
        public Transactions {
            transactions = List.copyOf(transactions);
        }
    }

    /**
     * A transaction of the wallet's. @param height empty while it waits; @param received what its outputs pay to the
     * wallet; @param spent what it takes from it; @param fee empty when others' outputs are spent too
     */
    public record Listed(TxId txid, Optional<BlockHeight> height, Satoshi received, Satoshi spent,
            Optional<Satoshi> fee) {}

    /** The answer to {@link Fund}. */
    public sealed interface FundResult {}

    /** @param tx fully signed; its first outputs are the ones asked for */
    public record Funded(Tx tx, List<OutPoint> lockedInputs, Satoshi fee) implements FundResult {
        public Funded {
            lockedInputs = List.copyOf(lockedInputs);
        }
    }

    /** Made by another wallet. @param tx fully signed; @param index of the output that was asked for */
    public record FundedOutside(Tx tx, int index) implements FundResult {}

    /** @param have what can be spent now; @param need the outputs and their fee; @param reserve that must stay beside them */
    public record InsufficientFunds(Satoshi have, Satoshi need, Satoshi reserve) implements FundResult, SendResult {}

    /** @param reason for a person: what is wrong, and what to do */
    public record NotFunded(String reason) implements FundResult {}

    /** The answer to {@link Send}, {@link Publish} and {@link Bump}. */
    public sealed interface SendResult {}

    public record Sent(Tx tx) implements SendResult {}

    /** @param reason the chain's words, or why it cannot be asked now */
    public record NotSent(String reason) implements SendResult {}

    /** @param confirmed in blocks; @param unconfirmed in the mempool; @param locked how much of both is promised to funded transactions; @param reserve that is kept for the fees of channels that close; @param height scanned up to here */
    public record Balance(Satoshi confirmed, Satoshi unconfirmed, Satoshi locked, Satoshi reserve,
            BlockHeight height) {}

    /** The answer to {@link ListCoins}. */
    public record Coins(List<Coin> coins) {
        public Coins {
            coins = List.copyOf(coins);
        }
    }

    /** @param height empty while unconfirmed */
    public record Coin(OutPoint outPoint, TxOutput output, Optional<BlockHeight> height, boolean locked) {}
}
