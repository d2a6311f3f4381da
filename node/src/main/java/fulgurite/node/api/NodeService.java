package fulgurite.node.api;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Everything that a running node does for its user. The JSON-RPC server, the demo, the simulator and the tests all
 * speak to a node through this. A stage fails with {@link ServiceException}, whose message says what to do.
 */
public interface NodeService {
    CompletionStage<Info> info();

    /** How the node stands with its chain; answered also while that cannot be asked. */
    CompletionStage<Chain> chain();

    /**
     * Connects to a peer, or finds it connected already. {@code uri}: {@code fulgurite://nodeid@host:port}, or a node's
     * id alone when its announcement says where it listens.
     */
    CompletionStage<Peer> connect(String uri);

    CompletionStage<List<Peer>> peers();

    /** Opens a channel and completes once the funding transaction is published; it is usable when confirmed. */
    CompletionStage<Channel> create(Create request);

    /** Begins to open a channel that another wallet pays for; completes once the peer has accepted. Nothing is published. */
    CompletionStage<FundingRequest> createOutside(Create request);

    /**
     * Goes on with the other wallet's transaction, signed and never published before: it is published once the peer has
     * signed our commitment.
     *
     * @param opening as {@link FundingRequest} names it; @param psbt in base 64
     */
    CompletionStage<Channel> fundOutside(String opening, String psbt);

    CompletionStage<List<Channel>> channels();

    /** Closes: mutual completes when the closing transaction is published, forced when the commitment is. */
    CompletionStage<Closing> close(ChannelId channel, boolean force, Optional<FeeratePerKw> feerate);

    /** Closes without haste. */
    default CompletionStage<Closing> close(ChannelId channel, boolean force) {
        return close(channel, force, Optional.empty());
    }

    /** The static backup of the channels, as it is kept in the data directory too. */
    CompletionStage<Backup> backup();

    /** Balances: on chain, in channels. */
    CompletionStage<Balance> balance();

    /** A fresh address of the node's wallet. */
    CompletionStage<String> newAddress(AddressType type);

    /** One that every wallet can pay to. */
    default CompletionStage<String> newAddress() {
        return newAddress(AddressType.P2WPKH);
    }

    /** What an address's output looks like: a key's hash (BIP 84), or a taproot key (BIP 86). */
    enum AddressType {
        P2WPKH, P2TR
    }

    /** The wallet's unspent coins. */
    CompletionStage<List<Coin>> coins();

    /** What paid to or spent from the wallet, oldest first. */
    CompletionStage<List<OnChainTransaction>> transactions();

    /** Pays an address from the wallet. @param feerate empty: the chain's estimate; @param label of the transaction */
    CompletionStage<OnChainTransaction> sendOnChain(String address, Satoshi amount, Optional<FeeratePerKw> feerate,
            Optional<String> label);

    /** Pays more for a transaction that waits: a payment of the user's is replaced, anything else gets a child. @return what was published */
    CompletionStage<OnChainTransaction> bumpOnChain(String txid, FeeratePerKw feerate);

    /** @param subject an address, or a transaction's id; @param text blank: no label any more */
    CompletionStage<Label> label(String subject, String text);

    CompletionStage<List<Label>> labels();

    /** Our current commitments, decoded enough to be read. */
    CompletionStage<List<CommitmentView>> commitmentTransactions(Optional<ChannelId> channel);

    /** @param amount empty: the payer chooses */
    CompletionStage<Invoice> invoice(Optional<MilliSatoshi> amount, String description, Duration expiry);

    /**
     * An invoice that is paid over blinded paths to this node, so that the payer does not learn who it is.
     *
     * @param before how many nodes a path should have before this one, 1.. : fewer where the network has no more
     */
    CompletionStage<BlindedInvoice> blindedInvoice(Optional<MilliSatoshi> amount, String description, Duration expiry,
            int before);

    /** Pays over blinded paths. @param paths as {@link BlindedInvoice#blindedPaths} */
    CompletionStage<Payment> payBlinded(PaymentHash hash, MilliSatoshi amount, Bytes paths);

    /** Pays a BOLT 11 invoice and completes when it has succeeded or failed for good. @param amount only for an invoice without one */
    CompletionStage<Payment> pay(String bolt11, Optional<MilliSatoshi> amount);

    /** Pays a node without an invoice (keysend), over any number of hops. */
    CompletionStage<Payment> send(NodeId destination, MilliSatoshi amount);

    CompletionStage<List<Payment>> payments();

    /**
     * The route that a payment would try first, or why there is none (a {@link ServiceException}).
     *
     * @param destinations one or more: the route leads to the one that is cheapest to pay
     */
    CompletionStage<Route> route(List<NodeId> destinations, MilliSatoshi amount);

    /** To one destination. */
    default CompletionStage<Route> route(NodeId destination, MilliSatoshi amount) {
        return route(List.of(destination), amount);
    }

    /** The story of a payment that this node makes: routes, refusals, failures, times. */
    CompletionStage<List<StoryLine>> explain(PaymentHash paymentHash);

    /** One line of it. @param afterMs since the first line, where that is known */
    record StoryLine(Optional<Long> afterMs, String what) {}

    /** What the node knows of the network. */
    CompletionStage<NetworkView> network();

    /**
     * For tests and demonstrations, on regtest only: publishes an old, revoked commitment of ours and then stays
     * silent on that channel, so that the peer can be seen to punish it.
     */
    CompletionStage<TxId> publishRevoked(ChannelId channel);

    /**
     * Tells what happens from now on, one event after the other. What happened before is asked by the other calls.
     *
     * @param listener must not block
     * @return ends it
     */
    AutoCloseable subscribe(Consumer<Event> listener);

    /** Stops gracefully; completes when nothing more will be written. */
    CompletionStage<Void> stop();

    /**
     * @param reachable whether the chain can be asked now; @param since when that is so
     * @param blockHeight that the node has read; @param blocksBehind that bitcoind knows of and has not checked yet
     * @param heardBy how the node learns of changes: zmq, polling, or polling because zmq is silent
     * @param problem why it cannot be asked; @param lastProblem the latest, also when it is over
     */
    record Chain(String network, boolean reachable, Optional<Instant> since, Optional<BlockHeight> blockHeight,
            int blocksBehind, String heardBy, Optional<String> problem, Optional<String> lastProblem) {}

    /** @param uri how to dial this node, if it listens */
    record Info(NodeId nodeId, String alias, String network, Optional<String> uri, BlockHeight blockHeight, int peers,
            int channels, String version) {}

    /** @param backup the file in base 64; encrypted with a key that comes from the node's seed */
    record Backup(int bytes, String backup) {}

    record Peer(NodeId nodeId, String address, boolean connected, String features) {}

    /** @param push given to the peer at opening, out of {@code funding}; @param zeroReserve asks for channels that can be spent to 0 (regtest) */
    record Create(NodeId peer, Satoshi funding, Satoshi push, boolean announce, boolean zeroReserve,
            Optional<FeeratePerKw> feerate) {}

    /** What is to be paid for an opening. @param psbt in base 64, without inputs: the payer adds them, and change */
    record FundingRequest(String opening, String address, Satoshi amount, String psbt) {}

    /** @param state a BOLT 2 word for a person: opening, normal, shutting down, closing, closed, …; @param ours spendable or not, our side's balance */
    record Channel(ChannelId channelId, NodeId peer, String state, Optional<ShortChannelId> shortChannelId,
            Optional<OutPoint> funding, Satoshi capacity, MilliSatoshi ours, MilliSatoshi theirs, MilliSatoshi sendable,
            MilliSatoshi receivable, boolean weOpened, boolean connected, boolean announced, int htlcsOut, int htlcsIn,
            long commitmentNumber) {}

    record Closing(ChannelId channelId, TxId txid, boolean mutual) {}

    /**
     * @param pending in closing channels and unconfirmed outputs, on the way to the wallet
     * @param reserve of what is on chain, kept for the fees of channels that close
     * @param feeWallet where the reserve is when the coins are bitcoind's; empty otherwise
     */
    record Balance(Satoshi onChainConfirmed, Satoshi onChainUnconfirmed, MilliSatoshi inChannels,
            MilliSatoshi pending, Satoshi reserve, Optional<FeeWallet> feeWallet) {}

    /** The node's own wallet beside bitcoind's. @param amount in it, or on its way there; @param missing for the channels there are and one more; @param address to pay that to */
    record FeeWallet(Satoshi amount, Satoshi missing, String address) {}

    /** @param height empty while unconfirmed; @param locked promised to a transaction that is being made */
    record Coin(OutPoint outPoint, String address, Satoshi amount, Optional<BlockHeight> height, boolean locked,
            Optional<String> label) {}

    /** @param received what it pays to the wallet; @param spent what it takes of it; @param fee empty when others' outputs are spent too */
    record OnChainTransaction(TxId txid, Optional<BlockHeight> height, Satoshi received, Satoshi spent,
            Optional<Satoshi> fee, Optional<String> label) {}

    /** @param type addr or tx, as BIP 329 has it */
    record Label(String type, String ref, String label) {}

    record CommitmentView(ChannelId channelId, boolean local, long number, TxId txid, Bytes rawTransaction,
            MilliSatoshi ours, MilliSatoshi theirs, FeeratePerKw feerate, List<HtlcView> htlcs) {}

    record HtlcView(boolean offeredByUs, long id, MilliSatoshi amount, PaymentHash paymentHash, CltvExpiry expiry,
            String state) {}

    record Invoice(String bolt11, PaymentHash paymentHash, Optional<MilliSatoshi> amount, String description,
            Instant expiresAt, InvoiceState state) {}

    /** An invoice without a text of its own: blinded paths stand for it. @param blindedPaths the records invoice_paths and invoice_blindedpay of BOLT 12, in hexadecimal digits */
    record BlindedInvoice(Bytes blindedPaths, PaymentHash paymentHash, Optional<MilliSatoshi> amount,
            String description, Instant expiresAt, InvoiceState state) {}

    enum InvoiceState {
        OPEN, PAID, EXPIRED
    }

    /**
     * @param destination not known where blinded paths lead to it
     * @param fee paid to forwarding nodes, on top of {@code amount}
     * @param failure for a person, when failed
     * @param attempts a route for each part that was tried: those that paid are the last
     */
    record Payment(PaymentHash paymentHash, boolean outgoing, Optional<NodeId> destination, MilliSatoshi amount,
            MilliSatoshi fee, PaymentState state, Optional<PaymentPreimage> preimage, Optional<String> failure,
            List<Route> attempts, Instant createdAt, Optional<Instant> completedAt) {
        public Payment withoutPreimage() {
            return new Payment(paymentHash, outgoing, destination, amount, fee, state, Optional.empty(), failure,
                    attempts, createdAt, completedAt);
        }
    }

    enum PaymentState {
        PENDING, SUCCEEDED, FAILED
    }

    record Route(List<Hop> hops, MilliSatoshi amount, MilliSatoshi fee, CltvDelta totalDelta) {}

    /** The last hop over a blinded path stands for all of it: of block 0, to no node's id. @param amount of the HTLC in this channel; @param fee kept of it by {@code to} for forwarding, zero for the payee; @param expiry of the HTLC */
    record Hop(NodeId from, NodeId to, ShortChannelId channel, MilliSatoshi amount, MilliSatoshi fee,
            CltvExpiry expiry) {}

    record NetworkView(int nodes, int channels, List<NetworkChannel> edges) {}

    record NetworkChannel(ShortChannelId channel, NodeId node1, NodeId node2, Optional<Satoshi> capacity) {}

    /** Something that happened in the node. No event carries a secret. */
    sealed interface Event {}

    /** A channel's state, balances, line or place on the chain have changed. */
    record ChannelEvent(Channel channel) implements Event {}

    /** A payment was begun or has ended. @param tookMs from its beginning, or its invoice's, to its end */
    record PaymentEvent(PaymentHash paymentHash, boolean outgoing, MilliSatoshi amount, MilliSatoshi fee,
            PaymentState state, Optional<String> failure, Optional<Long> tookMs) implements Event {}

    /** A peer has connected, or its line has ended. @param reason of the end */
    record PeerEvent(NodeId peer, boolean connected, Optional<String> reason) implements Event {}

    /** The best chain has another height. */
    record BlockEvent(BlockHeight blockHeight) implements Event {}

    /** A request that cannot be done; the message says why and what to do. */
    final class ServiceException extends RuntimeException {
        private final Reason reason;

        public ServiceException(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        public Reason reason() {
            return reason;
        }
    }

    /** The kinds of failure that a program may want to tell apart. */
    enum Reason {
        BAD_REQUEST, NOT_FOUND, PEER_UNREACHABLE, INSUFFICIENT_FUNDS, NO_ROUTE, PAYMENT_FAILED, WRONG_STATE, CHAIN, TIMEOUT, FORBIDDEN
    }
}
