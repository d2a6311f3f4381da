package fulgurite.node.payment;

import fulgurite.protocol.payment.incoming.IncomingEvent;
import fulgurite.protocol.payment.outgoing.OutgoingEvent;

/** A fact about one payment of this node. */
public sealed interface PaymentEvent {
    record OutgoingChanged(OutgoingEvent event) implements PaymentEvent {}

    record IncomingChanged(IncomingEvent event) implements PaymentEvent {}
}
