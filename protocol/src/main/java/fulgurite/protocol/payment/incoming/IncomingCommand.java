package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.payment.Arrival;

/** What can be asked of, or reported to, an incoming payment. */
public sealed interface IncomingCommand {
    /** Accepted once for a hash. */
    record CreateInvoice(Invoice invoice) implements IncomingCommand {}

    /** An HTLC is irrevocably committed. It may be reported again after a restart, and is answered the same. */
    record ReceiveHtlc(Arrival.ForUs arrival) implements IncomingCommand {}

    /** The moment of {@link IncomingEffect.WakeAt} has come. */
    record Wake() implements IncomingCommand {}
}
