package fulgurite.protocol.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes, an invoice is read or refused as malformed; what was read can be written and read again. */
class InvoiceFuzzTest {
    private static final PrivateKey KEY = PrivateKey.fromHex("42".repeat(32));

    @FuzzTest(maxDuration = "60s")
    void any_data_part_is_an_invoice_or_malformed(byte[] data) {
        expectInvoiceOrMalformed(new Bech32("lnbcrt10u", groups(data)).encode());
    }

    @FuzzTest(maxDuration = "60s")
    void any_text_is_an_invoice_or_malformed(byte[] text) {
        expectInvoiceOrMalformed(new String(text, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void any_changed_data_part_is_an_invoice_or_malformed(long seed) {
        var random = new SplittableRandom(seed);
        byte[] published = Bech32.decode(Bolt11Example.all().get(5).text()).groups().toByteArray();
        for (int i = 0; i < 2000; i++) {
            byte[] changed = published.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--)
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(32);
            expectInvoiceOrMalformed(new Bech32("lnbc20m", Bytes.ofOwned(changed)).encode());
        }
    }

    private static void expectInvoiceOrMalformed(String text) {
        Bolt11Invoice read;
        try {
            read = Bolt11Invoice.decode(text);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return;
        }
        Bolt11Invoice ours = paidTo(new NodeId(Curve.publicKey(KEY)), read);
        assertThat(Bolt11Invoice.decode(ours.sign(KEY))).isEqualTo(ours);
    }

    private static Bolt11Invoice paidTo(NodeId payee, Bolt11Invoice invoice) {
        return new Bolt11Invoice(invoice.network(), invoice.amount(), invoice.timestamp(), payee,
                invoice.paymentHash(), invoice.paymentSecret(), invoice.description(), invoice.expirySeconds(),
                invoice.minFinalCltvExpiryDelta(), invoice.metadata(), invoice.fallbackAddresses(),
                invoice.routeHints(), invoice.features());
    }

    private static Bytes groups(byte[] data) {
        byte[] groups = data.clone();
        for (int i = 0; i < groups.length; i++) groups[i] &= 31;
        return Bytes.ofOwned(groups);
    }
}
