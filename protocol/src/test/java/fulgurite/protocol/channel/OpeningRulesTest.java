package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ChannelCommand.AcceptAsFundee;
import fulgurite.protocol.channel.ChannelCommand.FundingFailed;
import fulgurite.protocol.channel.ChannelCommand.FundingReady;
import fulgurite.protocol.channel.ChannelCommand.OpenAsFunder;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelState.AwaitingFundingCreated;
import fulgurite.protocol.channel.ChannelState.AwaitingFundingSigned;
import fulgurite.protocol.channel.ChannelState.Closed;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.AcceptChannel;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.FundingCreated;
import fulgurite.protocol.wire.FundingSigned;
import fulgurite.protocol.wire.OpenChannel;
import fulgurite.protocol.wire.UpfrontShutdownScript;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each requirement of open_channel, accept_channel, funding_created and funding_signed. Alice funds. */
class OpeningRulesTest {
    private static final PublicKey NO_POINT = PublicKey.fromHex("02" + "ff".repeat(32));
    private static final UpfrontShutdownScript NO_SCRIPT = new UpfrontShutdownScript(Bytes.EMPTY);

    /** What must fail, in the message that the other side sends. */
    enum Fault {
        CHAIN("chainHash", Hashes.sha256(Bytes.fromHex("01")), "chain_hash"), TOO_SMALL("fundingAmount",
                new Satoshi(9_999), "too small"), TOO_LARGE("fundingAmount", new Satoshi(1L << 24), "2^24"), PUSH(
                        "pushAmount", new MilliSatoshi(1_000_000_001), "push_msat"), ALL_PUSHED("pushAmount",
                                new MilliSatoshi(1_000_000_000),
                                "fee"), LOW_DUST("dustLimit", new Satoshi(353), "below 354"), HIGH_DUST("dustLimit",
                                        new Satoshi(1_001), "dust_limit_satoshis is too large"), LITTLE_IN_FLIGHT(
                                                "maxHtlcValueInFlight", new MilliSatoshi(999_999),
                                                "in_flight"), RESERVE_IS_DUST("channelReserve", new Satoshi(353),
                                                        "exceeds channel_reserve"), GREEDY_RESERVE("channelReserve",
                                                                new Satoshi(50_001),
                                                                "channel_reserve_satoshis is too large"), HIGH_MINIMUM(
                                                                        "htlcMinimum", new MilliSatoshi(1_000_000_001),
                                                                        "htlc_minimum"), LOW_FEERATE("feeratePerKw",
                                                                                new FeeratePerKw(252),
                                                                                "feerate"), HIGH_FEERATE("feeratePerKw",
                                                                                        new FeeratePerKw(100_001),
                                                                                        "feerate"), LONG_DELAY(
                                                                                                "toSelfDelay",
                                                                                                new CltvDelta(2017),
                                                                                                "to_self_delay"), MANY_HTLCS(
                                                                                                        "maxAcceptedHtlcs",
                                                                                                        484,
                                                                                                        "483"), NO_HTLCS(
                                                                                                                "maxAcceptedHtlcs",
                                                                                                                0,
                                                                                                                "too small"), FUNDING_KEY(
                                                                                                                        "fundingPubkey",
                                                                                                                        NO_POINT,
                                                                                                                        "valid point"), REVOCATION_KEY(
                                                                                                                                "revocationBasepoint",
                                                                                                                                NO_POINT,
                                                                                                                                "valid point"), PAYMENT_KEY(
                                                                                                                                        "paymentBasepoint",
                                                                                                                                        NO_POINT,
                                                                                                                                        "valid point"), DELAYED_KEY(
                                                                                                                                                "delayedPaymentBasepoint",
                                                                                                                                                NO_POINT,
                                                                                                                                                "valid point"), HTLC_KEY(
                                                                                                                                                        "htlcBasepoint",
                                                                                                                                                        NO_POINT,
                                                                                                                                                        "valid point"), FIRST_POINT(
                                                                                                                                                                "firstPerCommitmentPoint",
                                                                                                                                                                NO_POINT,
                                                                                                                                                                "valid point"), NO_TYPE(
                                                                                                                                                                        "tlvs",
                                                                                                                                                                        TlvStream
                                                                                                                                                                                .of(NO_SCRIPT),
                                                                                                                                                                        "channel_type"), UNKNOWN_TYPE(
                                                                                                                                                                                "tlvs",
                                                                                                                                                                                TlvStream
                                                                                                                                                                                        .of(NO_SCRIPT,
                                                                                                                                                                                                ChannelType.ANCHORS
                                                                                                                                                                                                        .with(Feature.SPLICE)),
                                                                                                                                                                                "channel_type"), OPEN_SECRET(
                                                                                                                                                                                        "tlvs",
                                                                                                                                                                                        TlvStream
                                                                                                                                                                                                .of(NO_SCRIPT,
                                                                                                                                                                                                        ChannelType.ANCHORS
                                                                                                                                                                                                                .with(Feature.SCID_ALIAS)),
                                                                                                                                                                                        "channel_type"), BAD_SCRIPT(
                                                                                                                                                                                                "tlvs",
                                                                                                                                                                                                TlvStream
                                                                                                                                                                                                        .of(new UpfrontShutdownScript(
                                                                                                                                                                                                                Bytes.fromHex(
                                                                                                                                                                                                                        "76a9")),
                                                                                                                                                                                                                ChannelType.ANCHORS),
                                                                                                                                                                                                "upfront_shutdown_script");

        private final String field;
        private final Object value;
        private final String reason;

        Fault(String field, Object value, String reason) {
            this.field = field;
            this.value = value;
            this.reason = reason;
        }
    }

    private static final ChannelId TEMPORARY = new ChannelId(Bytes.fromHex("5a".repeat(32)));

    private final TwoChannels both = new TwoChannels(ChannelLimits.REGTEST);

    private OpenChannel propose() {
        both.alice.tell(both.openCommand(false));
        return (OpenChannel) both.alice.outbox.poll();
    }

    private void accept(OpenChannel open) {
        both.bob.tell(new AcceptAsFundee(both.alice.context.nodeId(), both.alice.features(), 1, new ShortChannelId(8),
                open));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("rule:5")
    @Tag("rule:6")
    @Tag("rule:opening")
    void an_open_channel_with_a_fault_is_refused_by_an_error(Fault fault) {
        accept(Changed.of(propose(), fault.field, fault.value));
        assertThat(both.bob.state).isInstanceOf(Closed.class);
        assertThat(both.bob.outbox).singleElement().isInstanceOfSatisfying(ErrorMessage.class, e -> {
            assertThat(e.text()).contains(fault.reason);
            assertThat(e.channelId()).isEqualTo(new ChannelId(Bytes.zeros(32)));
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LOW_DUST", "HIGH_DUST", "LITTLE_IN_FLIGHT", "RESERVE_IS_DUST", "GREEDY_RESERVE",
            "HIGH_MINIMUM", "LONG_DELAY", "MANY_HTLCS", "NO_HTLCS", "FUNDING_KEY", "REVOCATION_KEY", "PAYMENT_KEY",
            "DELAYED_KEY", "HTLC_KEY", "FIRST_POINT", "NO_TYPE", "UNKNOWN_TYPE", "BAD_SCRIPT"})
    @Tag("rule:5")
    @Tag("rule:6")
    @Tag("rule:opening")
    void an_accept_channel_with_a_fault_ends_the_opening_and_asks_for_no_coins(Fault fault) {
        accept(propose());
        both.alice.tell(new Receive(Changed.of((AcceptChannel) both.bob.outbox.poll(), fault.field, fault.value)));
        assertThat(both.alice.state).isInstanceOf(Closed.class);
        assertThat(both.alice.outbox).singleElement().isInstanceOf(ErrorMessage.class);
        assertThat(both.alice.effects(ChannelEffect.FundChannel.class)).isEmpty();
    }

    @Test
    @Tag("rule:opening")
    void an_accept_channel_for_another_opening_or_with_an_unreasonable_depth_ends_it() {
        accept(propose());
        var m = (AcceptChannel) both.bob.outbox.poll();
        for (AcceptChannel wrong : new AcceptChannel[]{Changed.of(m, "minimumDepth", 13L),
                Changed.of(m, "temporaryChannelId", new ChannelId(Bytes.fromHex("01".repeat(32))))})
            assertThat(Channel.decide(both.alice.context, both.alice.state, new Receive(wrong)))
                    .isInstanceOf(Decision.Violated.class);
        assertThat(Channel.decide(both.alice.context, both.alice.state, new Receive(m)))
                .isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:6")
    void reserves_are_above_the_dust_limits_of_both_sides() {
        OpenChannel m = propose();
        accept(Changed.of(Changed.of(m, "dustLimit", new Satoshi(900)), "channelReserve", new Satoshi(900)));
        var accepted = ((AwaitingFundingCreated) both.bob.state).opening().terms();
        assertThat(accepted.ours().reserve().atLeast(new Satoshi(900))).isTrue();
        assertThat(accepted.theirs().reserve().atLeast(accepted.ours().dustLimit())).isTrue();
    }

    @Test
    @Tag("rule:opening")
    void unknown_bits_of_channel_flags_are_ignored() {
        accept(Changed.of(propose(), "channelFlags", 0xfe));
        assertThat(((AwaitingFundingCreated) both.bob.state).opening().terms().announce()).isFalse();
    }

    @Test
    @Tag("rule:opening")
    void neither_side_above_its_reserve_is_no_channel() {
        OpenChannel m = propose();
        var small = Changed.of(Changed.of(m, "fundingAmount", new Satoshi(10_000)), "pushAmount",
                new MilliSatoshi(900_000));
        accept(Changed.of(Changed.of(small, "channelReserve", new Satoshi(1_000)), "feeratePerKw",
                new FeeratePerKw(7_000)));
        assertThat(both.bob.outbox).singleElement()
                .isInstanceOfSatisfying(ErrorMessage.class, e -> assertThat(e.text()).contains("reserve"));
    }

    @Test
    @Tag("rule:opening")
    void large_channels_are_for_peers_that_know_them() {
        for (Participant p : new Participant[]{both.alice, both.bob})
            p.context = p.context.with(p.features().withOptional(Feature.LARGE_CHANNEL));
        both.alice.tell(new OpenAsFunder(both.bob.context.nodeId(), both.bob.features(), 1,
                new ChannelId(Bytes.zeros(32)), new ShortChannelId(7), new Satoshi(1L << 24), MilliSatoshi.ZERO,
                new FeeratePerKw(1000), true, false));
        accept((OpenChannel) both.alice.outbox.poll());
        assertThat(both.bob.state).isInstanceOf(AwaitingFundingCreated.class);
    }

    @Test
    @Tag("rule:5")
    void a_script_promised_at_opening_is_sent_both_ways_and_kept() {
        both.alice.context = both.alice.context.with(both.alice.context.limits().withUpfrontShutdown(true));
        OpenChannel m = propose();
        assertThat(m.tlvs().get(UpfrontShutdownScript.class))
                .contains(new UpfrontShutdownScript(both.alice.context.shutdownScript()));
        accept(m);
        both.deliverAll();
        both.confirm(1);
        both.deliverAll();
        Bytes other = both.bob.context.shutdownScript();
        assertThat(both.alice.only(new ChannelCommand.Shutdown(other))).isInstanceOf(Decision.Refused.class);
        var wrong = new fulgurite.protocol.wire.Shutdown(both.bob.channel().id(), other);
        assertThat(both.bob.only(new Receive(wrong))).isInstanceOfSatisfying(Decision.Violated.class,
                v -> assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.DISCONNECT));
        both.bob.tell(new ChannelCommand.Shutdown(other));
        both.deliverAll();
        assertThat(both.alice.channel().shutdown().localScript()).contains(both.alice.context.shutdownScript());
    }

    @Test
    @Tag("rule:opening")
    void a_funding_signed_for_another_channel_or_with_another_signature_publishes_nothing() {
        accept(propose());
        both.deliverOne(both.bob);
        both.deliverOne(both.alice);
        var m = (FundingSigned) both.bob.outbox.poll();
        assertThat(both.alice.state).isInstanceOf(AwaitingFundingSigned.class);
        for (FundingSigned wrong : new FundingSigned[]{
                Changed.of(m, "channelId", new ChannelId(Bytes.fromHex("01".repeat(32)))),
                Changed.of(m, "signature", new fulgurite.protocol.units.Signature(Bytes.fromHex("01".repeat(64))))}) {
            Decision decision = Channel.decide(both.alice.context, both.alice.state, new Receive(wrong));
            assertThat(decision).isInstanceOf(Decision.Violated.class);
            assertThat(decision.effectsOrNone()).noneMatch(ChannelEffect.Publish.class::isInstance)
                    .anyMatch(ChannelEffect.ReleaseFunding.class::isInstance);
        }
    }

    private OpenAsFunder command(long capacity, long pushMsat, long feerate, boolean zeroReserve, boolean zeroConf) {
        return new OpenAsFunder(both.bob.context.nodeId(), both.bob.features(), 1, TEMPORARY, new ShortChannelId(7),
                new Satoshi(capacity), new MilliSatoshi(pushMsat), new FeeratePerKw(feerate), true, zeroReserve,
                zeroConf);
    }

    private void assertRefused(OpenAsFunder command, String reason) {
        assertThat(both.alice.only(command)).isInstanceOfSatisfying(Decision.Refused.class,
                refused -> assertThat(refused.refusal()).isInstanceOfSatisfying(Refusal.BadOpening.class,
                        bad -> assertThat(bad.reason()).contains(reason)));
        assertThat(both.alice.state).isInstanceOf(ChannelState.Unopened.class);
    }

    @Test
    @Tag("rule:opening")
    void our_user_opens_nothing_that_a_peer_would_have_to_refuse() {
        assertRefused(command(1_000_000, 1_000_000_001, 1_000, false, false), "push_msat");
        assertRefused(command(1_000_000, 1_000_000_000, 1_000, false, false), "cannot pay");
        assertRefused(command(1_000_000, 0, 1_000, false, true), "unconfirmed");
        both.alice.context = both.alice.context.with(ChannelLimits.PRODUCTION);
        assertRefused(command(1_000_000, 0, 1_000, true, false), "regtest only");
        assertThat(both.alice.only(command(1_000_000, 0, 1_000, false, false))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:6")
    @Tag("rule:opening")
    void a_reserve_is_renounced_by_both_or_by_neither() {
        OpenChannel m = propose();
        assertThat(m.channelReserve()).isEqualTo(new Satoshi(10_000));
        accept(m);
        assertThat(((AcceptChannel) both.bob.outbox.poll()).channelReserve()).isEqualTo(new Satoshi(10_000));

        var zero = new TwoChannels(ChannelLimits.REGTEST);
        zero.alice.tell(zero.openCommand(true));
        zero.deliverOne(zero.alice);
        assertThat(((AcceptChannel) zero.bob.outbox.poll()).channelReserve()).isEqualTo(Satoshi.ZERO);

        var strict = new TwoChannels(ChannelLimits.REGTEST);
        strict.bob.context = strict.bob.context.with(ChannelLimits.PRODUCTION);
        strict.alice.tell(strict.openCommand(true));
        strict.deliverOne(strict.alice);
        assertThat(strict.bob.outbox).singleElement()
                .isInstanceOfSatisfying(ErrorMessage.class,
                        e -> assertThat(e.text()).contains("channel_reserve"));
    }

    @Test
    @Tag("rule:opening")
    void the_error_that_ends_an_opening_names_it() {
        both.alice.tell(command(1_000_000, 300_000_000, 1_000, false, false));
        var open = (OpenChannel) both.alice.outbox.poll();
        assertThat(open.temporaryChannelId()).isEqualTo(TEMPORARY);
        accept(Changed.of(open, "dustLimit", new Satoshi(1)));
        assertThat(both.bob.outbox).singleElement()
                .isEqualTo(ErrorMessage.of(TEMPORARY, "dust_limit_satoshis is below 354"));
        both.bob.state = Channel.INITIAL;
        both.bob.outbox.clear();
        accept(open);
        var answer = (AcceptChannel) both.bob.outbox.poll();
        ChannelState waiting = both.alice.state;
        both.alice.tell(new Receive(Changed.of(answer, "minimumDepth", 13L)));
        assertThat(both.alice.outbox.poll())
                .isEqualTo(ErrorMessage.of(TEMPORARY, "minimum_depth is unreasonably large"));
        both.alice.state = waiting;
        both.alice.tell(new Receive(answer));
        var created = (FundingCreated) both.alice.outbox.poll();
        both.bob.tell(new Receive(Changed.of(created, "temporaryChannelId", ChannelId.ALL)));
        assertThat(both.bob.outbox.poll()).isEqualTo(
                ErrorMessage.of(TEMPORARY, "funding_created for another temporary_channel_id"));
        assertThat(both.bob.state).isInstanceOf(Closed.class);
    }

    @Test
    @Tag("rule:opening")
    void a_minimum_depth_is_taken_up_to_our_limit_and_waited_for() {
        accept(propose());
        both.alice.tell(new Receive(Changed.of((AcceptChannel) both.bob.outbox.poll(), "minimumDepth", 12L)));
        assertThat(((AwaitingFundingSigned) both.alice.state).opening().terms().minimumDepth()).isEqualTo(12);
    }

    @Test
    @Tag("rule:opening")
    void a_reserve_that_leaves_neither_side_anything_to_spend_is_not_accepted() {
        // Fees take 8,528 sat and Bob is given 900; Bob's own demand is 354 sat.
        both.alice.tell(command(10_000, 900_000, 7_000, false, false));
        accept((OpenChannel) both.alice.outbox.poll());
        var answer = (AcceptChannel) both.bob.outbox.poll();
        ChannelState waiting = both.alice.state;
        both.alice.tell(new Receive(Changed.of(answer, "channelReserve", new Satoshi(1_000))));
        assertThat(both.alice.outbox.poll()).isInstanceOfSatisfying(ErrorMessage.class,
                e -> assertThat(e.text()).contains("more than the reserve"));
        both.alice.state = waiting;
        assertThat(both.alice.only(new Receive(answer))).isInstanceOf(Decision.Accepted.class);
    }

    /** Alice's state when the wallet is to fund the channel, without its answer. */
    private ChannelState unfunded() {
        accept(propose());
        Decision accepted = Channel.decide(both.alice.context, both.alice.state, new Receive(both.bob.outbox.poll()));
        return Channel.evolveAll(both.alice.state, accepted.eventsOrNone());
    }

    @Test
    @Tag("rule:opening")
    void a_funding_that_does_not_pay_the_channel_where_it_says_is_not_signed_for() {
        ChannelState waiting = unfunded();
        TxOutput right = Funding.output(both.alice.context.keys().basepoints().funding(),
                both.bob.context.keys().basepoints().funding(), new Satoshi(1_000_000));
        var wrong = new TxOutput(new Satoshi(999_999), right.script());
        var input = TxInput.unsigned(new OutPoint(new TxId(Bytes.fromHex("ab".repeat(32))), 0), 0);
        var outputs = new ArrayList<>(Collections.nCopies(0x10001, wrong));
        outputs.set(0xffff, right);
        outputs.set(0x10000, right);
        var tx = new Tx(2, List.of(input), outputs, 0);
        // funding_created has two bytes for the index.
        for (int index : new int[]{-1, 0, 0x10000, 0x10001})
            assertThat(Channel.decide(both.alice.context, waiting, new FundingReady(tx, index))).as("output " + index)
                    .isInstanceOfSatisfying(Decision.Refused.class,
                            r -> assertThat(r.refusal()).isInstanceOf(Refusal.BadOpening.class));
        assertThat(Channel.decide(both.alice.context, waiting, new FundingReady(tx, 0xffff)))
                .isInstanceOf(Decision.Accepted.class);
        var alone = new Tx(2, List.of(input), List.of(right), 0);
        assertThat(Channel.decide(both.alice.context, waiting, new FundingReady(alone, 1)))
                .isInstanceOf(Decision.Refused.class);
        assertThat(Channel.decide(both.alice.context, waiting, new FundingReady(alone, 0)))
                .isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:opening")
    void a_wallet_that_cannot_fund_the_channel_ends_the_opening_and_the_peer_is_told() {
        ChannelState waiting = unfunded();
        Decision decision = Channel.decide(both.alice.context, waiting, new FundingFailed("too few coins"));
        assertThat(decision.eventsOrNone()).containsExactly(new ChannelEvent.OpeningAbandoned("too few coins"));
        assertThat(decision.effectsOrNone()).containsExactly(
                new ChannelEffect.Send(ErrorMessage.of(new ChannelId(Bytes.zeros(32)), "the channel cannot be funded")),
                new ChannelEffect.ChannelClosed("too few coins"));
    }

    @Test
    @Tag("rule:7")
    void a_channel_id_is_the_funding_txid_xor_its_output_index() {
        var txid = new TxId(Bytes.fromHex("00".repeat(30) + "abcd"));
        assertThat(ChannelId.fromFunding(new OutPoint(txid, 0)).bytes()).isEqualTo(txid.bytes());
        assertThat(ChannelId.fromFunding(new OutPoint(txid, 0x0102)).bytes())
                .isEqualTo(Bytes.fromHex("00".repeat(30) + "aacf"));
        assertThat(new Bytes32(ChannelId.ALL.bytes())).isEqualTo(Bytes32.ZERO);
    }
}
