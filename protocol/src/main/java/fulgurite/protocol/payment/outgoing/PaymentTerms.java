package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.invoice.Bolt11Invoice;
import fulgurite.protocol.invoice.RouteHintHop;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Feature;
import java.util.List;
import java.util.Optional;

/**
 * What a payment is to achieve, and within which limits.
 *
 * @param amount that the destination gets, over all parts
 * @param minFinalDelta that the destination wants between the height and the last HTLC's expiry
 * @param limits on what we pay for it
 */
public record PaymentTerms(PaymentHash paymentHash, NodeId destination, MilliSatoshi amount, CltvDelta minFinalDelta,
        Recipient recipient, Limits limits) {
    /** What a spontaneous payment leaves between the height and the last expiry: a few blocks more than a channel needs to go on chain in time. */
    public static final CltvDelta SPONTANEOUS_FINAL_DELTA = new CltvDelta(21);

    /** More would cost more in base fees than they help. */
    static final int MAX_PARTS = 16;

    /** @param maxFee over all parts; @param deadline no attempt begins after it; @param maxAttempts 1.. */
    public record Limits(MilliSatoshi maxFee, Timestamp deadline, int maxAttempts) {}

    /** How the destination will know the payment. */
    public sealed interface Recipient {}

    /** By an invoice. @param hints each a list of hops towards the destination */
    public record Invoiced(PaymentSecret secret, Optional<Bytes> metadata, List<List<RouteHintHop>> hints)
            implements Recipient {}

    /** By an invoice of a payee that takes several HTLCs for one payment. @param hints each a list of hops towards the destination */
    public record InvoicedInParts(PaymentSecret secret, Optional<Bytes> metadata, List<List<RouteHintHop>> hints)
            implements
            Recipient {}

    /**
     * By the blinded paths that it made: in several HTLCs, if need be. The payment's destination is then no node's id.
     *
     * @param paths {@link PaymentPath#encode}, each beginning at a node that is named by its id, none with us
     */
    public record OverBlindedPaths(Bytes paths) implements Recipient {
        public List<PaymentPath> decoded() {
            return PaymentPath.decode(paths);
        }
    }

    /** By the preimage itself, sent along (keysend). */
    public record Spontaneous(PaymentPreimage preimage) implements Recipient {}

    /** Pays an invoice. @param amount at least what the invoice asks, where it asks */
    public static PaymentTerms ofInvoice(Bolt11Invoice invoice, MilliSatoshi amount, Limits limits) {
        return new PaymentTerms(invoice.paymentHash(), invoice.payee(), amount, invoice.minFinalCltvExpiryDelta(),
                recipient(invoice), limits);
    }

    private static Recipient recipient(Bolt11Invoice invoice) {
        return invoice.features().offers(Feature.BASIC_MPP)
                ? new InvoicedInParts(invoice.paymentSecret(), invoice.metadata(), invoice.routeHints())
                : new Invoiced(invoice.paymentSecret(), invoice.metadata(), invoice.routeHints());
    }

    /** Pays over blinded paths. @param paths that can be used: see {@link OverBlindedPaths} */
    public static PaymentTerms overBlindedPaths(PaymentHash hash, MilliSatoshi amount, List<PaymentPath> paths,
            Limits limits) {
        Bytes encoded = PaymentPath.encode(paths);
        // What the payee wants between the height and its HTLC's expiry is part of its paths' deltas.
        return new PaymentTerms(hash, BlindedPayee.id(encoded), amount, new CltvDelta(0),
                new OverBlindedPaths(encoded), limits);
    }

    List<PaymentPath> blindedPaths() {
        return recipient instanceof OverBlindedPaths over ? over.decoded() : List.of();
    }

    /** How many HTLCs may carry it at the same time. */
    int maxParts() {
        return switch (recipient) {
            case OverBlindedPaths over -> MAX_PARTS;
            case InvoicedInParts invoiced -> MAX_PARTS;
            case Invoiced invoiced -> 1;
            case Spontaneous spontaneous -> 1;
        };
    }

    /** Pays a node that made no invoice. @param preimage fresh */
    public static PaymentTerms spontaneous(
            NodeId destination,
            MilliSatoshi amount,
            PaymentPreimage preimage,
            Limits limits) {
        return new PaymentTerms(hashOf(preimage), destination, amount, SPONTANEOUS_FINAL_DELTA,
                new Spontaneous(preimage), limits);
    }

    /** The hash that locks HTLCs to this preimage. */
    public static PaymentHash hashOf(PaymentPreimage preimage) {
        return new PaymentHash(Hashes.sha256(preimage.bytes()).bytes());
    }

    List<List<RouteHintHop>> hints() {
        return switch (recipient) {
            case Invoiced invoiced -> invoiced.hints();
            case InvoicedInParts invoiced -> invoiced.hints();
            case OverBlindedPaths over -> List.of();
            case Spontaneous spontaneous -> List.of();
        };
    }
}
