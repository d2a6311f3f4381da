package fulgurite.simulator.node;

import static fulgurite.simulator.node.Village.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.api.NodeService.FundingRequest;
import fulgurite.node.api.NodeService.ServiceException;
import fulgurite.node.api.NodeService;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Psbt;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels that are paid for by a wallet which the node knows nothing of. */
class OutsideFundingTest {
    private static final Satoshi FUNDING = new Satoshi(1_000_000);
    private static final PrivateKey KEY = PrivateKey.fromHex("11".repeat(32));
    private static final Bytes SCRIPT = P2wpkh.script(Curve.publicKey(KEY));

    @TempDir
    Path directory;
    private Village village;

    @BeforeEach
    void start() {
        village = new Village(directory);
        village.start("alice");
        village.start("bob");
        await(village.node("alice").connect(await(village.node("bob").info()).uri().orElseThrow()));
    }

    @AfterEach
    void close() {
        village.close();
    }

    @Test
    void a_channel_is_opened_with_the_coins_of_another_wallet_and_works() {
        FundingRequest request = begin();
        assertThat(request.amount()).isEqualTo(FUNDING);
        Psbt signed = signed(request, 2_000, KEY);
        assertThat(village.chain().mempool()).isEmpty();

        NodeService.Channel channel = await(village.node("alice").fundOutside(request.opening(), signed.toBase64()));

        Tx funding = signed.signed().orElseThrow();
        assertThat(village.chain().mempool()).containsExactly(funding);
        assertThat(channel.funding()).contains(new OutPoint(funding.txid(), 1));
        village.mine(6);
        Village.until("the channel works", () -> village.channel("alice", channel)
                .filter(one -> one.state().equals("normal") && one.connected())
                .isPresent()
                && village.channel("bob", channel).filter(one -> one.state().equals("normal")).isPresent());
        NodeService.Invoice invoice = await(village.node("bob")
                .invoice(Optional.of(new MilliSatoshi(50_000_000)),
                        "coffee", Duration.ofHours(1)));
        assertThat(await(village.node("alice").pay(invoice.bolt11(), Optional.empty())).state())
                .isEqualTo(NodeService.PaymentState.SUCCEEDED);
    }

    @Test
    void a_transaction_that_does_not_fit_is_refused_and_another_may_follow() {
        FundingRequest request = begin();
        Psbt right = signed(request, 2_000, KEY);

        var less = new FundingRequest(request.opening(), request.address(), FUNDING.minus(new Satoshi(1)), "");
        assertRefused(request, signed(less, 2_000, KEY), "no output of it pays exactly");
        assertRefused(request, signed(request, 2_000, PrivateKey.fromHex("12".repeat(32))), "is not signed");
        assertRefused(request, signed(request, 50, KEY), "least that is relayed");
        var unsigned = new Psbt(right.unsigned(), List.of(), List.of(right.inputs().getFirst().subList(0, 1)),
                right.outputs());
        assertRefused(request, unsigned, "not signed");
        var untold = new Psbt(right.unsigned(), List.of(), List.of(List.of()), right.outputs());
        assertRefused(request, untold, "does not say what its input 0 spends");
        Psbt.Pair forged = right.inputs().getFirst().getLast();
        var wrong = new Psbt.Pair(forged.key(), signed(request, 3_000, KEY).inputs().getFirst().getLast().value());
        assertRefused(request, new Psbt(right.unsigned(), List.of(),
                List.of(List.of(right.inputs().getFirst().getFirst(), wrong)), right.outputs()), "signature");
        assertThat(village.chain().mempool()).isEmpty();

        await(village.node("alice").fundOutside(request.opening(), right.toBase64()));
        assertThat(village.chain().mempool()).containsExactly(right.signed().orElseThrow());
        assertRefused(request, right, "no opening");
    }

    @Test
    void an_opening_whose_peer_went_away_takes_no_transaction_and_publishes_none() {
        FundingRequest request = begin();
        Psbt signed = signed(request, 2_000, KEY);
        village.stop("bob");
        Village.until("bob is away", () -> await(village.node("alice").peers()).stream()
                .noneMatch(NodeService.Peer::connected));

        Village.until("the opening is forgotten", () -> {
            assertThat(village.chain().mempool()).isEmpty();
            return await(village.node("alice").channels()).isEmpty();
        });
        assertRefused(request, signed, "no opening");
        assertThat(village.chain().mempool()).isEmpty();
    }

    private FundingRequest begin() {
        return await(village.node("alice")
                .createOutside(new NodeService.Create(village.id("bob"), FUNDING,
                        Satoshi.ZERO, true, true, Optional.empty())));
    }

    private void assertRefused(FundingRequest request, Psbt psbt, String why) {
        assertThatThrownBy(() -> await(village.node("alice").fundOutside(request.opening(), psbt.toBase64())))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining(why);
    }

    /** Change first, then what was asked for, from a coin of the other wallet's. */
    private Psbt signed(FundingRequest request, long fee, PrivateKey signer) {
        Tx coin = village.chain().faucet(SCRIPT, new Satoshi(1_500_000));
        Bytes asked = Address.parse(request.address(), BitcoinNetwork.REGTEST).script();
        var outputs = List.of(new TxOutput(new Satoshi(1_500_000 - request.amount().sat() - fee), SCRIPT),
                new TxOutput(request.amount(), asked));
        var unsigned = new Tx(2, List.of(TxInput.unsigned(new OutPoint(coin.txid(), 0), 0xfffffffdL)), outputs, 0);
        List<Bytes> witness = P2wpkh.sign(unsigned, 0, new Satoshi(1_500_000), signer).inputs().getFirst().witness();
        Bytes amount = Bytes.ofOwned(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(1_500_000).array());
        var utxo = new Psbt.Pair(Bytes.fromHex("01"), Bytes.concat(amount, Bytes.fromHex("16"), SCRIPT));
        var signature = new Psbt.Pair(Bytes.fromHex("02").concat(witness.getLast()), witness.getFirst());
        return new Psbt(unsigned, List.of(), List.of(List.of(utxo, signature)), List.of(List.of(), List.of()));
    }
}
