package fulgurite.protocol.payment.outgoing;

import static fulgurite.protocol.payment.PaymentWorld.AMOUNT;
import static fulgurite.protocol.payment.PaymentWorld.DEADLINE;
import static fulgurite.protocol.payment.PaymentWorld.FEE;
import static fulgurite.protocol.payment.PaymentWorld.LIMITS;
import static fulgurite.protocol.payment.PaymentWorld.PREIMAGE;
import static fulgurite.protocol.payment.PaymentWorld.SECRET;
import static fulgurite.protocol.payment.PaymentWorld.context;
import static fulgurite.protocol.payment.PaymentWorld.route;
import static fulgurite.protocol.payment.PaymentWorld.terms;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.PaymentWorld;
import fulgurite.protocol.payment.Refusal;
import fulgurite.protocol.payment.outgoing.OutgoingCommand.HtlcFulfilled;
import fulgurite.protocol.payment.outgoing.OutgoingCommand.RouteFound;
import fulgurite.protocol.payment.outgoing.OutgoingCommand.RouteNotFound;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A payment whose destination takes several HTLCs for it: two parts, of a third and of the rest. */
class PaymentInPartsTest {
    private static final FailureMessage FULL = new FailureMessage.TemporaryChannelFailure(Bytes.EMPTY);
    private static final MilliSatoshi THIRD = new MilliSatoshi(AMOUNT.msat() / 3);
    private static final MilliSatoshi REST = AMOUNT.minus(THIRD);
    private static final PaymentTerms IN_PARTS = new PaymentTerms(PaymentTerms.hashOf(PREIMAGE),
            PaymentWorld.node(2), AMOUNT, PaymentWorld.FINAL_DELTA,
            new PaymentTerms.InvoicedInParts(SECRET, Optional.empty(), List.of()), LIMITS);

    private static OutgoingDriver inTwoParts() {
        return OutgoingDriver.started(IN_PARTS)
                .run(new RouteFound(route(2, THIRD)))
                .run(new RouteFound(route(2, REST)));
    }

    private static RouteQuery asked(OutgoingDriver payment) {
        return payment.effect(OutgoingEffect.FindRoute.class).query();
    }

    @Test
    void each_part_is_offered_with_the_total_in_its_onion() {
        OutgoingDriver payment = inTwoParts();
        assertThat(payment.state.attempts()).allMatch(Attempt::isInFlight).hasSize(2);
        for (Attempt attempt : payment.state.attempts())
            assertThat(PaymentOnion.payloads(IN_PARTS, attempt.route(), attempt.height()).getLast()).isEqualTo(
                    PaymentOnion.payloads(terms(2), attempt.route(), attempt.height()).getLast());
        assertThat(OutgoingPayment.resume(payment.state)).hasSize(2)
                .allMatch(effect -> effect instanceof OutgoingEffect.OfferHtlc);
    }

    @Test
    void only_what_is_missing_is_taken_and_no_route_is_wanted_when_nothing_is() {
        OutgoingDriver payment = OutgoingDriver.started(IN_PARTS).run(new RouteFound(route(2, THIRD)));
        payment.run(new RouteFound(route(2, AMOUNT)));
        assertThat(payment.state.attempts()).hasSize(1);
        assertThat(inTwoParts().refusal(new RouteFound(route(2, THIRD)))).isEqualTo(new Refusal.NoRouteWanted());
    }

    @Test
    void a_failed_part_is_asked_for_anew_within_what_the_others_leave() {
        OutgoingDriver payment = inTwoParts().fail(1, 0, FULL);
        RouteQuery query = asked(payment);
        assertThat(query.amount()).isEqualTo(THIRD);
        assertThat(query.maxFee()).isEqualTo(LIMITS.maxFee().minus(FEE));
        assertThat(query.maxParts()).isEqualTo(LIMITS.maxAttempts() - 2);
        payment.run(new RouteFound(route(2, THIRD)));
        assertThat(payment.state.attempts()).filteredOn(Attempt::isInFlight)
                .extracting(Attempt::number)
                .containsExactly(2, 3);
    }

    @Test
    void without_a_way_for_the_rest_the_others_are_awaited_and_then_all_is_asked_for() {
        OutgoingDriver payment = inTwoParts().fail(1, 0, FULL).run(new RouteNotFound("full"));
        assertThat(payment.effects).isEmpty();
        assertThat(payment.state).isInstanceOf(OutgoingState.Pending.class);
        payment.fail(2, 1, new FailureMessage.MppTimeout());
        assertThat(asked(payment).amount()).isEqualTo(AMOUNT);
        payment.run(new RouteNotFound("full"));
        assertThat(payment.effect(OutgoingEffect.ReportFailed.class).failure())
                .isEqualTo(new PaymentFailure.NoRoute("full"));
    }

    @Test
    void the_preimage_of_one_part_pays_all_and_their_fees_are_counted_together() {
        OutgoingDriver payment = inTwoParts().run(new HtlcFulfilled(2, PREIMAGE));
        assertThat(payment.effect(OutgoingEffect.ReportSucceeded.class).fee()).isEqualTo(FEE.times(2));
        assertThat(payment.state.attempts())
                .allMatch(attempt -> attempt.outcome() instanceof Attempt.Fulfilled);
        assertThat(payment.refusal(new HtlcFulfilled(1, PREIMAGE))).isInstanceOf(Refusal.NotInFlight.class);
    }

    @Test
    void a_payment_is_not_given_up_before_its_last_part_has_failed() {
        var late = context("late", DEADLINE.plusSeconds(1));
        OutgoingDriver payment = inTwoParts();
        payment.run(late, new OutgoingCommand.HtlcFailed(1, payment.reason(1, 0, FULL)));
        assertThat(payment.effects).isEmpty();
        assertThat(payment.state).isInstanceOf(OutgoingState.Pending.class);
        payment.run(late, new OutgoingCommand.HtlcFailed(2, payment.reason(2, 0, FULL)));
        assertThat(payment.effect(OutgoingEffect.ReportFailed.class).failure())
                .isEqualTo(new PaymentFailure.DeadlinePassed());
    }

    @Test
    void what_the_destination_refuses_is_not_tried_again_even_when_another_part_fails_last() {
        var refused = new FailureMessage.IncorrectOrUnknownPaymentDetails(AMOUNT, PaymentWorld.HEIGHT);
        OutgoingDriver payment = inTwoParts().fail(1, 1, refused);
        assertThat(payment.effects).isEmpty();
        assertThat(OutgoingPayment.resume(payment.state)).hasSize(1)
                .allMatch(effect -> effect instanceof OutgoingEffect.OfferHtlc);
        payment.fail(2, 0, FULL);
        assertThat(payment.effect(OutgoingEffect.ReportFailed.class).failure())
                .isEqualTo(new PaymentFailure.RefusedByDestination(refused));
    }

    @Test
    void parts_that_would_cost_more_than_the_limit_together_are_not_sent() {
        var dear = new PaymentTerms(IN_PARTS.paymentHash(), IN_PARTS.destination(), AMOUNT, IN_PARTS.minFinalDelta(),
                IN_PARTS.recipient(), new PaymentTerms.Limits(FEE, DEADLINE, 5));
        OutgoingDriver payment = OutgoingDriver.started(dear).run(new RouteFound(route(2, THIRD)));
        payment.run(new RouteFound(route(2, REST)));
        assertThat(payment.state.attempts()).hasSize(1);
    }
}
