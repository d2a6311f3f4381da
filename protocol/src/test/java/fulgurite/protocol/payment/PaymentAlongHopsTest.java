package fulgurite.protocol.payment;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.payment.forwarded.ForwardDecision;
import fulgurite.protocol.payment.forwarded.Forwarding;
import fulgurite.protocol.payment.forwarded.ForwardingPolicy;
import fulgurite.protocol.payment.incoming.IncomingCommand;
import fulgurite.protocol.payment.incoming.IncomingContext;
import fulgurite.protocol.payment.incoming.IncomingEffect;
import fulgurite.protocol.payment.incoming.IncomingPayment;
import fulgurite.protocol.payment.incoming.IncomingState;
import fulgurite.protocol.payment.incoming.Invoice;
import fulgurite.protocol.payment.outgoing.Attempt;
import fulgurite.protocol.payment.outgoing.AttemptFailure;
import fulgurite.protocol.payment.outgoing.OutgoingCommand;
import fulgurite.protocol.payment.outgoing.OutgoingEffect;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingPayment;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole way of an HTLC without channels: payer, two forwarders, payee, and back. */
class PaymentAlongHopsTest {
    private static final ForwardingPolicy CHEAP = policy(FEE);
    private static final ForwardingPolicy DEAR = policy(FEE.plus(MilliSatoshi.msat(1)));

    private OutgoingState payer = OutgoingPayment.initial();

    private static ForwardingPolicy policy(MilliSatoshi fee) {
        return ForwardingPolicy.of(new RoutingPolicy(fee, 0, DELTA, MilliSatoshi.msat(1), AMOUNT.times(2)));
    }

    private OutgoingEffect.OfferHtlc offered(PaymentTerms terms) {
        pay(new OutgoingCommand.Start(terms));
        return (OutgoingEffect.OfferHtlc) pay(new OutgoingCommand.RouteFound(route(3))).getFirst();
    }

    private List<OutgoingEffect> pay(OutgoingCommand command) {
        var accepted = accepted(OutgoingPayment.decide(context("session"), payer, command));
        for (OutgoingEvent event : accepted.events()) payer = OutgoingPayment.evolve(payer, event);
        return accepted.effects();
    }

    /** Node {@code node} receives the HTLC; the answer is what it returns to the node before it. */
    private static HtlcAnswer received(int node, IncomingHtlc htlc, ForwardingPolicy second, IncomingState payee) {
        return switch (Arrival.open(key(node), htlc)) {
            case Arrival.Unreadable bad -> bad.answer();
            case Arrival.ForUs ours -> answer(payee, ours);
            case Arrival.ToForward onwards -> forwarded(node, onwards, second, payee);
        };
    }

    private static HtlcAnswer forwarded(int node, Arrival.ToForward arrival, ForwardingPolicy second,
            IncomingState payee) {
        ForwardingPolicy policy = node == 2 ? second : CHEAP;
        return switch (Forwarding.decide(HEIGHT, new CltvDelta(1), arrival, Optional.of(policy))) {
            case ForwardDecision.Fail fail -> fail.answer();
            case ForwardDecision.Forward forward -> {
                var next = new IncomingHtlc(htlc(node + 1), forward.amount(), forward.expiry(), forward.paymentHash(),
                        forward.onion());
                yield returned(arrival, received(node + 1, next, second, payee));
            }
        };
    }

    static HtlcAnswer returned(Arrival.ToForward arrival, HtlcAnswer downstream) {
        HtlcKey from = arrival.htlc().key();
        return switch (downstream) {
            case HtlcAnswer.Fulfil fulfil -> new HtlcAnswer.Fulfil(from, fulfil.preimage());
            case HtlcAnswer.Fail fail -> Forwarding.failedDownstream(from, arrival.secret(), fail.reason());
            case HtlcAnswer.FailMalformed bad -> Forwarding.malformedDownstream(from, arrival.secret(),
                    bad.failure().code(), bad.failure().sha256OfOnion());
        };
    }

    static HtlcAnswer answer(IncomingState payee, Arrival.ForUs arrival) {
        var context = new IncomingContext(HEIGHT, NOW, true, FINAL_DELTA);
        return accepted(IncomingPayment.decide(context, payee, new IncomingCommand.ReceiveHtlc(arrival))).effects()
                .stream()
                .filter(IncomingEffect.Answer.class::isInstance)
                .map(effect -> ((IncomingEffect.Answer) effect).answer())
                .findFirst()
                .orElseThrow();
    }

    private static IncomingHtlc atPeer(OutgoingEffect.OfferHtlc offer) {
        return new IncomingHtlc(htlc(1), offer.amount(), offer.expiry(), offer.paymentHash(), offer.onion());
    }

    private static IncomingState expecting() {
        var invoice = new Invoice(PaymentTerms.hashOf(PREIMAGE), PREIMAGE, SECRET, Optional.of(AMOUNT), "",
                FINAL_DELTA, NOW, NOW.plusSeconds(60), Optional.empty(), "");
        return new IncomingState.Open(invoice, Optional.empty(), List.of());
    }

    @Test
    void an_invoice_is_paid_over_three_hops() {
        HtlcAnswer answer = received(1, atPeer(offered(terms(3))), CHEAP, expecting());

        pay(new OutgoingCommand.HtlcFulfilled(1, ((HtlcAnswer.Fulfil) answer).preimage()));
        assertThat(payer).isInstanceOf(OutgoingState.Succeeded.class);
    }

    @Test
    void a_spontaneous_payment_arrives_over_three_hops() {
        PaymentTerms terms = PaymentTerms.spontaneous(node(3), AMOUNT, PREIMAGE, LIMITS);

        HtlcAnswer answer = received(1, atPeer(offered(terms)), CHEAP, IncomingPayment.initial());

        assertThat(answer).isEqualTo(new HtlcAnswer.Fulfil(htlc(1), PREIMAGE));
    }

    @Test
    void the_payer_reads_what_the_second_forwarder_says() {
        HtlcAnswer answer = received(1, atPeer(offered(terms(3))), DEAR, expecting());

        pay(new OutgoingCommand.HtlcFailed(1, ((HtlcAnswer.Fail) answer).reason()));
        assertThat(payer.attempts().getFirst().outcome()).isEqualTo(new Attempt.Failed(new AttemptFailure.HopFailed(1,
                new FailureMessage.FeeInsufficient(AMOUNT.plus(FEE), Bytes.EMPTY))));
    }

    @Test
    void the_payer_reads_what_the_payee_says() {
        HtlcAnswer answer = received(1, atPeer(offered(terms(3))), CHEAP, IncomingPayment.initial());

        pay(new OutgoingCommand.HtlcFailed(1, ((HtlcAnswer.Fail) answer).reason()));
        assertThat(payer.attempts().getFirst().outcome()).isEqualTo(new Attempt.Failed(new AttemptFailure.HopFailed(2,
                new FailureMessage.IncorrectOrUnknownPaymentDetails(AMOUNT, HEIGHT))));
        assertThat(payer).isInstanceOf(OutgoingState.Failed.class);
    }

    @Test
    void an_onion_under_another_hash_is_malformed_to_its_receiver() {
        OutgoingEffect.OfferHtlc offer = offered(terms(3));
        var other = new IncomingHtlc(htlc(1), offer.amount(), offer.expiry(),
                PaymentTerms.hashOf(new fulgurite.protocol.units.PaymentPreimage(bytes("other"))), offer.onion());

        var answer = (HtlcAnswer.FailMalformed) received(1, other, CHEAP, expecting());

        assertThat(answer.failure()).isInstanceOf(FailureMessage.InvalidOnionHmac.class);
        assertThat(answer.failure().sha256OfOnion()).isNotEqualTo(Bytes32.ZERO);
    }
}
