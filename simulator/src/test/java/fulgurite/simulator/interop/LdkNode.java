package fulgurite.simulator.interop;

import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Subscription;
import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.RegtestChain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.ldk.batteries.ChannelManagerConstructor;
import org.ldk.enums.Currency;
import org.ldk.enums.Network;
import org.ldk.structs.BroadcasterInterface;
import org.ldk.structs.ChainMonitor;
import org.ldk.structs.ChannelDetails;
import org.ldk.structs.ChannelHandshakeConfig;
import org.ldk.structs.ChannelHandshakeLimits;
import org.ldk.structs.Event;
import org.ldk.structs.FeeEstimator;
import org.ldk.structs.Invoice;
import org.ldk.structs.KeysManager;
import org.ldk.structs.Logger;
import org.ldk.structs.MultiThreadedLockableScore;
import org.ldk.structs.NetworkGraph;
import org.ldk.structs.Option_FilterZ;
import org.ldk.structs.Option_u64Z;
import org.ldk.structs.PaymentPurpose;
import org.ldk.structs.Persist;
import org.ldk.structs.Result_InvoiceParseOrSemanticErrorZ;
import org.ldk.structs.Result_InvoiceSignOrCreationErrorZ;
import org.ldk.structs.Result_NoneChannelMonitorUpdateErrZ;
import org.ldk.structs.Result_TransactionNoneZ;
import org.ldk.structs.Result__u832APIErrorZ;
import org.ldk.structs.Scorer;
import org.ldk.structs.TxOut;
import org.ldk.structs.UserConfig;
import org.ldk.structs.UtilMethods;

/**
 * A node of LDK's (0.0.106, of 2022) on a {@link RegtestChain}: its own TCP, handshake, channels and claims, nothing kept
 * on disk.
 *
 * <p>Design. LDK is told of the chain, and speaks to it, on one thread of its own: its calls come while it holds locks of
 * its own, and so do the chain's. Whatever LDK reports is told in words to {@link #log}.
 */
final class LdkNode implements AutoCloseable {
    /** Spent by showing it: {@code OP_TRUE}. */
    private static final Bytes ANYONES = Bytes.fromHex("51");
    private static final Bytes ANYONES_SCRIPT = Scripts.payToWitnessScriptHash(ANYONES);
    private static final Satoshi FUNDING_FEE = new Satoshi(1_000);
    private final RegtestChain chain;
    private final Subscription blocks;
    private final ExecutorService hands = Executors.newSingleThreadExecutor();
    private final KeysManager keys;
    private final ChainMonitor monitor;
    private final ChannelManagerConstructor parts;
    private final int port;
    private int height;
    /** What LDK has reported. */
    final List<String> log = new CopyOnWriteArrayList<>();
    /** What it has claimed on chain, in satoshis each. */
    final List<Long> claims = new CopyOnWriteArrayList<>();

    LdkNode(RegtestChain chain, int seed) throws IOException {
        this.chain = chain;
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) seed);
        this.keys = KeysManager.of(secret, 1, 2);
        FeeEstimator fees = FeeEstimator.new_impl(target -> Math.toIntExact(chain.estimatedFeerate().satPerKw()));
        Logger logger = Logger.new_impl(record -> {
            if (record.get_level().ordinal() >= org.ldk.enums.Level.LDKLevel_Info.ordinal())
                log.add("log: " + record
                        .get_args());
        });
        BroadcasterInterface broadcaster = BroadcasterInterface.new_impl(tx -> hands.execute(() -> publish(tx)));
        Persist nowhere = Persist.new_impl(new Nowhere());
        this.monitor = ChainMonitor.of(Option_FilterZ.none(), broadcaster, logger, fees, nowhere);
        this.height = chain.tip().height().height();
        byte[] tip = chain.tip().hash().bytes().toByteArray();
        this.parts = new ChannelManagerConstructor(Network.LDKNetwork_Regtest, config(), tip, height,
                keys.as_KeysInterface(), fees, monitor,
                NetworkGraph.of(chain.block(new BlockHeight(0))
                        .orElseThrow()
                        .hash()
                        .bytes()
                        .toByteArray()),
                broadcaster, logger);
        parts.chain_sync_completed(new Ears(), MultiThreadedLockableScore.of(Scorer.with_default().as_Score()));
        try (var free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
        parts.nio_peer_handler.bind_listener(new InetSocketAddress("127.0.0.1", port));
        this.blocks = chain.subscribe(event -> {
            if (!(event instanceof ChainEvent.MempoolAccepted)) hands.execute(this::follow);
        });
    }

    private static UserConfig config() {
        UserConfig config = UserConfig.with_default();
        ChannelHandshakeConfig own = config.get_own_channel_config();
        own.set_minimum_depth(3);
        config.set_own_channel_config(own);
        ChannelHandshakeLimits limits = config.get_peer_channel_config_limits();
        limits.set_force_announced_channel_preference(false);
        config.set_peer_channel_config_limits(limits);
        return config;
    }

    NodeId id() {
        return new NodeId(new PublicKey(Bytes.copyOf(parts.channel_manager.get_our_node_id())));
    }

    String uri() {
        return id() + "@127.0.0.1:" + port;
    }

    void dial(NodeId peer, int at) {
        try {
            parts.nio_peer_handler.connect(peer.key().bytes().toByteArray(), new InetSocketAddress("127.0.0.1", at),
                    10_000);
        } catch (IOException e) {
            throw new IllegalStateException("LDK cannot connect", e);
        }
    }

    boolean isConnected(NodeId peer) {
        byte[] wanted = peer.key().bytes().toByteArray();
        return Arrays.stream(parts.peer_manager.get_peer_node_ids()).anyMatch(id -> Arrays.equals(id, wanted));
    }

    void open(NodeId peer, Satoshi funding, MilliSatoshi push) {
        Result__u832APIErrorZ asked = parts.channel_manager.create_channel(peer.key().bytes().toByteArray(),
                funding.sat(),
                push.msat(), 7, config());
        if (!asked.is_ok()) throw new IllegalStateException("LDK does not open a channel");
        parts.nio_peer_handler.check_events();
    }

    /** The only channel; empty when there is none. */
    Optional<ChannelDetails> channel() {
        return Arrays.stream(parts.channel_manager.list_channels()).findFirst();
    }

    boolean isUsable() {
        return channel().filter(ChannelDetails::get_is_usable).isPresent();
    }

    String invoice(MilliSatoshi amount) {
        var made = UtilMethods.create_invoice_from_channelmanager(parts.channel_manager, keys.as_KeysInterface(),
                Currency.LDKCurrency_Regtest, Option_u64Z.some(amount.msat()), "from LDK");
        if (made instanceof Result_InvoiceSignOrCreationErrorZ.Result_InvoiceSignOrCreationErrorZ_OK ok)
            return ok.res.to_str();
        throw new IllegalStateException("LDK makes no invoice");
    }

    /** Begins to pay; {@link #log} tells how it ends. */
    void pay(String bolt11) {
        if (!(Invoice.from_str(
                bolt11) instanceof Result_InvoiceParseOrSemanticErrorZ.Result_InvoiceParseOrSemanticErrorZ_OK ok))
            throw new IllegalStateException("LDK cannot read " + bolt11);
        if (!parts.payer.pay_invoice(ok.res).is_ok()) throw new IllegalStateException("LDK does not pay: " + log);
        parts.nio_peer_handler.check_events();
    }

    void close(boolean force) {
        byte[] id = channel().orElseThrow().get_channel_id();
        boolean done = force
                ? parts.channel_manager.force_close_channel(id).is_ok()
                : parts.channel_manager.close_channel(id).is_ok();
        if (!done) throw new IllegalStateException("LDK does not close");
        parts.nio_peer_handler.check_events();
    }

    /** Whether it has seen the chain's tip. */
    boolean isUpToDate() {
        return parts.channel_manager.current_best_block().height() == chain.tip().height().height();
    }

    private void follow() {
        while (height < chain.tip().height().height()) {
            height++;
            byte[] block = chain.rawBlock(new BlockHeight(height)).orElseThrow().toByteArray();
            monitor.as_Listen().block_connected(block, height);
            parts.channel_manager.as_Listen().block_connected(block, height);
        }
        parts.nio_peer_handler.check_events();
    }

    private void publish(byte[] raw) {
        Tx tx = Tx.parse(Bytes.copyOf(raw));
        log.add("publishes " + tx.txid() + ": " + chain.publish(tx));
    }

    /** From a coin of the faucet's that anyone may spend. */
    private Tx fund(Bytes script, Satoshi amount) {
        Tx coin = chain.faucet(ANYONES_SCRIPT, amount.plus(FUNDING_FEE));
        var input = new TxInput(new OutPoint(coin.txid(), 0), Bytes.EMPTY, 0xffffffffL, List.of(ANYONES));
        return new Tx(2, List.of(input), List.of(new TxOutput(amount, script)), 0);
    }

    @Override
    public void close() {
        blocks.close();
        hands.shutdown();
        try {
            if (!hands.awaitTermination(20, TimeUnit.SECONDS)) throw new IllegalStateException("LDK is stuck");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.interrupt();
    }

    /** Called on LDK's own thread. */
    private final class Ears implements ChannelManagerConstructor.EventHandler {
        @Override
        public void handle_event(Event event) {
            switch (event) {
                case Event.FundingGenerationReady ready -> hands.execute(() -> {
                    Tx funding = fund(Bytes.copyOf(ready.output_script), new Satoshi(ready.channel_value_satoshis));
                    parts.channel_manager.funding_transaction_generated(ready.temporary_channel_id, funding.toBytes()
                            .toByteArray());
                    parts.nio_peer_handler.check_events();
                });
                case Event.PaymentReceived received -> {
                    log.add("received " + received.amt);
                    if (received.purpose instanceof PaymentPurpose.InvoicePayment invoice)
                        parts.channel_manager.claim_funds(invoice.payment_preimage);
                }
                case Event.PendingHTLCsForwardable waiting -> hands.execute(() -> {
                    parts.channel_manager.process_pending_htlc_forwards();
                    parts.nio_peer_handler.check_events();
                });
                case Event.PaymentSent sent -> log.add("sent " + Bytes.copyOf(sent.payment_hash).toHex());
                case Event.PaymentFailed failed -> log.add("failed " + Bytes.copyOf(failed.payment_hash).toHex());
                case Event.SpendableOutputs spendable -> hands.execute(() -> claim(spendable));
                case Event.ChannelClosed closed -> log.add("closed: " + closed.reason.getClass().getSimpleName());
                default -> log.add(event.getClass().getSimpleName());
            }
            parts.nio_peer_handler.check_events();
        }

        private void claim(Event.SpendableOutputs spendable) {
            if (!(keys.spend_spendable_outputs(spendable.outputs, new TxOut[0], ANYONES_SCRIPT.toByteArray(),
                    1_000) instanceof Result_TransactionNoneZ.Result_TransactionNoneZ_OK ok)) {
                log.add("cannot spend its outputs");
                return;
            }
            Tx tx = Tx.parse(Bytes.copyOf(ok.res));
            log.add("claims " + tx.txid() + ": " + chain.publish(tx));
            claims.add(tx.outputs().getFirst().amount().sat());
        }

        @Override
        public void persist_manager(byte[] manager) {}

        @Override
        public void persist_network_graph(byte[] graph) {}
    }

    private static final class Nowhere implements Persist.PersistInterface {
        @Override
        public Result_NoneChannelMonitorUpdateErrZ persist_new_channel(org.ldk.structs.OutPoint id,
                org.ldk.structs.ChannelMonitor data, org.ldk.structs.MonitorUpdateId update) {
            return Result_NoneChannelMonitorUpdateErrZ.ok();
        }

        @Override
        public Result_NoneChannelMonitorUpdateErrZ update_persisted_channel(org.ldk.structs.OutPoint id,
                org.ldk.structs.ChannelMonitorUpdate update, org.ldk.structs.ChannelMonitor data,
                org.ldk.structs.MonitorUpdateId number) {
            return Result_NoneChannelMonitorUpdateErrZ.ok();
        }
    }

    /** The log, a line each, for a test that fails. */
    String story() {
        return String.join("\n", new ArrayList<>(log));
    }
}
