package fulgurite.node.wallet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Kind;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Wish;
import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.wallet.BitcoindFunding.Done;
import fulgurite.node.wallet.BitcoindFunding.Made;
import fulgurite.node.wallet.BitcoindFunding.TooPoor;
import fulgurite.node.wallet.LockBook.Hold;
import fulgurite.node.wallet.WalletActor.Command;
import fulgurite.node.wallet.WalletActor.Fund;
import fulgurite.node.wallet.WalletActor.FundResult;
import fulgurite.node.wallet.WalletActor.Funded;
import fulgurite.node.wallet.WalletActor.InsufficientFunds;
import fulgurite.node.wallet.WalletActor.NotFunded;
import fulgurite.node.wallet.WalletActor.NotSent;
import fulgurite.node.wallet.WalletActor.ReserveStanding;
import fulgurite.node.wallet.WalletActor.SendResult;
import fulgurite.node.wallet.WalletActor.Sent;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Satoshi;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wallet whose coins are bitcoind's: openings, payments and addresses are asked of it.
 *
 * <p>Design note. The fees of channels that close are another matter: their transactions are made and signed at once, at
 * each block, and must be made while bitcoind's wallet is locked, or not loaded, or busy. They are paid by the node's own
 * wallet ({@link WalletActor}, the "fee wallet" here), which holds the reserve and nothing else. An opening pays into it
 * what the reserve lacks, by one more output of its funding transaction. What is brought home goes to bitcoind's wallet,
 * to an address with a label of this node, by which it is found again after a restart.
 *
 * <p>What changes the wallet's coins is done one after another ({@link Errands}). What is locked is noted in the
 * {@link LockBook} before; a start unlocks what no channel waits for any more.
 */
public final class BitcoindWalletActor {
    /** Less than this is not worth an output. */
    private static final Satoshi LEAST_FILLING = new Satoshi(1_000);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(BitcoindWalletActor.class);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final BitcoindWallet wallet;
    private final BitcoindQueries queries;
    private final BitcoindFunding funding;
    private final BitcoindBumping bumping;
    private final LockBook book;
    private final ChainBackend chain;
    private final ActorRef<Command> fees;
    private final String label;
    private final ActorRef<ReserveStanding> reserveTold;
    /** They wait for the fee wallet to say what it lacks, which answers in the order of the questions. */
    private final Queue<Fund> unreserved = new ArrayDeque<>();
    /** Channels that wait for their funding to be made; and those of them that do not want it any more. */
    private final SortedSet<Long> awaited = new TreeSet<>();
    private final SortedSet<Long> over = new TreeSet<>();
    private final Errands<Own> errands;
    private final Tidying tidying;
    private final PayingTrouble trouble;
    private Duration retry = FIRST_RETRY;

    private BitcoindWalletActor(ActorContext<Command> context, TimerScheduler<Command> timers, Access access,
            ChainBackend chain, ActorRef<Command> fees) {
        this.context = context;
        this.timers = timers;
        this.wallet = access.wallet();
        this.queries = new BitcoindQueries(wallet);
        this.book = access.directory()
                .map(directory -> LockBook.in(directory, wallet.name()))
                .orElseGet(LockBook::inMemory);
        this.funding = new BitcoindFunding(wallet, book);
        this.bumping = new BitcoindBumping(wallet, funding, book, chain);
        this.errands = new Errands<>((work, failed) -> context.pipeToSelf(work, (result, failure) -> new Worked(
                failure == null ? result : failed.apply(wallet.reason(failure)))));
        this.tidying = new Tidying(wallet, funding, book, access.label());
        this.chain = chain;
        this.trouble = new PayingTrouble(context.getLog(), wallet.name());
        this.fees = fees;
        this.label = access.label();
        this.reserveTold = context.messageAdapter(ReserveStanding.class, ReserveTold::new);
        // A payment's coins are spent or, the payment not being published, free.
        book.holds().stream().filter(hold -> hold.channel().isEmpty()).forEach(book::over);
    }

    /**
     * Which wallet, and whose.
     *
     * @param label of the addresses to which this node brings money home: no other node that shares the wallet has the same
     * @param directory of the node's data; empty: what is locked is forgotten at its end
     */
    public record Access(BitcoindWallet wallet, String label, Optional<Path> directory) {}

    /** Why the book of what is locked cannot be used, in words for a person. @param wallet bitcoind's name of it */
    public static Optional<String> bookTrouble(Path directory, String wallet) {
        try {
            LockBook.in(directory, wallet);
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** @param fees the node's own wallet */
    public static Behavior<Command> create(Access access, ChainBackend chain, Behavior<Command> fees) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> Behaviors.withStash(Integer.MAX_VALUE, stash -> {
                    ActorRef<Command> feeWallet = context.spawn(fees, "fees");
                    // Without it nobody pays for what channels need on chain.
                    context.watch(feeWallet);
                    return new BitcoindWalletActor(context, timers, access, chain, feeWallet).starting(stash);
                })));
    }

    /** What it tells itself. */
    sealed interface Own extends Command {}

    private record HomeFound(Address address) implements Own {}

    private record HomeNotFound(String reason) implements Own {}

    private record Retry() implements Own {}

    private record ReserveTold(ReserveStanding standing) implements Own {}

    /** A job's end. */
    private record Worked(Own result) implements Own {}

    private record FundingMade(Fund fund, Satoshi filling, Made made) implements Own {}

    private record FundingNotMade(Fund fund, String reason) implements Own {}

    private record PaymentMade(WalletActor.Send send, Made made) implements Own {}

    /** @param hold of what was not sent */
    private record Answer(Optional<Hold> hold, SendResult result, ActorRef<SendResult> replyTo) implements Own {}

    private record Tidied(Tidying.Done done) implements Own {}

    private record NotTidied(String reason) implements Own {}

    private record Looked(Optional<String> problem) implements Own {}

    private Behavior<Command> starting(StashBuffer<Command> stash) {
        findHome();
        return Behaviors.receive(Command.class).onMessage(HomeFound.class, found -> {
            bringTo(found.address());
            trouble.found(Optional.empty());
            retry = FIRST_RETRY;
            return stash.unstashAll(ready());
        }).onMessage(HomeNotFound.class, not -> {
            trouble.found(Optional.of(not.reason()));
            again();
            return Behaviors.same();
        }).onMessage(Retry.class, now -> {
            findHome();
            return Behaviors.same();
        }).onMessage(Command.class, command -> {
            if (isOfFees(command)) fees.tell(command);
            else stash.stash(command);
            return Behaviors.same();
        }).build();
    }

    private static boolean isOfFees(Command command) {
        return command instanceof WalletActor.GetScan || command instanceof WalletActor.Sky
                || command instanceof WalletActor.Reserve;
    }

    private void findHome() {
        context.pipeToSelf(wallet.require()
                .thenCompose(there -> wallet.unpaid(label))
                .thenCompose(found -> found.map(CompletableFuture::completedStage)
                        .orElseGet(() -> wallet.newAddress(Kind.BECH32, label))),
                (address, failure) -> failure == null
                        ? new HomeFound(address)
                        : new HomeNotFound(wallet.reason(failure)));
    }

    /** Whether it can pay: said before somebody needs it. */
    private void look() {
        context.pipeToSelf(wallet.require(), (there, failure) -> new Looked(
                failure == null ? Optional.empty() : Optional.of(wallet.reason(failure))));
    }

    private void again() {
        timers.startSingleTimer(new Retry(), retry);
        Duration next = retry.multipliedBy(2);
        retry = next.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : next;
    }

    private void bringTo(Address address) {
        tidying.bringTo(address);
        fees.tell(new WalletActor.BringTo(address));
    }

    private Behavior<Command> ready() {
        return Behaviors.receiveMessage(command -> {
            on(command);
            return Behaviors.same();
        });
    }

    private void on(Command command) {
        switch (command) {
            case WalletActor.BringHome(long channel, var wants) -> {
                tidying.closes(channel, !wants.isEmpty());
                fees.tell(command);
            }
            case WalletActor.Sky sky -> {
                fees.tell(sky);
                look();
                tidy();
            }
            case WalletActor.Reserve reserve -> fees.tell(reserve);
            case WalletActor.GetReserve asked -> fees.tell(asked);
            case WalletActor.GetScan asked -> fees.tell(asked);
            case WalletActor.BringTo(Address address) -> bringTo(address);
            // The node's own use. Its user asks BitcoindQueries, which says so when it cannot.
            case WalletActor.NewAddress(var kind, var replyTo) -> replyTo.tell(tidying.home());
            case WalletActor.GetBalance(var replyTo) -> answer(queries.balance(), replyTo);
            case WalletActor.ListCoins(var replyTo) -> answer(queries.coins(), replyTo);
            case WalletActor.ListTransactions(var replyTo) -> answer(queries.transactions(), replyTo);
            case WalletActor.Name(Address address, String name) -> wallet.name(address, name)
                    .whenComplete((done, failure) -> {
                        if (failure != null)
                            LOG.warn("bitcoind's wallet does not take the label: {}", wallet.reason(failure));
                    });
            case Fund fund -> {
                awaited.add(fund.channel());
                unreserved.add(fund);
                fees.tell(new WalletActor.GetReserve(reserveTold));
            }
            case WalletActor.OpeningOver(long channel) -> openingOver(channel);
            case WalletActor.Release(Tx tx) -> release(hold -> hold.coins()
                    .equals(tx.inputs().stream().map(TxInput::outPoint).toList()));
            case WalletActor.ChannelsRecovered(SortedSet<Long> channels) -> recovered(channels);
            case WalletActor.Send send -> errands.add(
                    () -> funding.make(Optional.empty(), new Wish(List.of(),
                            List.of(new TxOutput(send.amount(), send.to().script())), send.feerate(), false, true))
                            .thenApply(made -> new PaymentMade(send, made)),
                    reason -> new Answer(Optional.empty(), new NotSent(reason), send.replyTo()));
            case WalletActor.Bump(var txid, var feerate, var replyTo) -> errands.add(
                    () -> bumping.bump(txid, feerate)
                            .thenApply(result -> new Answer(Optional.empty(), result, replyTo)),
                    reason -> new Answer(Optional.empty(), new NotSent(reason), replyTo));
            case WalletActor.Publish(Tx tx, var replyTo) -> publish(tx, Optional.empty(), replyTo);
            case WalletActor.Own own -> throw new IllegalStateException("of another kind of wallet");
            case Own own -> onOwn(own);
        }
    }

    private void onOwn(Own own) {
        switch (own) {
            case Worked(Own result) -> {
                errands.done();
                onOwn(result);
                errands.next();
            }
            case ReserveTold(ReserveStanding standing) -> fund(unreserved.remove(), standing);
            case FundingMade(Fund fund, Satoshi filling, Made made) -> funded(fund, filling, made);
            case FundingNotMade(Fund fund, String reason) -> {
                tellFunded(fund, new NotFunded(reason));
                tidy();
            }
            case PaymentMade(WalletActor.Send send, Made made) -> paid(send, made);
            case Answer(Optional<Hold> hold, SendResult result, var replyTo) -> {
                hold.ifPresent(book::over);
                replyTo.tell(result);
                tidy();
            }
            case Tidied(Tidying.Done done) -> {
                retry = FIRST_RETRY;
                tidying.ended(done);
                done.home().ifPresent(this::bringTo);
                // What came meanwhile.
                if (tidying.isUrgent()) tidy();
            }
            case NotTidied(String reason) -> {
                tidying.failed();
                trouble.found(Optional.of(reason));
                again();
            }
            case Looked(Optional<String> problem) -> trouble.found(problem);
            case Retry now -> tidy();
            case HomeFound late -> bringTo(late.address());
            case HomeNotFound late -> throw new IllegalStateException("asked for while starting");
        }
    }

    /** On failure nobody is told: the asker's patience ends, and the log says why. */
    private <T> void answer(CompletionStage<T> stage, ActorRef<T> replyTo) {
        stage.whenComplete((answer, failure) -> {
            if (failure == null) replyTo.tell(answer);
            else LOG.warn("bitcoind's wallet does not answer: {}", wallet.reason(failure));
        });
    }

    /** With what the reserve lacks paid into it, behind the outputs that were asked for. */
    private void fund(Fund fund, ReserveStanding standing) {
        var outputs = new ArrayList<>(fund.outputs());
        Satoshi filling = standing.missing().lessThan(LEAST_FILLING) ? Satoshi.ZERO : standing.missing();
        if (!filling.isZero()) outputs.add(new TxOutput(filling, standing.address().script()));
        errands.add(
                () -> funding
                        .make(Optional.of(fund.channel()), new Wish(List.of(), outputs, fund.feerate(), false, false))
                        .thenApply(made -> new FundingMade(fund, filling, made)),
                reason -> new FundingNotMade(fund, reason));
    }

    private void funded(Fund fund, Satoshi filling, Made made) {
        switch (made) {
            case Done(Hold hold, Tx tx, Satoshi fee) when over.contains(fund.channel()) -> {
                book.over(hold);
                tellFunded(fund, new NotFunded("the opening is over"));
                tidy();
            }
            case Done(Hold hold, Tx tx, Satoshi fee) -> tellFunded(fund, new Funded(tx, hold.coins(), fee));
            case TooPoor(Satoshi have, Satoshi need) ->
                tellFunded(fund, new InsufficientFunds(have, need.minus(filling), filling));
        }
    }

    private void tellFunded(Fund fund, FundResult result) {
        awaited.remove(fund.channel());
        over.remove(fund.channel());
        fund.replyTo().tell(result);
    }

    private void openingOver(long channel) {
        if (awaited.contains(channel)) over.add(channel);
        release(hold -> hold.channel().equals(Optional.of(channel)));
    }

    private void release(Predicate<Hold> which) {
        List<Hold> gone = book.holds().stream().filter(which).toList();
        gone.forEach(book::over);
        if (!gone.isEmpty()) tidy();
    }

    private void recovered(SortedSet<Long> channels) {
        tidying.recovered(channels);
        release(hold -> hold.channel().filter(channel -> !channels.contains(channel)).isPresent());
        tidy();
    }

    private void paid(WalletActor.Send send, Made made) {
        switch (made) {
            case Done(Hold hold, Tx tx, Satoshi fee) -> {
                book.markSent(tx.txid());
                publish(tx, Optional.of(hold), send.replyTo());
            }
            case TooPoor(Satoshi have, Satoshi need) ->
                send.replyTo().tell(new InsufficientFunds(have, need, Satoshi.ZERO));
        }
    }

    private void publish(Tx tx, Optional<Hold> hold, ActorRef<SendResult> replyTo) {
        context.pipeToSelf(chain.publish(tx), (result, problem) -> {
            if (problem != null)
                return new Answer(hold, new NotSent(ChainUnavailableException.reason(problem)), replyTo);
            return switch (result) {
                case Published.Accepted accepted -> new Answer(Optional.empty(), new Sent(tx), replyTo);
                case Published.Rejected(String reason) -> new Answer(hold, new NotSent(reason), replyTo);
            };
        });
    }

    /** Unlocks, locks again and forgets in the book, and takes another address home when the last one has been paid. */
    private void tidy() {
        if (tidying.begin()) errands.add(() -> tidying.work().thenApply(Tidied::new), NotTidied::new);
    }
}
