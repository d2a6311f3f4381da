package fulgurite.protocol.payment.outgoing;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.payment.IncomingHtlc;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.outgoing.OutgoingCommand.*;
import fulgurite.protocol.payment.outgoing.OutgoingEffect.*;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentPreimage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutgoingPaymentTest {
    private static final PaymentPreimage WRONG = new PaymentPreimage(bytes("wrong"));

    @Test
    void a_payment_that_starts_asks_for_a_route() {
        var payment = OutgoingDriver.started(terms(3));

        assertThat(payment.effect(FindRoute.class).query())
                .isEqualTo(new RouteQuery(node(3), AMOUNT, LIMITS.maxFee(), new CltvDelta(21), List.of(), List.of()));
        assertThat(payment.journal).containsExactly(new OutgoingEvent.PaymentStarted(terms(3), NOW));
    }

    @Test
    void terms_without_sense_are_refused() {
        PaymentTerms good = terms(2);
        for (PaymentTerms bad : List.of(
                new PaymentTerms(good.paymentHash(), good.destination(), MilliSatoshi.ZERO, FINAL_DELTA,
                        good.recipient(), LIMITS),
                new PaymentTerms(good.paymentHash(), good.destination(), AMOUNT, FINAL_DELTA, good.recipient(),
                        new PaymentTerms.Limits(MilliSatoshi.msat(-1), DEADLINE, 5)),
                new PaymentTerms(good.paymentHash(), good.destination(), AMOUNT, FINAL_DELTA, good.recipient(),
                        new PaymentTerms.Limits(FEE, DEADLINE, 0))))
            assertThat(new OutgoingDriver().refusal(new Start(bad)))
                    .isEqualTo(new Refusal.SenselessTerms(good.paymentHash()));
    }

    @Test
    void a_spontaneous_payment_whose_preimage_is_of_another_hash_is_refused() {
        PaymentTerms good = terms(2);
        var bad = new PaymentTerms(good.paymentHash(), good.destination(), AMOUNT, FINAL_DELTA,
                new PaymentTerms.Spontaneous(WRONG), LIMITS);

        assertThat(new OutgoingDriver().refusal(new Start(bad)))
                .isEqualTo(new Refusal.WrongPreimage(good.paymentHash()));
    }

    @Test
    void a_hash_is_paid_once() {
        var payment = OutgoingDriver.inFlight(terms(2), route(2));
        assertThat(payment.refusal(new Start(terms(2))))
                .isEqualTo(new Refusal.AlreadyPending(terms(2).paymentHash()));

        payment.run(new HtlcFulfilled(1, PREIMAGE));
        assertThat(payment.refusal(new Start(terms(2))))
                .isEqualTo(new Refusal.AlreadySucceeded(terms(2).paymentHash()));
        assertThat(payment.refusal(new HtlcFulfilled(1, PREIMAGE))).isEqualTo(new Refusal.NotInFlight(1));
    }

    @Test
    void a_route_becomes_an_htlc_whose_onion_each_hop_can_read() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3));

        OfferHtlc offer = payment.effect(OfferHtlc.class);
        assertThat(offer.channel()).isEqualTo(channel(0));
        assertThat(offer.amount()).isEqualTo(AMOUNT.plus(FEE.times(2)));
        assertThat(offer.expiry()).isEqualTo(new CltvExpiry(HEIGHT.height() + 21 + 80));
        assertThat(offer.onion().size()).isEqualTo(1366);
        var first = (Arrival.ToForward) Arrival.open(key(1), received(offer));
        assertThat(first.onward()).isEqualTo(new Arrival.Onward(AMOUNT.plus(FEE),
                new CltvExpiry(HEIGHT.height() + 21 + 40), new Arrival.ByChannel(channel(1))));
        var second = (Arrival.ToForward) Arrival.open(key(2), passedOn(offer, first));
        assertThat(second.onward()).isEqualTo(new Arrival.Onward(AMOUNT, new CltvExpiry(HEIGHT.height() + 21),
                new Arrival.ByChannel(channel(2))));
        var last = (Arrival.ForUs) Arrival.open(key(3), passedOn(offer, second));
        assertThat(last.payload().amount()).isEqualTo(AMOUNT);
        assertThat(last.payload().expiry()).isEqualTo(new CltvExpiry(HEIGHT.height() + 21));
        assertThat(plain(last).paymentData().orElseThrow().secret()).isEqualTo(SECRET);
        assertThat(last.payload().total()).isEqualTo(AMOUNT);
    }

    @Test
    void a_spontaneous_payment_brings_its_preimage() {
        var payment = OutgoingDriver.inFlight(PaymentTerms.spontaneous(node(1), AMOUNT, PREIMAGE, LIMITS), route(1));

        var arrival = (Arrival.ForUs) Arrival.open(key(1), received(payment.effect(OfferHtlc.class)));

        assertThat(plain(arrival).spontaneousPreimage()).contains(PREIMAGE);
        assertThat(plain(arrival).paymentData()).isEmpty();
    }

    @Test
    void the_metadata_of_an_invoice_are_sent_back() {
        Bytes metadata = Bytes.fromHex("0102");
        PaymentTerms terms = new PaymentTerms(terms(1).paymentHash(), node(1), AMOUNT, FINAL_DELTA,
                new PaymentTerms.Invoiced(SECRET, Optional.of(metadata), List.of()), LIMITS);

        var payment = OutgoingDriver.inFlight(terms, route(1));

        var arrival = (Arrival.ForUs) Arrival.open(key(1), received(payment.effect(OfferHtlc.class)));
        assertThat(plain(arrival).metadata()).contains(metadata);
    }

    @Test
    void the_right_preimage_succeeds_and_the_fee_is_what_was_paid_on_top() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3)).run(new HtlcFulfilled(1, PREIMAGE));

        assertThat(payment.effect(ReportSucceeded.class))
                .isEqualTo(new ReportSucceeded(terms(3).paymentHash(), PREIMAGE, FEE.times(2)));
        assertThat(payment.state).isInstanceOfSatisfying(OutgoingState.Succeeded.class,
                done -> assertThat(done.attempts().getFirst().outcome()).isEqualTo(new Attempt.Fulfilled()));
    }

    @Test
    void a_wrong_preimage_is_refused_and_changes_nothing() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3));

        assertThat(payment.refusal(new HtlcFulfilled(1, WRONG)))
                .isEqualTo(new Refusal.WrongPreimage(terms(3).paymentHash()));
        assertThat(payment.refusal(new HtlcFulfilled(2, PREIMAGE))).isEqualTo(new Refusal.NotInFlight(2));
    }

    @Test
    void a_route_that_nobody_waits_for_is_refused() {
        assertThat(new OutgoingDriver().refusal(new RouteFound(route(2)))).isEqualTo(new Refusal.NoRouteWanted());
        assertThat(OutgoingDriver.inFlight(terms(2), route(2)).refusal(new RouteFound(route(2))))
                .isEqualTo(new Refusal.NoRouteWanted());
        assertThat(OutgoingDriver.inFlight(terms(2), route(2)).refusal(new RouteNotFound("none")))
                .isEqualTo(new Refusal.NoRouteWanted());
    }

    @Test
    void without_a_route_the_payment_fails() {
        var payment = OutgoingDriver.started(terms(2)).run(new RouteNotFound("none"));

        assertThat(payment.effect(ReportFailed.class).failure()).isEqualTo(new PaymentFailure.NoRoute("none"));
        assertThat(payment.state).isInstanceOf(OutgoingState.Failed.class);
    }

    @Test
    void a_route_that_breaks_the_terms_is_not_taken() {
        PaymentRoute good = route(3);
        List<PaymentRoute> bad = List.of(
                new PaymentRoute(List.of()),
                route(2),
                route(3, AMOUNT.minus(MilliSatoshi.msat(1))),
                route(3, AMOUNT.plus(MilliSatoshi.msat(3_001))),
                new PaymentRoute(List.of(good.hops().get(0), good.hops().get(2))),
                new PaymentRoute(List.of(withDelta(good.hops().get(0), 17), withDelta(good.hops().get(1), 17),
                        withDelta(good.hops().get(2), 17))),
                new PaymentRoute(List.of(withDelta(good.hops().get(0), 2017), good.hops().get(1), good.hops().get(2))),
                new PaymentRoute(List.of(good.hops().get(0), withDelta(good.hops().get(1), 500), good.hops().get(2))));
        for (PaymentRoute route : bad) {
            var payment = OutgoingDriver.started(terms(3)).run(new RouteFound(route));
            assertThat(payment.effect(ReportFailed.class).failure()).isInstanceOf(PaymentFailure.NoRoute.class);
        }
        assertThat(OutgoingDriver.inFlight(terms(3), good).effects).first().isInstanceOf(OfferHtlc.class);
    }

    @Test
    void a_route_too_long_for_an_onion_is_not_taken() {
        PaymentTerms terms = new PaymentTerms(terms(1).paymentHash(), node(40), AMOUNT, FINAL_DELTA,
                terms(1).recipient(), new PaymentTerms.Limits(MilliSatoshi.msat(1_000_000), DEADLINE, 5));

        var payment = OutgoingDriver.started(terms).run(new RouteFound(route(40)));

        assertThat(payment.effect(ReportFailed.class).failure())
                .isEqualTo(new PaymentFailure.NoRoute("the route is too long for an onion"));
    }

    @Test
    void a_failed_attempt_is_followed_by_another_that_avoids_the_channel() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3))
                .fail(1, 0, new FailureMessage.TemporaryChannelFailure(Bytes.EMPTY));
        assertThat(payment.lessons())
                .containsExactly(new Lesson.TooMuch(channel(1), node(1), route(3).hops().get(1).amount()));

        payment.run(new RouteFound(route(3)));
        assertThat(payment.effect(OfferHtlc.class).attempt()).isEqualTo(2);
        assertThat(payment.state.attempt(2).orElseThrow().sessionKey())
                .isNotEqualTo(payment.state.attempt(1).orElseThrow().sessionKey());
        payment.run(new HtlcFulfilled(2, PREIMAGE));
        assertThat(payment.effect(ReportSucceeded.class).preimage()).isEqualTo(PREIMAGE);
    }

    @Test
    void a_failure_for_an_attempt_that_has_ended_is_refused() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3));
        Bytes reason = payment.reason(1, 0, new FailureMessage.UnknownNextPeer());
        payment.run(new HtlcFailed(1, reason));

        assertThat(payment.refusal(new HtlcFailed(1, reason))).isEqualTo(new Refusal.NotInFlight(1));
        assertThat(payment.refusal(new HtlcFailed(7, reason))).isEqualTo(new Refusal.NotInFlight(7));
    }

    @Test
    void the_preimage_of_an_attempt_thought_failed_is_still_a_proof_of_payment() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3)).run(new HtlcTimedOutOnChain(1));

        payment.run(new HtlcFulfilled(1, PREIMAGE));

        assertThat(payment.state).isInstanceOf(OutgoingState.Succeeded.class);
    }

    @Test
    void the_destination_s_permanent_failure_ends_the_payment() {
        var failure = new FailureMessage.IncorrectOrUnknownPaymentDetails(AMOUNT, HEIGHT);

        var payment = OutgoingDriver.inFlight(terms(3), route(3)).fail(1, 2, failure);

        assertThat(payment.effect(ReportFailed.class).failure())
                .isEqualTo(new PaymentFailure.RefusedByDestination(failure));
        assertThat(payment.journal).hasSize(4);
    }

    @Test
    void the_destination_s_passing_trouble_is_tried_around() {
        for (FailureMessage failure : List.of(new FailureMessage.MppTimeout(),
                new FailureMessage.FinalIncorrectHtlcAmount(AMOUNT), new FailureMessage.TemporaryNodeFailure(),
                new FailureMessage.InvalidOnionHmac(Bytes32.ZERO))) {
            var payment = OutgoingDriver.inFlight(terms(3), route(3)).fail(1, 2, failure);
            assertThat(payment.lessons()).containsExactly(new Lesson.AvoidChannel(channel(2), node(2)));
        }
    }

    @Test
    void a_refusal_of_our_own_channel_is_tried_around() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3)).run(new HtlcNotOffered(1, "peer is away"));

        assertThat(payment.lessons()).containsExactly(new Lesson.AvoidChannel(channel(0), node(0)));
        assertThat(payment.state.attempt(1).orElseThrow().outcome())
                .isEqualTo(new Attempt.Failed(new AttemptFailure.NotOffered("peer is away")));
    }

    @Test
    void an_onion_that_our_peer_rejects_is_tried_around() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3))
                .run(new HtlcFailedMalformed(1, 0xc005, Bytes32.ZERO));

        assertThat(payment.lessons()).containsExactly(new Lesson.AvoidChannel(channel(0), node(0)));
        assertThat(payment.state.attempt(1).orElseThrow().outcome()).isEqualTo(new Attempt.Failed(
                new AttemptFailure.PeerRejectedOnion(new FailureMessage.InvalidOnionHmac(Bytes32.ZERO))));
    }

    @Test
    void no_attempt_begins_after_the_deadline() {
        var payment = OutgoingDriver.inFlight(terms(3), route(3));
        Bytes reason = payment.reason(1, 0, new FailureMessage.UnknownNextPeer());

        payment.run(context("late", DEADLINE.plusMillis(1)), new HtlcFailed(1, reason));

        assertThat(payment.effect(ReportFailed.class).failure()).isEqualTo(new PaymentFailure.DeadlinePassed());
    }

    @Test
    void attempts_are_limited_and_counted_anew_when_the_payment_is_started_again() {
        var payment = OutgoingDriver.started(terms(3));
        for (int attempt = 1; attempt <= 5; attempt++)
            payment.run(new RouteFound(route(3))).fail(attempt, 0, new FailureMessage.UnknownNextPeer());
        assertThat(payment.effect(ReportFailed.class).failure()).isEqualTo(new PaymentFailure.TooManyAttempts(5));

        payment.run(new Start(terms(3))).run(new RouteFound(route(3)));
        assertThat(payment.effect(OfferHtlc.class).attempt()).isEqualTo(6);
        payment.fail(6, 0, new FailureMessage.UnknownNextPeer());
        assertThat(payment.lessons()).containsExactly(new Lesson.AvoidChannel(channel(1), node(1)));
    }

    @Test
    void a_restart_asks_again_for_the_route_or_offers_the_same_htlc_again() {
        var payment = OutgoingDriver.started(terms(3));
        assertThat(OutgoingPayment.resume(payment.replayed())).isEqualTo(payment.effects);

        payment.run(new RouteFound(route(3)));
        assertThat(payment.effects).hasSize(1);
        assertThat(OutgoingPayment.resume(payment.replayed())).isEqualTo(payment.effects);

        payment.fail(1, 1, new FailureMessage.ChannelDisabled(0, Bytes.EMPTY));
        assertThat(OutgoingPayment.resume(payment.replayed())).isEqualTo(payment.effects);

        payment.run(new RouteFound(route(3))).run(new HtlcFulfilled(2, PREIMAGE));
        assertThat(OutgoingPayment.resume(payment.replayed())).isEmpty();
        assertThat(OutgoingPayment.resume(OutgoingPayment.initial())).isEmpty();
    }

    @Test
    void the_journal_s_text_shows_no_secret() {
        var payment = OutgoingDriver.inFlight(terms(2), route(2)).run(new HtlcFulfilled(1, PREIMAGE));

        var shown = new ArrayList<>(payment.journal).toString() + payment.state;
        assertThat(shown).doesNotContain(PREIMAGE.toHex(), SECRET.toHex(), bytes("entropy 1").toHex());
        assertThat(shown).contains("hidden");
    }

    private static HopPayload.Final plain(Arrival.ForUs arrival) {
        return ((Arrival.Plain) arrival.payload()).payload();
    }

    private static IncomingHtlc received(OfferHtlc offer) {
        return new IncomingHtlc(htlc(0), offer.amount(), offer.expiry(), offer.paymentHash(), offer.onion());
    }

    private static IncomingHtlc passedOn(OfferHtlc offer, Arrival.ToForward arrival) {
        return new IncomingHtlc(htlc(0), arrival.onward().amount(), arrival.onward().expiry(), offer.paymentHash(),
                arrival.next().toBytes());
    }

    private static PaymentRoute.Hop withDelta(PaymentRoute.Hop hop, int blocks) {
        return new PaymentRoute.Hop(hop.from(), hop.to(), hop.channel(), hop.amount(), new CltvDelta(blocks));
    }
}
