package fulgurite.protocol.payment.incoming;

import fulgurite.protocol.invoice.Bolt11Invoice;
import fulgurite.protocol.payment.outgoing.PaymentTerms;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Timestamp;
import java.util.Optional;

/**
 * An invoice as its payee keeps it.
 *
 * @param amount asked for; empty when the payer chooses
 * @param minFinalDelta that an HTLC must leave between the height and its expiry
 * @param expiresAt it may still be paid in this second
 * @param metadata that the payer must send back
 * @param secret that the payer must show; of an invoice with blinded paths, that the paths carry to us unseen
 * @param bolt11 the text that the payer gets; empty where it gets blinded paths
 */
public record Invoice(PaymentHash paymentHash, PaymentPreimage preimage, PaymentSecret secret,
        Optional<MilliSatoshi> amount, String description, CltvDelta minFinalDelta, Timestamp createdAt,
        Timestamp expiresAt, Optional<Bytes> metadata, String bolt11) {
    /**
     * Signs a request and keeps what is needed to be paid by it.
     *
     * @param preimage of the request's payment hash
     * @param nodeKey the payee's
     * @throws IllegalArgumentException when preimage or key are not the request's
     */
    public static Invoice issue(Bolt11Invoice request, PaymentPreimage preimage, String description,
            PrivateKey nodeKey) {
        if (!PaymentTerms.hashOf(preimage).equals(request.paymentHash()))
            throw new IllegalArgumentException("the preimage is not that of the request's hash");
        return new Invoice(request.paymentHash(), preimage, request.paymentSecret(), request.amount(), description,
                request.minFinalCltvExpiryDelta(), request.timestamp(),
                request.expiresAt(), request.metadata(), request.sign(nodeKey));
    }

    /** An invoice that is paid over blinded paths. @param secret fresh, known to nobody else */
    public static Invoice blinded(PaymentPreimage preimage, PaymentSecret secret, Optional<MilliSatoshi> amount,
            String description, CltvDelta minFinalDelta, Timestamp createdAt, Timestamp expiresAt) {
        return new Invoice(PaymentTerms.hashOf(preimage), preimage, secret, amount, description, minFinalDelta,
                createdAt, expiresAt, Optional.empty(), "");
    }

    public boolean isExpiredAt(Timestamp now) {
        return now.epochSeconds() > expiresAt.epochSeconds();
    }
}
