package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.hash;
import static fulgurite.protocol.channel.TwoChannels.htlc;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.*;
import fulgurite.protocol.channel.ChannelEffect.HtlcReceived;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.Normal;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.ClosingSigned;
import fulgurite.protocol.wire.CommitmentSigned;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.RevokeAndAck;
import fulgurite.protocol.wire.UpdateAddHtlc;
import fulgurite.protocol.wire.UpdateFailMalformedHtlc;
import fulgurite.protocol.wire.UpdateFee;
import fulgurite.protocol.wire.UpdateFulfillHtlc;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules of BOLT 2 that are often missed, one by one. Alice funds; Bob does not. */
class RulesTest {
    private final TwoChannels both = TwoChannels.open();

    @Test
    @Tag("rule:13")
    void refuses_an_htlc_that_would_breach_our_reserve() {
        // Bob has 300,000 sat and keeps 10,000.
        assertThat(refusal(both.bob, htlc(290_000_001, 1))).isInstanceOf(Refusal.InsufficientBalance.class);
        assertThat(both.bob.only(htlc(290_000_000, 1))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:13")
    void the_funder_keeps_a_buffer_for_twice_the_feerate_and_one_htlc_more() {
        // 700,000 less the reserve of 10,000, two anchors, and (1124 + 2 x 172) weight at 2000 sat/kw.
        long most = 700_000_000L - 10_000_000 - 660_000 - 2 * (1124 + 344) * 1000L;
        assertThat(Channel.sendable(both.alice.context, both.alice.channel())).isEqualTo(new MilliSatoshi(most));
        assertThat(refusal(both.alice, htlc(most + 1, 1))).isInstanceOf(Refusal.FeeNotCovered.class);
        assertThat(both.alice.only(htlc(most, 1))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:13")
    void the_fundee_offers_only_what_the_funder_can_pay_the_fee_for() {
        var drained = TwoChannels.open(withSpike(1), false);
        long most = Channel.sendable(drained.alice.context, drained.alice.channel()).msat();
        drained.alice.tell(htlc(most, 1), new Commit());
        drained.deliverAll();

        assertThat(refusal(drained.bob, htlc(1_000_000, 2))).isInstanceOf(Refusal.FeeNotCovered.class);
    }

    @Test
    @Tag("rule:14")
    void dust_exposure_is_capped_when_offering() {
        // 353,999 msat is dust; 141 of them are within 50,000 sat, one more is not.
        for (int i = 0; i < 141; i++)
            assertThat(both.alice.only(htlc(353_999, i))).isInstanceOf(Decision.Accepted.class);
        assertThat(refusal(both.alice, htlc(353_999, 141))).isInstanceOf(Refusal.TooMuchDust.class);
        assertThat(both.alice.only(htlc(354_000, 142))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:14")
    void dust_beyond_the_cap_of_the_receiver_is_marked_to_be_failed() {
        both.bob.context = withMaxDust(both.bob.context, 500_000);
        both.alice.tell(htlc(300_000, 1), htlc(300_000, 2), new Commit());
        both.deliverAll();

        assertThat(both.bob.effects(HtlcReceived.class)).extracting(e -> e.htlc().mustFail())
                .containsExactly(false, true);
    }

    @Test
    @Tag("rule:6")
    void no_more_htlcs_than_the_peer_accepts() {
        for (int i = 0; i < 483; i++) both.alice.tell(htlc(400_000, i));
        assertThat(refusal(both.alice, htlc(400_000, 483))).isInstanceOf(Refusal.TooManyHtlcs.class);
    }

    @Test
    void an_expiry_that_is_past_or_a_time_is_refused() {
        var past = new OfferHtlc(new MilliSatoshi(1000), hash(1), new CltvExpiry(100), TwoChannels.ONION,
                new HtlcOrigin.Local(Bytes32.ZERO, 0));
        var time = new OfferHtlc(new MilliSatoshi(1000), hash(1), new CltvExpiry(500_000_000), TwoChannels.ONION,
                new HtlcOrigin.Local(Bytes32.ZERO, 0));
        assertThat(refusal(both.alice, past)).isInstanceOf(Refusal.ExpiryOutOfRange.class);
        assertThat(refusal(both.alice, time)).isInstanceOf(Refusal.ExpiryOutOfRange.class);
    }

    @Test
    @Tag("rule:22")
    void several_htlcs_with_one_payment_hash_are_allowed() {
        for (int attempt = 0; attempt < 3; attempt++)
            both.alice.tell(new OfferHtlc(new MilliSatoshi(1_000_000), hash(1), new CltvExpiry(200),
                    TwoChannels.ONION, new HtlcOrigin.Local(Bytes32.ZERO, attempt)));
        both.commit();
        assertThat(both.bob.effects(HtlcReceived.class)).hasSize(3);
        both.assertCommitmentsAgree();
    }

    @Test
    @Tag("rule:12")
    void an_empty_commitment_signed_is_never_sent() {
        both.alice.tell(new Commit());
        assertThat(both.alice.outbox).isEmpty();
        both.alice.tell(htlc(1_000_000, 1), new Commit(), new Commit());
        assertThat(both.alice.outbox).hasSize(2);
    }

    @Test
    @Tag("rule:12")
    @Tag("rule:journal-bound")
    void an_empty_commitment_signed_of_the_peer_is_warned_about_and_recorded_nowhere() {
        both.alice.tell(htlc(1_000_000, 1), new Commit());
        LightningMessage add = both.alice.outbox.poll();
        var empty = (CommitmentSigned) both.alice.outbox.poll();
        assertThat(both.bob.only(new Receive(empty))).isInstanceOfSatisfying(Decision.Violated.class, v -> {
            assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.DISCONNECT);
            assertThat(v.events()).isEmpty();
        });
        both.bob.tell(new Receive(add));
        assertThat(both.bob.only(new Receive(empty))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:journal-bound")
    void a_peer_that_never_signs_what_it_proposes_cannot_fill_our_journal() {
        for (int i = both.bob.channel().unsignedUpdates(); i < Receiving.MAX_UNSIGNED; i++) {
            var fee = new UpdateFee(both.bob.channel().id(), new FeeratePerKw(1000 + i % 2));
            assertThat(both.bob.only(new Receive(fee))).isInstanceOf(Decision.Accepted.class);
            if (i % 100 == 0) {
                both.disconnect();
                both.reconnect();
                both.deliverAll();
            }
        }
        assertThat(both.bob.only(new Receive(new UpdateFee(both.bob.channel().id(), new FeeratePerKw(1000)))))
                .isInstanceOf(Decision.Violated.class);
        assertThat(both.bob.state).isInstanceOf(Closing.class);
    }

    @Test
    @Tag("rule:6")
    @Tag("rule:13")
    void updates_of_the_peer_that_break_a_rule_fail_the_channel() {
        assertFails(b -> add(b, 1, 1_000_000, 200), "id");
        assertFails(b -> add(b, 0, 0, 200), "htlc_minimum");
        assertFails(b -> add(b, 0, 1_000_000, 500_000_000), "cltv_expiry");
        assertFails(b -> add(b, 0, 699_000_000, 200), "balance");
        assertFails(b -> new UpdateFulfillHtlc(b.bob.channel().id(), 0, preimage(1)), "no HTLC");
        assertFails(b -> new UpdateFailMalformedHtlc(b.bob.channel().id(), 0, Bytes32.ZERO, 5), "BADONION");
        assertFails(b -> new UpdateFee(b.bob.channel().id(), new FeeratePerKw(252)), "range");
        assertFails(b -> new UpdateFee(b.bob.channel().id(), new FeeratePerKw(100_001)), "range");
        assertFails(b -> new RevokeAndAck(b.bob.channel().id(), b.alice.context.keys().perCommitmentSecret(0),
                b.alice.context.keys().perCommitmentPoint(2)), "without");
    }

    @Test
    @Tag("rule:update-fee")
    void the_fundee_may_not_change_the_fee() {
        both.alice.tell(new Receive(new UpdateFee(both.alice.channel().id(), new FeeratePerKw(1500))));
        assertThat(both.alice.state).isInstanceOf(Closing.class);
    }

    @Test
    void a_wrong_preimage_from_the_peer_fails_the_channel() {
        both.alice.tell(htlc(1_000_000, 1), new Commit());
        both.deliverAll();
        both.alice.tell(new Receive(new UpdateFulfillHtlc(both.alice.channel().id(), 0, preimage(2))));
        assertThat(both.alice.state).isInstanceOf(Closing.class);
    }

    @Test
    @Tag("rule:9")
    void a_revocation_with_another_secret_fails_the_channel() {
        both.alice.tell(htlc(1_000_000, 1), new Commit());
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        var m = (RevokeAndAck) both.bob.outbox.poll();
        PrivateKey other = both.bob.context.keys().perCommitmentSecret(5);
        both.alice.tell(new Receive(new RevokeAndAck(m.channelId(), other, m.nextPerCommitmentPoint())));
        assertThat(both.alice.state).isInstanceOf(Closing.class);
    }

    @Test
    @Tag("rule:10")
    @Tag("rule:15")
    void a_commitment_with_a_missing_or_wrong_htlc_signature_fails_the_channel() {
        both.alice.tell(htlc(1_000_000, 1), htlc(2_000_000, 2), new Commit());
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        var m = (CommitmentSigned) both.alice.outbox.poll();
        var missing = new CommitmentSigned(m.channelId(), m.signature(), m.htlcSignatures().subList(0, 1));
        var swapped = new CommitmentSigned(m.channelId(), m.signature(), m.htlcSignatures().reversed());
        for (var wrong : List.of(missing, swapped)) {
            var decision = Channel.decide(both.bob.context, both.bob.state, new Receive(wrong));
            assertThat(((Decision.Violated) decision).violation().consequence())
                    .isEqualTo(Violation.Consequence.FAIL_CHANNEL);
        }
        assertThat(Channel.decide(both.bob.context, both.bob.state, new Receive(m)))
                .isInstanceOf(Decision.Accepted.class);
    }

    @Test
    @Tag("rule:12")
    void a_fulfilment_is_taken_only_of_what_both_sides_have_irrevocably_committed() {
        both.alice.tell(htlc(1_000_000, 1), new Commit());
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        both.alice.tell(new Receive(new UpdateFulfillHtlc(both.alice.channel().id(), 0, preimage(1))));
        assertThat(both.alice.state).isInstanceOf(Closing.class);
    }

    @Test
    void closing_signed_while_htlcs_are_pending_fails_the_channel() {
        var m = new ClosingSigned(both.bob.channel().id(), new fulgurite.protocol.units.Satoshi(100),
                both.bob.channel().chain().signature());
        both.bob.tell(new Receive(m));
        assertThat(both.bob.state).isInstanceOf(Closing.class);
    }

    @Test
    @Tag("rule:3")
    void an_error_of_the_peer_puts_our_commitment_on_chain_and_a_warning_does_nothing() {
        both.bob.tell(new Receive(fulgurite.protocol.wire.Warning.of(both.bob.channel().id(), "careful")));
        assertThat(both.bob.state).isInstanceOf(Normal.class);
        both.bob.tell(new Receive(ErrorMessage.of(both.bob.channel().id(), "over")));
        assertThat(both.bob.effects(ChannelEffect.Publish.class)).hasSize(1);
    }

    @Test
    @Tag("rule:25")
    void an_htlc_that_outlives_its_expiry_puts_the_channel_on_chain() {
        both.alice.tell(htlc(50_000_000, 1), new Commit());
        both.deliverAll();
        both.alice.tell(new NewBlock(new BlockHeight(201)));
        assertThat(both.alice.state).isInstanceOf(Normal.class);
        both.alice.tell(new NewBlock(new BlockHeight(202)));
        assertThat(both.alice.state).isInstanceOf(Closing.class);
    }

    @Test
    @Tag("rule:25")
    void an_htlc_that_expires_while_the_peer_withholds_its_revocation_is_never_signed() {
        var late = new OfferHtlc(new MilliSatoshi(1_000_000), hash(1), new CltvExpiry(2000), TwoChannels.ONION,
                new HtlcOrigin.Local(Bytes32.ZERO, 1));
        both.alice.tell(late, new Commit(), htlc(50_000_000, 2), new Commit());
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        both.deliverOne(both.alice);
        LightningMessage withheld = both.bob.outbox.poll();
        both.alice.tell(new NewBlock(new BlockHeight(202)));
        assertThat(both.alice.state).isInstanceOf(Closing.class);
        both.alice.outbox.clear();
        both.alice.tell(new Receive(withheld));
        assertThat(both.alice.outbox).isEmpty();
    }

    @Test
    @Tag("rule:14")
    @Tag("rule:update-fee")
    void a_feerate_that_turns_htlcs_into_dust_beyond_our_limit_is_not_taken() {
        var plain = TwoChannels.openWithoutAnchors();
        // 20 outputs of 5,000 sat; at 10,000 sat/kw an HTLC transaction costs more than that.
        for (int i = 0; i < 20; i++) plain.bob.tell(htlc(5_000_000, i));
        plain.commit();
        assertThat(((Decision.Refused) plain.alice.only(new ChannelCommand.UpdateFee(new FeeratePerKw(10_000))))
                .refusal()).isInstanceOf(Refusal.TooMuchDust.class);
        var dear = new UpdateFee(plain.bob.channel().id(), new FeeratePerKw(10_000));
        assertThat(plain.bob.only(new Receive(dear))).isInstanceOf(Decision.Violated.class);
        assertThat(plain.bob.effects(ChannelEffect.Publish.class)).singleElement()
                .satisfies(p -> assertThat(p.tx().outputs()).hasSize(22));
    }

    @Test
    @Tag("rule:3")
    void a_failed_channel_answers_a_new_connection_with_its_error() {
        both.bob.tell(new ForceClose());
        both.bob.outbox.clear();
        both.alice.tell(new LinkLost());
        both.alice.tell(new LinkUp(both.bob.features()));
        both.deliverOne(both.alice);
        assertThat(both.bob.outbox).singleElement().isInstanceOf(ErrorMessage.class);
    }

    private interface Peer {
        LightningMessage says(TwoChannels both);
    }

    private static LightningMessage add(TwoChannels b, long id, long msat, long expiry) {
        return new UpdateAddHtlc(b.bob.channel().id(), id, new MilliSatoshi(msat), hash(1), new CltvExpiry(expiry),
                TwoChannels.ONION);
    }

    private static void assertFails(Peer alice, String reason) {
        var fresh = TwoChannels.open();
        Decision decision = fresh.bob.only(new Receive(alice.says(fresh)));
        assertThat(decision).isInstanceOfSatisfying(Decision.Violated.class, v -> {
            assertThat(v.violation().message()).contains(reason);
            assertThat(v.violation().consequence()).isEqualTo(Violation.Consequence.FAIL_CHANNEL);
        });
        assertThat(fresh.bob.effects(ChannelEffect.Publish.class)).hasSize(1);
    }

    private static Refusal refusal(Participant p, ChannelCommand command) {
        Decision decision = p.only(command);
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused) decision).refusal();
    }

    private static ChannelLimits withSpike(int multiple) {
        return limits(ChannelLimits.REGTEST, ChannelLimits.REGTEST.maxDustExposure(), multiple);
    }

    private static ChannelContext withMaxDust(ChannelContext c, long msat) {
        return c.with(limits(c.limits(), new MilliSatoshi(msat), c.limits().feeSpikeMultiple()));
    }

    private static ChannelLimits limits(ChannelLimits l, MilliSatoshi maxDust, int spike) {
        return new ChannelLimits(l.dustLimit(), l.maxDustLimit(), l.reservePercent(), l.zeroReserve(),
                l.toSelfDelay(), l.maxToSelfDelay(), l.maxInFlightPercent(), l.htlcMinimum(), l.maxAcceptedHtlcs(),
                l.minimumDepth(), l.maxMinimumDepth(), l.minCapacity(), l.minFeerate(), l.maxFeerate(), maxDust, spike,
                l.reasonableDepth(), l.irrevocableDepth(), l.fulfilmentBlocks(), l.feeStepPercent(),
                l.upfrontShutdown(), l.htlcTimeouts());
    }
}
