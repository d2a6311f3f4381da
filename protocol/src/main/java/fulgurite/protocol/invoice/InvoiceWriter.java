package fulgurite.protocol.invoice;

import fulgurite.protocol.units.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Puts an invoice's fields in the order of most of BOLT 11's examples. */
final class InvoiceWriter {
    private InvoiceWriter() {}

    static RawInvoice frame(Bolt11Invoice invoice) {
        var fields = new ArrayList<TaggedField>();
        fields.add(TaggedField.ofBytes(TaggedField.PAYMENT_SECRET, invoice.paymentSecret().bytes()));
        fields.add(TaggedField.ofBytes(TaggedField.PAYMENT_HASH, invoice.paymentHash().bytes()));
        fields.add(switch (invoice.description()) {
            case InvoiceDescription.Plain(String text) -> TaggedField
                    .ofBytes(TaggedField.DESCRIPTION, Bytes.ofOwned(text.getBytes(StandardCharsets.UTF_8)));
            case InvoiceDescription.Hashed(var hash) -> TaggedField
                    .ofBytes(TaggedField.DESCRIPTION_HASH, hash.bytes());
        });
        invoice.metadata().ifPresent(data -> fields.add(TaggedField.ofBytes(TaggedField.METADATA, data)));
        if (invoice.expirySeconds() != Bolt11Invoice.DEFAULT_EXPIRY_SECONDS)
            fields.add(TaggedField.ofNumber(TaggedField.EXPIRY, invoice.expirySeconds()));
        fields.add(
                TaggedField.ofNumber(
                        TaggedField.MIN_FINAL_CLTV_EXPIRY_DELTA,
                        invoice.minFinalCltvExpiryDelta().blocks()));
        for (FallbackAddress address : invoice.fallbackAddresses())
            fields.add(new TaggedField(TaggedField.FALLBACK, address.toGroups()));
        for (List<RouteHintHop> hint : invoice.routeHints())
            fields.add(TaggedField.ofBytes(TaggedField.ROUTE_HINT, RouteHintHop.encodeAll(hint)));
        if (!invoice.features().bytes().isEmpty())
            fields.add(new TaggedField(TaggedField.FEATURES, FeatureField.toGroups(invoice.features())));
        return new RawInvoice(new InvoicePrefix(invoice.network(), invoice.amount()).encode(),
                invoice.timestamp().epochSeconds(),
                fields);
    }
}
