package fulgurite.protocol.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.Vectors;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.invoice.InvoiceDescription.Hashed;
import fulgurite.protocol.invoice.InvoiceDescription.Plain;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** BOLT 11, Examples: every invoice as published, with every value that its breakdown names. */
class Bolt11VectorsTest {
    private static final PrivateKey KEY = PrivateKey
            .fromHex("e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db734");
    private static final Bolt11Invoice DONATION = new Bolt11Invoice(BitcoinNetwork.MAINNET, Optional.empty(),
            Timestamp.ofEpochSeconds(1496314658L),
            NodeId.fromHex("03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad"),
            PaymentHash.fromHex("0001020304050607080900010203040506070809000102030405060708090102"),
            PaymentSecret.fromHex("11".repeat(32)), new Plain("Please consider supporting this project"), 3600,
            new CltvDelta(18), Optional.empty(), List.of(), List.of(), Features.ofBits(8, 14));
    private static final Hashed CAKE = Hashed.of(
            "One piece of chocolate cake, one icecream cone, one pickle, one slice of swiss cheese, "
                    + "one slice of salami, one lollypop, one piece of cherry pie, one sausage, one cupcake, "
                    + "and one slice of watermelon");

    /** In the order of the text. */
    private static final List<Bolt11Invoice> VALID = List.of(
            DONATION,
            described("2500u", new Plain("1 cup coffee")).withExpirySeconds(60),
            described("2500u", new Plain("ナンセンス 1杯")).withExpirySeconds(60),
            cake(),
            paidOn(
                    BitcoinNetwork.TESTNET4,
                    cake().withFallbackAddresses(
                            List.of(fallback(17, "3172b5654f6683c8fb146959d347ce303cae4ca7")))),
            cake().withFallbackAddresses(List.of(fallback(17, "04b61f7dc1ea0dc99424464cc4064dc564d91e89")))
                    .withRouteHints(
                            List.of(
                                    List.of(
                                            hop("029e03a901b85534ff1e92c43c74431f7ce72046060fcf7a95c37e148f78c77255",
                                                    "66051x263430x1800", 1, 20, 3),
                                            hop("039e03a901b85534ff1e92c43c74431f7ce72046060fcf7a95c37e148f78c77255",
                                                    "197637x395016x2314", 2, 30, 4)))),
            cake().withFallbackAddresses(List.of(fallback(18, "8f55563b9a19f321c211e9b9f38cdf686ea07845"))),
            cake().withFallbackAddresses(List.of(segwit("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"))),
            cake().withFallbackAddresses(
                    List.of(segwit("bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3"))),
            cake().withFallbackAddresses(
                    List.of(segwit("bc1pptdvg0d2nj99568qn6ssdy4cygnwuxgw2ukmnwgwz7jpqjz2kszse2s3lm"))),
            blockstreamStore(),
            coffeeBeans(),
            coffeeBeans(),
            coffeeBeans(),
            described("10m", new Plain("payment metadata inside")).withMetadata(Bytes.fromHex("01fafaf0"))
                    .withFeatures(Features.ofBits(8, 14, 48)),
            highS());

    @Test
    void every_published_invoice_is_understood_as_published() {
        List<Bolt11Example> examples = examples(true);
        assertThat(examples).hasSize(16).hasSameSizeAs(VALID);
        for (int i = 0; i < examples.size(); i++) {
            Bolt11Example example = examples.get(i);
            Bolt11Invoice invoice = Bolt11Invoice.decode(example.text());
            assertThat(invoice).as(example.title()).isEqualTo(VALID.get(i));
        }
        Vectors.report("BOLT 11", "valid invoices", examples.size());
    }

    @Test
    void signatures_and_what_they_sign_are_as_published() {
        int checked = 0;
        for (Bolt11Example example : examples(true)) {
            if (example.signature().isEmpty()) continue;
            RawInvoice.Signed signed = RawInvoice.decode(example.text());
            assertThat(signed.signature().toHex()).as(example.title()).isEqualTo(example.signature().get());
            assertThat(signed.recoveryId()).isEqualTo(example.recoveryId().orElseThrow());
            assertThat(signed.invoice().digest().toHex()).isEqualTo(example.digest().orElseThrow());
            checked++;
        }
        assertThat(checked).isEqualTo(11);
    }

    @Test
    void signing_the_published_fields_gives_the_published_text() {
        int rewritten = 0;
        for (Bolt11Example example : examples(true)) {
            if (example.title().contains("high-S")) continue;
            RawInvoice fields = RawInvoice.decode(example.text()).invoice();
            assertThat(fields.sign(KEY).encode()).as(example.title()).isEqualToIgnoringCase(example.text());
            rewritten++;
        }
        assertThat(rewritten).isEqualTo(15);
    }

    @Test
    void every_published_mistake_is_refused_for_its_reason() {
        List<String> reasons = List.of("feature 100", "checksum does not fit", "no prefix that ends with 1",
                "mixes upper and lower case", "not recoverable", "too short for a timestamp and a signature",
                "unknown multiplier", "part of a millisatoshi", "no s (payment secret)", "low-S");
        List<Bolt11Example> examples = examples(false);
        assertThat(examples).hasSize(10).hasSameSizeAs(reasons);
        for (int i = 0; i < examples.size(); i++) {
            Bolt11Example example = examples.get(i);
            assertThatThrownBy(() -> Bolt11Invoice.decode(example.text())).as(example.title())
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining(reasons.get(i));
        }
        Vectors.report("BOLT 11", "invalid invoices", examples.size());
    }

    @Test
    void the_examples_key_is_the_examples_payee() {
        assertThat(new NodeId(Curve.publicKey(KEY))).isEqualTo(DONATION.payee());
    }

    private static List<Bolt11Example> examples(boolean valid) {
        return Bolt11Example.all().stream().filter(example -> example.valid() == valid).toList();
    }

    private static Bolt11Invoice described(String bitcoin, InvoiceDescription description) {
        Optional<MilliSatoshi> amount = InvoicePrefix.decode("lnbc" + bitcoin).amount();
        return with(DONATION, DONATION.network(), amount, description);
    }

    private static Bolt11Invoice cake() {
        return described("20m", CAKE);
    }

    private static Bolt11Invoice coffeeBeans() {
        return described("25m", new Plain("coffee beans")).withFeatures(Features.ofBits(8, 14, 99));
    }

    private static Bolt11Invoice paidOn(BitcoinNetwork network, Bolt11Invoice invoice) {
        return with(invoice, network, invoice.amount(), invoice.description());
    }

    private static Bolt11Invoice with(
            Bolt11Invoice base,
            BitcoinNetwork network,
            Optional<MilliSatoshi> amount,
            InvoiceDescription description) {
        return new Bolt11Invoice(network, amount, base.timestamp(), base.payee(), base.paymentHash(),
                base.paymentSecret(), description, base.expirySeconds(), base.minFinalCltvExpiryDelta(),
                base.metadata(), base.fallbackAddresses(), base.routeHints(), base.features());
    }

    private static Bolt11Invoice blockstreamStore() {
        return new Bolt11Invoice(BitcoinNetwork.MAINNET, Optional.of(MilliSatoshi.msat(967878534L)),
                Timestamp.ofEpochSeconds(1572468703L),
                DONATION.payee(),
                PaymentHash.fromHex("462264ede7e14047e9b249da94fefc47f41f7d02ee9b091815a5506bc8abf75f"),
                DONATION.paymentSecret(),
                new Plain(
                        "Blockstream Store: 88.85 USD for Blockstream Ledger Nano S x 1, \"Back In My Day\" Sticker x 2,"
                                + " \"I Got Lightning Working\" Sticker x 2 and 1 more items"),
                604800, new CltvDelta(10), Optional.empty(), List.of(),
                List.of(
                        List.of(
                                hop("03d06758583bb5154774a6eb221b1276c9e82d65bbaceca806d90e20c108f4b1c7",
                                        "589390x3312x1", 1000, 2500, 40))),
                Features.ofBits(8, 14));
    }

    /** S turned to n - S under the same recovery id is the signature of the key that the other id gives with S. */
    private static Bolt11Invoice highS() {
        RawInvoice.Signed lowS = RawInvoice.decode(examples(true).getFirst().text());
        NodeId signer = new NodeId(Curve.recover(lowS.invoice().digest(), lowS.signature(), lowS.recoveryId() ^ 1));
        return new Bolt11Invoice(DONATION.network(), DONATION.amount(), DONATION.timestamp(), signer,
                DONATION.paymentHash(), DONATION.paymentSecret(), DONATION.description(), DONATION.expirySeconds(),
                DONATION.minFinalCltvExpiryDelta(), DONATION.metadata(), List.of(), List.of(), DONATION.features());
    }

    /** A segwit address's version and program, as the title gives it. */
    private static FallbackAddress segwit(String address) {
        Address parsed = Address.parse(address, BitcoinNetwork.MAINNET);
        var fallback = new FallbackAddress(parsed.version(), parsed.program());
        assertThat(fallback.script()).isEqualTo(parsed.script());
        return fallback;
    }

    private static FallbackAddress fallback(int version, String program) {
        return new FallbackAddress(version, Bytes.fromHex(program));
    }

    private static RouteHintHop hop(String node, String channel, long base, long proportional, int delta) {
        return new RouteHintHop(NodeId.fromHex(node), ShortChannelId.fromText(channel), MilliSatoshi.msat(base),
                proportional, new CltvDelta(delta));
    }
}
