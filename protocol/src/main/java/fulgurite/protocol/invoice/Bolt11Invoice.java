package fulgurite.protocol.invoice;

import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;

/**
 * A request for one payment, with everything a payer needs.
 *
 * @param amount positive; empty when the payer chooses
 * @param timestamp when it was made; cut to whole seconds, 0..2^35-1
 * @param expirySeconds how long after its timestamp it may be paid
 * @param minFinalCltvExpiryDelta for the last HTLC of the route
 * @param metadata for the payer to send back with the payment
 * @param fallbackAddresses most preferred first
 * @param routeHints each a list of hops towards the payee, most preferred first
 * @param features cut to as few bytes as hold them
 * @bolt 11
 */
public record Bolt11Invoice(BitcoinNetwork network, Optional<MilliSatoshi> amount, Timestamp timestamp, NodeId payee,
        PaymentHash paymentHash, PaymentSecret paymentSecret, InvoiceDescription description, long expirySeconds,
        CltvDelta minFinalCltvExpiryDelta, Optional<Bytes> metadata, List<FallbackAddress> fallbackAddresses,
        List<List<RouteHintHop>> routeHints, Features features) {
    public static final long DEFAULT_EXPIRY_SECONDS = 3600;
    public static final CltvDelta DEFAULT_MIN_FINAL_CLTV_EXPIRY_DELTA = new CltvDelta(18);

    public Bolt11Invoice {
        if (amount.isPresent() && amount.get().msat() <= 0)
            throw new IllegalArgumentException("an invoice asks for a positive amount, got " + amount.get());
        timestamp = Timestamp.ofEpochSeconds(timestamp.epochSeconds());
        if (timestamp.epochSeconds() >>> 35 != 0)
            throw new IllegalArgumentException("an invoice's timestamp has 35 bits of seconds, got " + timestamp);
        if (expirySeconds < 0) throw new IllegalArgumentException("an invoice expired before it was made");
        features = Features.ofBits(features.bits().stream().mapToInt(bit -> bit).toArray());
        fallbackAddresses = List.copyOf(fallbackAddresses);
        routeHints = routeHints.stream().map(List::copyOf).toList();
    }

    /** A request with the usual expiry and delta, without hints: for more, use the {@code with} functions. */
    public static Bolt11Invoice of(
            BitcoinNetwork network,
            Optional<MilliSatoshi> amount,
            Timestamp timestamp,
            NodeId payee,
            PaymentHash paymentHash,
            PaymentSecret paymentSecret,
            InvoiceDescription description) {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description,
                DEFAULT_EXPIRY_SECONDS, DEFAULT_MIN_FINAL_CLTV_EXPIRY_DELTA, Optional.empty(), List.of(), List.of(),
                Features.EMPTY.withRequired(Feature.VAR_ONION_OPTIN).withRequired(Feature.PAYMENT_SECRET));
    }

    /** The same, with the payee's word that it takes several HTLCs for it. @bolt 4, Basic Multi-Part Payments */
    public Bolt11Invoice takingParts() {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description,
                expirySeconds, minFinalCltvExpiryDelta, metadata, fallbackAddresses, routeHints,
                features.withOptional(Feature.BASIC_MPP));
    }

    /**
     * Reads and checks an invoice: its frame, checksum, fields, features and signature. Upper case and the URI scheme
     * {@code lightning:} are taken too. Whether it has expired or is for our network is for the caller to say.
     *
     * @throws MalformedException when it must not be paid; the message says why
     */
    public static Bolt11Invoice decode(String text) {
        return InvoiceReader.read(text);
    }

    /**
     * The invoice as text, in lower case.
     *
     * @param key the payee's
     * @throws IllegalArgumentException when the key is not the payee's, or a field is longer than 639 bytes
     */
    public String sign(PrivateKey key) {
        if (!Curve.publicKey(key).equals(payee.key()))
            throw new IllegalArgumentException("an invoice is signed by its payee, " + payee);
        return InvoiceWriter.frame(this).sign(key).encode();
    }

    /** The last second in which the invoice may be paid. */
    public Timestamp expiresAt() {
        long made = timestamp.epochSeconds();
        return Timestamp.ofEpochSeconds(made + Math.min(expirySeconds, Long.MAX_VALUE / 1000 - made));
    }

    public boolean isExpiredAt(Timestamp now) {
        return now.epochSeconds() > expiresAt().epochSeconds();
    }

    public Bolt11Invoice withExpirySeconds(long seconds) {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description, seconds,
                minFinalCltvExpiryDelta, metadata, fallbackAddresses, routeHints, features);
    }

    public Bolt11Invoice withMinFinalCltvExpiryDelta(CltvDelta delta) {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description,
                expirySeconds, delta, metadata, fallbackAddresses, routeHints, features);
    }

    public Bolt11Invoice withMetadata(Bytes data) {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description,
                expirySeconds, minFinalCltvExpiryDelta, Optional.of(data), fallbackAddresses, routeHints, features);
    }

    public Bolt11Invoice withFallbackAddresses(List<FallbackAddress> addresses) {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description,
                expirySeconds, minFinalCltvExpiryDelta, metadata, addresses, routeHints, features);
    }

    public Bolt11Invoice withRouteHints(List<List<RouteHintHop>> hints) {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description,
                expirySeconds, minFinalCltvExpiryDelta, metadata, fallbackAddresses, hints, features);
    }

    public Bolt11Invoice withFeatures(Features wanted) {
        return new Bolt11Invoice(network, amount, timestamp, payee, paymentHash, paymentSecret, description,
                expirySeconds, minFinalCltvExpiryDelta, metadata, fallbackAddresses, routeHints, wanted);
    }
}
