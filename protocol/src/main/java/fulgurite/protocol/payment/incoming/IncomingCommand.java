package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.payment.Arrival;
import fulgurite.protocol.units.Bytes;

/** What can be asked of, or reported to, an incoming payment. */
public sealed interface IncomingCommand {
    /** Accepted once for a hash. */
    record CreateInvoice(Invoice invoice) implements IncomingCommand {}

    /** The same, of an invoice that is paid over blinded paths only. @param paths as its payer gets them */
    record CreateBlindedInvoice(Invoice invoice, Bytes paths) implements IncomingCommand {}

    /** An HTLC is irrevocably committed. It may be reported again after a restart, and is answered the same. */
    record ReceiveHtlc(Arrival.ForUs arrival) implements IncomingCommand {}

    /** The moment of {@link IncomingEffect.WakeAt} has come. */
    record Wake() implements IncomingCommand {}
}
