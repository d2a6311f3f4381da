package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.onion.HopPayload;
import fulgurite.protocol.onion.HopPayloadCodec;
import fulgurite.protocol.onion.PaymentData;
import fulgurite.protocol.onion.SharedSecret;
import fulgurite.protocol.onion.Sphinx;
import fulgurite.protocol.onion.blinded.BlindedPath;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The onion of one attempt: a function of the payment's terms and the attempt, so that it need not be kept. */
final class PaymentOnion {
    private PaymentOnion() {}

    /** 1366 bytes. */
    static Bytes of(PaymentTerms terms, Attempt attempt) {
        List<Bytes> payloads = payloads(terms, attempt.route(), attempt.height());
        return Sphinx.build(attempt.sessionKey(), keys(terms, attempt.route()), payloads, terms.paymentHash().bytes())
                .packet()
                .toBytes();
    }

    /** What the attempt shares with each hop, our peer first. */
    static List<SharedSecret> secrets(PaymentTerms terms, Attempt attempt) {
        return Sphinx.sharedSecrets(attempt.sessionKey(), keys(terms, attempt.route()));
    }

    /** Whom the onion is made for: inside a blinded path, ids that only its hops know for theirs. */
    private static List<PublicKey> keys(PaymentTerms terms, PaymentRoute route) {
        Optional<BlindedPath> path = BlindedPayee.pathOf(terms.blindedPaths(), route);
        if (path.isEmpty()) return route.keys();
        List<PublicKey> keys = new ArrayList<>(route.keys().subList(0, route.hops().size() - 1));
        for (BlindedPath.Hop hop : path.get().hops().subList(1, path.get().hops().size()))
            keys.add(hop.blindedNodeId());
        return keys;
    }

    /** Each node is told of the HTLC that it has to send on; the last one of the HTLC that it receives. */
    static List<Bytes> payloads(PaymentTerms terms, PaymentRoute route, BlockHeight height) {
        Optional<BlindedPath> path = BlindedPayee.pathOf(terms.blindedPaths(), route);
        int plain = path.isPresent() ? route.hops().size() - 1 : route.hops().size();
        List<Bytes> payloads = new ArrayList<>();
        for (PaymentRoute.Hop next : route.hops().subList(1, plain))
            payloads.add(HopPayloadCodec.encode(
                    new HopPayload.Relay(next.amount(), expiry(next, height), next.channel())));
        if (path.isPresent()) blinded(terms, route.last(), height, path.get()).forEach(payloads::add);
        else payloads.add(HopPayloadCodec.encode(last(terms, route.last(), height)));
        return payloads;
    }

    /** The data of the path's hops; the first one is given the path key, the last one is told what it gets. */
    private static List<Bytes> blinded(PaymentTerms terms, PaymentRoute.Hop end, BlockHeight height, BlindedPath path) {
        var payloads = new ArrayList<Bytes>();
        for (int i = 0; i < path.hops().size(); i++) {
            Bytes data = path.hops().get(i).encryptedData();
            Optional<PublicKey> pathKey = i == 0 ? Optional.of(path.firstPathKey()) : Optional.empty();
            payloads.add(HopPayloadCodec.encode(i < path.hops().size() - 1
                    ? new HopPayload.BlindedRelay(data, pathKey)
                    : new HopPayload.BlindedFinal(end.amount(), expiry(end, height), terms.amount(), data, pathKey)));
        }
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
            case PaymentTerms.OverBlindedPaths over ->
                throw new IllegalArgumentException("the route does not end with a blinded path");
            case PaymentTerms.Spontaneous spontaneous ->
                HopPayload.Final.spontaneous(hop.amount(), expiry, spontaneous.preimage());
        };
    }
}
