package fulgurite.protocol.payment.forwarded;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.FailurePacket;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.OnionPacket;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.HtlcAnswer;
import fulgurite.protocol.payment.IncomingHtlc;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ForwardingTest {
    private static final Bytes UPDATE = Bytes.fromHex("0102aabb");
    private static final SharedSecret SHARED = new SharedSecret(new Bytes32(bytes("shared")));
    private static final OnionPacket NEXT = new OnionPacket(0, Bytes.zeros(33), Bytes.zeros(1300), Bytes32.ZERO);
    private static final CltvDelta SOONEST = new CltvDelta(3);
    private static final MilliSatoshi MSAT = MilliSatoshi.msat(1);
    private static final CltvExpiry OUT = CltvExpiry.at(HEIGHT).plus(new CltvDelta(100));
    private static final CltvExpiry IN = OUT.plus(DELTA);
    /** 1000 msat and 0.1% of a million: 2000. */
    private static final ForwardingPolicy POLICY = policy(true);
    private static final MilliSatoshi ENOUGH = AMOUNT.plus(MilliSatoshi.msat(2_000));

    private static ForwardingPolicy policy(boolean enabled) {
        var terms = new RoutingPolicy(FEE, 1_000, DELTA, MilliSatoshi.msat(1_000), MilliSatoshi.msat(5_000_000));
        return new ForwardingPolicy(enabled, terms, UPDATE);
    }

    private static Arrival.ToForward arrival(MilliSatoshi in, MilliSatoshi out, CltvExpiry expiryIn,
            CltvExpiry expiryOut) {
        return new Arrival.ToForward(
                new IncomingHtlc(htlc(7), in, expiryIn, new PaymentHash(bytes("hash")), Bytes.EMPTY),
                new HopPayload.Relay(out, expiryOut, channel(1)), NEXT, SHARED);
    }

    private static ForwardDecision decide(Arrival.ToForward arrival, ForwardingPolicy policy) {
        return Forwarding.decide(HEIGHT, SOONEST, arrival, Optional.of(policy));
    }

    private static FailureMessage failure(ForwardDecision decision) {
        var fail = (ForwardDecision.Fail) decision;
        assertThat(fail.answer().htlc()).isEqualTo(htlc(7));
        assertThat(FailurePacket.unwrap(List.of(SHARED), fail.answer().reason()))
                .isEqualTo(new FailurePacket.Failed(0, fail.failure()));
        return fail.failure();
    }

    @Test
    void forwards_what_pays_exactly_enough_and_leaves_exactly_enough_time() {
        assertThat(decide(arrival(ENOUGH, AMOUNT, IN, OUT), POLICY)).isEqualTo(new ForwardDecision.Forward(htlc(7),
                AMOUNT, OUT, new PaymentHash(bytes("hash")), MilliSatoshi.msat(2_000), NEXT.toBytes(),
                Optional.empty()));
    }

    @Test
    void a_channel_that_we_do_not_have_is_an_unknown_next_peer() {
        assertThat(failure(Forwarding.decide(HEIGHT, SOONEST, arrival(ENOUGH, AMOUNT, IN, OUT), Optional.empty())))
                .isEqualTo(new FailureMessage.UnknownNextPeer());
    }

    @Test
    void an_amount_below_the_channel_s_minimum_is_reported_as_it_goes_out() {
        MilliSatoshi little = MilliSatoshi.msat(999);
        assertThat(failure(decide(arrival(ENOUGH, little, IN, OUT), POLICY)))
                .isEqualTo(new FailureMessage.AmountBelowMinimum(little, UPDATE));
    }

    @Test
    void an_amount_above_the_channel_s_maximum_is_a_temporary_failure() {
        MilliSatoshi much = MilliSatoshi.msat(5_000_001);
        assertThat(failure(decide(arrival(much.times(2), much, IN, OUT), POLICY)))
                .isEqualTo(new FailureMessage.TemporaryChannelFailure(UPDATE));
    }

    @Test
    void a_fee_that_is_a_millisatoshi_short_is_insufficient() {
        MilliSatoshi in = ENOUGH.minus(MSAT);
        assertThat(failure(decide(arrival(in, AMOUNT, IN, OUT), POLICY)))
                .isEqualTo(new FailureMessage.FeeInsufficient(in, UPDATE));
        assertThat(failure(decide(arrival(AMOUNT.minus(MSAT), AMOUNT, IN, OUT), POLICY)))
                .isEqualTo(new FailureMessage.FeeInsufficient(AMOUNT.minus(MSAT), UPDATE));
    }

    @Test
    @Tag("rule:25")
    void a_delta_that_is_a_block_short_is_incorrect() {
        assertThat(failure(decide(arrival(ENOUGH, AMOUNT, new CltvExpiry(IN.height() - 1), OUT), POLICY)))
                .isEqualTo(new FailureMessage.IncorrectCltvExpiry(OUT, UPDATE));
        assertThat(failure(decide(arrival(ENOUGH, AMOUNT, new CltvExpiry(0), OUT), POLICY)))
                .isEqualTo(new FailureMessage.IncorrectCltvExpiry(OUT, UPDATE));
    }

    @Test
    @Tag("rule:25")
    void an_outgoing_htlc_that_would_expire_at_once_is_too_soon() {
        CltvExpiry soon = CltvExpiry.at(HEIGHT).plus(SOONEST);
        assertThat(failure(decide(arrival(ENOUGH, AMOUNT, IN, soon), POLICY)))
                .isEqualTo(new FailureMessage.ExpiryTooSoon(UPDATE));
        assertThat(decide(arrival(ENOUGH, AMOUNT, IN, soon.plus(new CltvDelta(1))), POLICY))
                .isInstanceOf(ForwardDecision.Forward.class);
    }

    @Test
    @Tag("rule:25")
    void an_outgoing_htlc_that_would_lock_funds_for_more_than_two_weeks_is_too_far() {
        CltvExpiry far = CltvExpiry.at(HEIGHT).plus(Forwarding.MAX_DELTA);
        assertThat(decide(arrival(ENOUGH, AMOUNT, far.plus(DELTA), far), POLICY))
                .isInstanceOf(ForwardDecision.Forward.class);
        CltvExpiry farther = far.plus(new CltvDelta(1));
        assertThat(failure(decide(arrival(ENOUGH, AMOUNT, farther.plus(DELTA), farther), POLICY)))
                .isEqualTo(new FailureMessage.ExpiryTooFar());
    }

    @Test
    void a_disabled_channel_forwards_nothing() {
        assertThat(failure(decide(arrival(ENOUGH, AMOUNT, IN, OUT), policy(false))))
                .isEqualTo(new FailureMessage.ChannelDisabled(0, UPDATE));
    }

    @Test
    void of_several_faults_the_one_that_bolt_4_lists_first_is_reported() {
        CltvExpiry soon = CltvExpiry.at(HEIGHT);
        assertThat(failure(decide(arrival(MSAT, MSAT, soon, soon), policy(false))))
                .isInstanceOf(FailureMessage.AmountBelowMinimum.class);
        assertThat(failure(decide(arrival(AMOUNT, AMOUNT, soon, soon), policy(false))))
                .isInstanceOf(FailureMessage.FeeInsufficient.class);
        assertThat(failure(decide(arrival(ENOUGH, AMOUNT, soon, soon), policy(false))))
                .isInstanceOf(FailureMessage.IncorrectCltvExpiry.class);
        assertThat(failure(decide(arrival(ENOUGH, AMOUNT, IN, soon), policy(false))))
                .isInstanceOf(FailureMessage.ExpiryTooSoon.class);
    }

    @Test
    void fees_of_the_largest_amounts_do_not_overflow() {
        MilliSatoshi allMoney = MilliSatoshi.msat(2_100_000_000_000_000_000L);

        var extortionate = ForwardingPolicy.of(new RoutingPolicy(FEE, 0xffffffffL, DELTA, MSAT, allMoney));
        assertThat(failure(decide(arrival(allMoney, allMoney, IN, OUT), extortionate)))
                .isInstanceOf(FailureMessage.FeeInsufficient.class);
    }

    @Test
    void a_channel_that_cannot_take_the_htlc_now_is_a_temporary_failure() {
        assertThat(failure(Forwarding.refusedByChannel(arrival(ENOUGH, AMOUNT, IN, OUT), UPDATE)))
                .isEqualTo(new FailureMessage.TemporaryChannelFailure(UPDATE));
    }

    @Test
    void a_failure_from_downstream_is_wrapped_for_the_origin() {
        SharedSecret downstream = new SharedSecret(new Bytes32(bytes("downstream")));
        Bytes reason = FailurePacket.create(downstream, new FailureMessage.UnknownNextPeer());

        HtlcAnswer.Fail answer = Forwarding.failedDownstream(htlc(7), SHARED, reason);

        assertThat(FailurePacket.unwrap(List.of(SHARED, downstream), answer.reason()))
                .isEqualTo(new FailurePacket.Failed(1, new FailureMessage.UnknownNextPeer()));
    }

    @Test
    @Tag("rule:22")
    void an_onion_rejected_downstream_becomes_our_failure() {
        HtlcAnswer.Fail answer = Forwarding.malformedDownstream(htlc(7), SHARED, 0xc006, Bytes32.ZERO);

        assertThat(FailurePacket.unwrap(List.of(SHARED), answer.reason()))
                .isEqualTo(new FailurePacket.Failed(0, new FailureMessage.InvalidOnionKey(Bytes32.ZERO)));
    }

    @Test
    void a_channel_that_is_gone_is_a_permanent_failure() {
        assertThat(FailurePacket.unwrap(List.of(SHARED), Forwarding.channelIsGone(htlc(7), SHARED).reason()))
                .isEqualTo(new FailurePacket.Failed(0, new FailureMessage.PermanentChannelFailure()));
    }
}
