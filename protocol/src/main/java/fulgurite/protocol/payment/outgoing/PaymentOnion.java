package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.HopPayloadCodec;
import fulgurite.protocol.onion.PaymentData;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import java.util.ArrayList;
import java.util.List;

/** The onion of one attempt: a function of the payment's terms and the attempt, so that it need not be kept. */
final class PaymentOnion {
    private PaymentOnion() {}

    /** 1366 bytes. */
    static Bytes of(PaymentTerms terms, Attempt attempt) {
        List<Bytes> payloads = payloads(terms, attempt.route(), attempt.height());
        return Sphinx.build(attempt.sessionKey(), attempt.route().keys(), payloads, terms.paymentHash().bytes())
                .packet()
                .toBytes();
    }

    /** What the attempt shares with each hop, our peer first. */
    static List<SharedSecret> secrets(Attempt attempt) {
        return Sphinx.sharedSecrets(attempt.sessionKey(), attempt.route().keys());
    }

    /** Each node is told of the HTLC that it has to send on; the last one of the HTLC that it receives. */
    static List<Bytes> payloads(PaymentTerms terms, PaymentRoute route, BlockHeight height) {
        List<Bytes> payloads = new ArrayList<>();
        for (PaymentRoute.Hop next : route.hops().subList(1, route.hops().size()))
            payloads.add(HopPayloadCodec.encode(
                    new HopPayload.Relay(next.amount(), expiry(next, height), next.channel())));
        payloads.add(HopPayloadCodec.encode(last(terms, route.last(), height)));
        return payloads;
    }

    static CltvExpiry expiry(PaymentRoute.Hop hop, BlockHeight height) {
        return CltvExpiry.at(height).plus(hop.delta());
    }

    private static HopPayload last(PaymentTerms terms, PaymentRoute.Hop hop, BlockHeight height) {
        CltvExpiry expiry = expiry(hop, height);
        return switch (terms.recipient()) {
            case PaymentTerms.Invoiced invoiced -> HopPayload.Final.ofInvoice(hop.amount(), expiry,
                    new PaymentData(invoiced.secret(), terms.amount()), invoiced.metadata());
            case PaymentTerms.InvoicedInParts invoiced -> HopPayload.Final.ofInvoice(hop.amount(), expiry,
                    new PaymentData(invoiced.secret(), terms.amount()), invoiced.metadata());
            case PaymentTerms.Spontaneous spontaneous ->
                HopPayload.Final.spontaneous(hop.amount(), expiry, spontaneous.preimage());
        };
    }
}
