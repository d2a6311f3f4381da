package fulgurite.node.payment;

import fulgurite.protocol.graph.OrderedMap;
import fulgurite.protocol.payment.incoming.IncomingEvent;
import fulgurite.protocol.payment.incoming.IncomingPayment;
import fulgurite.protocol.payment.incoming.IncomingState;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingPayment;
import fulgurite.protocol.payment.outgoing.OutgoingState;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.Timestamp;
import java.util.Optional;

/** All payments of a node by their hashes: the fold of its payment journal. */
public record PaymentBook(OrderedMap<PaymentHash, Outgoing> outgoing, OrderedMap<PaymentHash, IncomingState> incoming) {
    public static final PaymentBook EMPTY = new PaymentBook(OrderedMap.empty(), OrderedMap.empty());

    /** One payment that we make. @param startedAt its latest start */
    public record Outgoing(OutgoingState state, Timestamp startedAt, Optional<Timestamp> endedAt) {}

    /** The state of a payment that we make; not started when it is unknown. */
    public OutgoingState outgoingState(PaymentHash hash) {
        return outgoing.get(hash).map(Outgoing::state).orElseGet(OutgoingPayment::initial);
    }

    /** The state of a payment to us; unknown when there is none. */
    public IncomingState incomingState(PaymentHash hash) {
        return incoming.get(hash).orElseGet(IncomingPayment::initial);
    }

    /** Applies a recorded fact. */
    public static PaymentBook evolve(PaymentBook book, PaymentEvent event) {
        return switch (event) {
            case PaymentEvent.OutgoingChanged(OutgoingEvent changed) -> book.with(changed);
            case PaymentEvent.IncomingChanged(IncomingEvent changed) -> new PaymentBook(book.outgoing,
                    book.incoming.with(changed.paymentHash(),
                            IncomingPayment.evolve(book.incomingState(changed.paymentHash()), changed)));
        };
    }

    private PaymentBook with(OutgoingEvent event) {
        PaymentHash hash = event.paymentHash();
        OutgoingState next = OutgoingPayment.evolve(outgoingState(hash), event);
        Optional<Outgoing> before = outgoing.get(hash);
        Outgoing changed = switch (event) {
            case OutgoingEvent.PaymentStarted started -> new Outgoing(next, started.at(), Optional.empty());
            case OutgoingEvent.PaymentSucceeded succeeded ->
                new Outgoing(next, before.orElseThrow().startedAt(), Optional.of(succeeded.at()));
            case OutgoingEvent.PaymentFailed failed ->
                new Outgoing(next, before.orElseThrow().startedAt(), Optional.of(failed.at()));
            case OutgoingEvent.AttemptStarted started -> continued(next, before);
            case OutgoingEvent.AttemptFailed failed -> continued(next, before);
        };
        return new PaymentBook(outgoing.with(hash, changed), incoming);
    }

    private static Outgoing continued(OutgoingState next, Optional<Outgoing> before) {
        return new Outgoing(next, before.orElseThrow().startedAt(), before.orElseThrow().endedAt());
    }
}
