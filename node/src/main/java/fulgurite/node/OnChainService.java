package fulgurite.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.api.NodeService.Coin;
import fulgurite.node.api.NodeService.FeeWallet;
import fulgurite.node.api.NodeService.Label;
import fulgurite.node.api.NodeService.OnChainTransaction;
import fulgurite.node.api.NodeService.Reason;
import fulgurite.node.api.NodeService.ServiceException;
import fulgurite.node.chain.bitcoind.BitcoindWallet;
import fulgurite.node.wallet.BitcoindQueries;
import fulgurite.node.wallet.Labels.Kind;
import fulgurite.node.wallet.Labels.Subject;
import fulgurite.node.wallet.Labels;
import fulgurite.node.wallet.WalletActor;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.node.wallet.WalletQueries;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the wallet does for its user on chain: coins, payments, bumps, labels. */
final class OnChainService {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration PUBLISHING = Duration.ofSeconds(60);
    private static final int MOST_LABEL_CHARS = 255;

    private final ActorSystem<?> system;
    private final BitcoinNetwork network;
    private final ActorRef<WalletActor.Command> wallet;
    private final Labels labels;
    private final WalletQueries queries;
    private final boolean ofBitcoind;

    /** @param ofBitcoind the wallet that pays; empty: the node's own */
    OnChainService(ActorSystem<?> system, BitcoinNetwork network, ActorRef<WalletActor.Command> wallet,
            Labels labels, Optional<BitcoindWallet> ofBitcoind) {
        this.ofBitcoind = ofBitcoind.isPresent();
        this.queries = ofBitcoind.<WalletQueries>map(theirs -> new Refusing(theirs, new BitcoindQueries(theirs)))
                .orElseGet(() -> new Asked());
        this.system = system;
        this.network = network;
        this.wallet = wallet;
        this.labels = labels;
    }

    CompletionStage<WalletActor.Balance> balance() {
        return queries.balance();
    }

    /** The own wallet's coins when those of {@link #balance} are bitcoind's. */
    CompletionStage<Optional<FeeWallet>> feeWallet() {
        if (!ofBitcoind) return CompletableFuture.completedStage(Optional.empty());
        return this.<WalletActor.ReserveStanding>ask(WalletActor.GetReserve::new, SOON)
                .thenApply(fees -> Optional
                        .of(new FeeWallet(fees.have(), fees.missing(), fees.address().toString())));
    }

    CompletionStage<String> newAddress(WalletKeys.Kind kind) {
        return queries.newAddress(kind).thenApply(Address::toString);
    }

    CompletionStage<List<Coin>> coins() {
        return queries.coins()
                .thenApply(coins -> coins.coins().stream().map(this::view).toList());
    }

    private Coin view(WalletActor.Coin coin) {
        String address = Address.ofScript(coin.output().script(), network).map(Address::toString).orElse("");
        return new Coin(coin.outPoint(), address, coin.output().amount(), coin.height(), coin.locked(),
                labels.of(Kind.ADDR, address));
    }

    CompletionStage<List<OnChainTransaction>> transactions() {
        return queries.transactions()
                .thenApply(all -> all.transactions().stream().map(this::view).toList());
    }

    private OnChainTransaction view(WalletActor.Listed one) {
        return new OnChainTransaction(one.txid(), one.height(), one.received(), one.spent(), one.fee(),
                labels.of(Kind.TX, one.txid().toString()));
    }

    CompletionStage<OnChainTransaction> send(String address, Satoshi amount, FeeratePerKw feerate,
            Optional<String> label) {
        Address to;
        try {
            to = Address.parse(address, network);
        } catch (IllegalArgumentException e) {
            return failed(Reason.BAD_REQUEST, e.getMessage());
        }
        if (amount.isZero()) return failed(Reason.BAD_REQUEST, "an amount must be above zero");
        return sent(ask(replyTo -> new WalletActor.Send(to, amount, feerate, replyTo), PUBLISHING), label);
    }

    CompletionStage<OnChainTransaction> bump(String txid, FeeratePerKw feerate) {
        TxId which;
        try {
            which = TxId.fromText(txid);
        } catch (IllegalArgumentException e) {
            return failed(Reason.BAD_REQUEST, "a transaction's id has 64 hexadecimal digits");
        }
        return sent(ask(replyTo -> new WalletActor.Bump(which, feerate, replyTo), PUBLISHING),
                labels.of(Kind.TX, which.toString()));
    }

    /** The wallet's view of what was published, once it has it. */
    private CompletionStage<OnChainTransaction> sent(CompletionStage<WalletActor.SendResult> asked,
            Optional<String> label) {
        return asked.thenCompose(result -> switch (result) {
            case WalletActor.Sent(var tx) -> {
                label.ifPresent(text -> put(new Subject(Kind.TX, tx.txid().toString()), text));
                yield transactions().thenApply(all -> all.stream()
                        .filter(one -> one.txid().equals(tx.txid()))
                        .findFirst()
                        .orElseThrow(() -> refuse(Reason.CHAIN, tx.txid() + " was published and replaced at once")));
            }
            case WalletActor.NotSent(String reason) -> throw refuse(Reason.CHAIN, "nothing was published: " + reason);
            case WalletActor.InsufficientFunds(var have, var need, var reserve) -> throw refuse(
                    Reason.INSUFFICIENT_FUNDS, "the wallet can spend " + have + " of which " + reserve
                            + " is kept for channels that close; " + need + " is needed");
        });
    }

    CompletionStage<Label> label(String subject, String text) {
        if (text.length() > MOST_LABEL_CHARS)
            return failed(Reason.BAD_REQUEST, "a label has at most " + MOST_LABEL_CHARS + " characters");
        Subject on;
        if (subject.matches("[0-9a-fA-F]{64}")) {
            on = new Subject(Kind.TX, subject.toLowerCase(Locale.ROOT));
        } else {
            try {
                on = new Subject(Kind.ADDR, Address.parse(subject, network).toString());
            } catch (IllegalArgumentException e) {
                return failed(Reason.BAD_REQUEST, "neither a transaction's id nor an address: " + e.getMessage());
            }
        }
        try {
            put(on, text);
            if (on.kind() == Kind.ADDR)
                wallet.tell(new WalletActor.Name(Address.parse(on.text(), network), text.strip()));
        } catch (ServiceException e) {
            return CompletableFuture.failedStage(e);
        }
        return CompletableFuture.completedStage(view(on, text.strip()));
    }

    List<Label> labels() {
        return labels.all().entrySet().stream().map(entry -> view(entry.getKey(), entry.getValue())).toList();
    }

    void put(Subject subject, String text) {
        try {
            labels.put(subject, text);
        } catch (UncheckedIOException e) {
            throw refuse(Reason.WRONG_STATE, e.getMessage());
        }
    }

    private static Label view(Subject subject, String text) {
        return new Label(subject.kind().name().toLowerCase(Locale.ROOT), subject.text(), text);
    }

    /** On this system's own threads, never the JVM's common pool. */
    private <R> CompletionStage<R> ask(Function<ActorRef<R>, WalletActor.Command> question, Duration patience) {
        return AskPattern.<WalletActor.Command, R>ask(wallet, question::apply, patience, system.scheduler())
                .handleAsync((answer, failure) -> {
                    if (failure == null) return answer;
                    throw refuse(Reason.TIMEOUT, "no answer within " + patience.toSeconds()
                            + " s: what was asked may still happen; look again later");
                }, system.executionContext());
    }

    /** The node's own wallet. */
    private final class Asked implements WalletQueries {
        @Override
        public CompletionStage<Address> newAddress(WalletKeys.Kind kind) {
            return ask(replyTo -> new WalletActor.NewAddress(kind, replyTo), SOON);
        }

        @Override
        public CompletionStage<WalletActor.Balance> balance() {
            return ask(WalletActor.GetBalance::new, SOON);
        }

        @Override
        public CompletionStage<WalletActor.Coins> coins() {
            return ask(WalletActor.ListCoins::new, SOON);
        }

        @Override
        public CompletionStage<WalletActor.Transactions> transactions() {
            return ask(WalletActor.ListTransactions::new, SOON);
        }
    }

    /** bitcoind's wallet, whose failures are told to the caller in its words. */
    private record Refusing(BitcoindWallet wallet, WalletQueries asked) implements WalletQueries {
        @Override
        public CompletionStage<Address> newAddress(WalletKeys.Kind kind) {
            return told(asked.newAddress(kind));
        }

        @Override
        public CompletionStage<WalletActor.Balance> balance() {
            return told(asked.balance());
        }

        @Override
        public CompletionStage<WalletActor.Coins> coins() {
            return told(asked.coins());
        }

        @Override
        public CompletionStage<WalletActor.Transactions> transactions() {
            return told(asked.transactions());
        }

        private <T> CompletionStage<T> told(CompletionStage<T> stage) {
            return stage.exceptionallyCompose(
                    failure -> CompletableFuture.failedStage(refuse(Reason.CHAIN, wallet.reason(failure))));
        }
    }

    private static ServiceException refuse(Reason reason, String message) {
        return new ServiceException(reason, message);
    }

    private static <T> CompletionStage<T> failed(Reason reason, String message) {
        return CompletableFuture.failedStage(refuse(reason, message));
    }
}
