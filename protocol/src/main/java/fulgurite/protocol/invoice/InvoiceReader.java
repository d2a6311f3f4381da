package fulgurite.protocol.invoice;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Features;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Understands an invoice's fields. Where a field may stand once and stands twice, the first counts: it is the most
 * preferred. On {@code p}, {@code s}, {@code h} and {@code n} of a wrong length BOLT 11 contradicts itself: its
 * requirements fail them, its example "including fields which must be ignored" skips them. The example is followed
 * here; what is then missing fails the invoice all the same.
 */
final class InvoiceReader {
    private static final String SCHEME = "lightning:";
    private static final int HASH_GROUPS = 52;
    private static final int PAYEE_GROUPS = 53;

    private final RawInvoice.Signed signed;
    private final List<TaggedField> fields;

    private InvoiceReader(RawInvoice.Signed signed) {
        this.signed = signed;
        this.fields = signed.invoice().fields();
    }

    static Bolt11Invoice read(String text) {
        String bare = text.strip();
        if (bare.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) bare = bare.substring(SCHEME.length());
        return new InvoiceReader(RawInvoice.decode(bare)).invoice();
    }

    private Bolt11Invoice invoice() {
        InvoicePrefix prefix = InvoicePrefix.decode(signed.invoice().prefix());
        Features features = first(TaggedField.FEATURES).map(field -> FeatureField.fromGroups(field.groups()))
                .orElse(Features.EMPTY);
        FeatureField.requirePayable(features);
        return new Bolt11Invoice(prefix.network(), prefix.amount(),
                Timestamp.ofEpochSeconds(signed.invoice().timestamp()), payee(),
                new PaymentHash(required(TaggedField.PAYMENT_HASH, "p (payment hash)")),
                new PaymentSecret(required(TaggedField.PAYMENT_SECRET, "s (payment secret)")), description(), expiry(),
                minFinalCltvExpiryDelta(), first(TaggedField.METADATA).map(TaggedField::bytes),
                all(TaggedField.FALLBACK).flatMap(field -> FallbackAddress.fromGroups(field.groups()).stream())
                        .toList(),
                all(TaggedField.ROUTE_HINT).map(field -> RouteHintHop.decodeAll(field.bytes())).toList(), features);
    }

    /** The key that signed: the one that {@code n} names, else the one that the signature gives away. */
    private NodeId payee() {
        Optional<NodeId> named = sized(TaggedField.PAYEE, PAYEE_GROUPS)
                .map(bytes -> RouteHintHop.point(bytes, "the n field"));
        if (named.isEmpty()) return new NodeId(signed.recoverSigner());
        // Refuses a high S too: only where the key is recovered must both be accepted.
        if (!Curve.verify(signed.invoice().digest(), signed.signature(), named.get().key()))
            throw new MalformedException(
                    "the signature is not a low-S signature by the node that the n field names, " + named.get());
        return named.get();
    }

    private InvoiceDescription description() {
        Optional<InvoiceDescription> plain = first(TaggedField.DESCRIPTION)
                .map(field -> new InvoiceDescription.Plain(text(field.bytes())));
        Optional<InvoiceDescription> hashed = sized(TaggedField.DESCRIPTION_HASH, HASH_GROUPS)
                .map(bytes -> new InvoiceDescription.Hashed(new Bytes32(bytes)));
        if (plain.isPresent() == hashed.isPresent())
            throw new MalformedException(
                    "an invoice has either a d or an h field, this one has "
                            + (plain.isPresent() ? "both" : "neither"));
        return plain.or(() -> hashed).orElseThrow();
    }

    private long expiry() {
        return first(TaggedField.EXPIRY).map(field -> FiveBits.toMinimalNumber(field.groups(), "the x field (expiry)"))
                .orElse(Bolt11Invoice.DEFAULT_EXPIRY_SECONDS);
    }

    private CltvDelta minFinalCltvExpiryDelta() {
        Optional<TaggedField> field = first(TaggedField.MIN_FINAL_CLTV_EXPIRY_DELTA);
        if (field.isEmpty()) return Bolt11Invoice.DEFAULT_MIN_FINAL_CLTV_EXPIRY_DELTA;
        long blocks = FiveBits.toMinimalNumber(field.get().groups(), "the c field (min_final_cltv_expiry_delta)");
        if (blocks > Integer.MAX_VALUE) throw new MalformedException("min_final_cltv_expiry_delta is too large");
        return new CltvDelta((int) blocks);
    }

    private Bytes required(int type, String what) {
        return sized(type, HASH_GROUPS)
                .orElseThrow(() -> new MalformedException("the invoice has no " + what + " of the right length"));
    }

    private Optional<Bytes> sized(int type, int groups) {
        return all(type).filter(field -> field.groups().size() == groups).findFirst().map(TaggedField::bytes);
    }

    private Optional<TaggedField> first(int type) {
        return all(type).findFirst();
    }

    private Stream<TaggedField> all(int type) {
        return fields.stream().filter(field -> field.type() == type);
    }

    private static String text(Bytes utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("the description is not UTF-8");
        }
    }
}
