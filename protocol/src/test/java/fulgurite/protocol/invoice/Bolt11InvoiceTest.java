package fulgurite.protocol.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes32;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Bolt11InvoiceTest {
    private static final PrivateKey KEY = PrivateKey.fromHex("42".repeat(32));
    private static final NodeId PAYEE = new NodeId(Curve.publicKey(KEY));
    private static final Bolt11Invoice COFFEE = Bolt11Invoice.of(BitcoinNetwork.REGTEST,
            Optional.of(MilliSatoshi.msat(25_000_000)), Timestamp.ofEpochSeconds(1_800_000_000L), PAYEE,
            new PaymentHash(Bytes.fromHex("01".repeat(32))), new PaymentSecret(Bytes.fromHex("02".repeat(32))),
            new InvoiceDescription.Plain("coffee"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_invoice_is_read_back_as_it_was_signed(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 25; i++) {
            PrivateKey key = PrivateKey.copyOf(bytes(random, 32).toByteArray());
            Bolt11Invoice invoice = anyInvoice(random, new NodeId(Curve.publicKey(key)));
            String text = invoice.sign(key);
            assertThat(Bolt11Invoice.decode(text)).isEqualTo(invoice);
            assertThat(Bolt11Invoice.decode("LIGHTNING:" + text.toUpperCase(Locale.ROOT))).isEqualTo(invoice);
        }
    }

    @Test
    void any_changed_letter_is_refused() {
        String text = COFFEE.sign(KEY);
        for (int i = 0; i < text.length(); i++) {
            String changed = text.substring(0, i) + (text.charAt(i) == 'q' ? 'p' : 'q') + text.substring(i + 1);
            assertThatThrownBy(() -> Bolt11Invoice.decode(changed)).as("letter %d", i)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void letters_that_only_look_like_ascii_are_refused() {
        String upper = COFFEE.sign(KEY).toUpperCase(Locale.ROOT);
        assertThat(upper).contains("K");
        assertThatThrownBy(() -> Bolt11Invoice.decode(upper.replace('K', '\u212a')))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("ASCII");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fields_of_rubbish_are_read_or_refused_and_nothing_else(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            var fields = new ArrayList<>(InvoiceWriter.frame(COFFEE).fields());
            byte[] groups = new byte[random.nextInt(120)];
            for (int g = 0; g < groups.length; g++) groups[g] = (byte) random.nextInt(32);
            fields.add(random.nextInt(fields.size() + 1), new TaggedField(random.nextInt(32), Bytes.ofOwned(groups)));
            String text = new RawInvoice("lnbcrt1u", 1, fields).sign(KEY).encode();
            try {
                assertThat(Bolt11Invoice.decode(text).payee()).isEqualTo(PAYEE);
            } catch (MalformedException refused) {
                assertThat(refused).hasMessageMatching("(?s).{10,}");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
            "100000000000,lnbc1", "2000000000,lnbc20m", "250000000,lnbc2500u", "100,lnbc1n", "1,lnbc10p",
            "967878534,lnbc9678785340p", "123400,lnbc1234n", "2100000000000000000,lnbc21000000"})
    void amounts_are_written_with_the_largest_multiplier(long msat, String prefix) {
        var amount = new InvoicePrefix(BitcoinNetwork.MAINNET, Optional.of(MilliSatoshi.msat(msat)));
        assertThat(amount.encode()).isEqualTo(prefix);
        assertThat(InvoicePrefix.decode(prefix)).isEqualTo(amount);
    }

    @ParameterizedTest
    @CsvSource({
            "lnbc1000u,100000000", "lnbc1000000u,100000000000", "lnbc1000000000n,100000000000",
            "lnbc10000000000p,1000000000"})
    void amounts_with_smaller_multipliers_are_read_too(String prefix, long msat) {
        assertThat(InvoicePrefix.decode(prefix).amount()).contains(MilliSatoshi.msat(msat));
    }

    @ParameterizedTest
    @CsvSource({
            "lnbc0m,positive", "lnbc01m,leading zeros", "lnbc1p,part of a millisatoshi", "lnbc15x,unknown multiplier",
            "lnbc2mm,not a number", "lnbc99999999999,more bitcoin", "lnbc99999999999999999999p,more bitcoin",
            "lnxy1m,unknown network", "lntbx,unknown network", "bc1m,begins with ln"})
    void other_prefixes_are_refused(String prefix, String reason) {
        assertThatThrownBy(() -> InvoicePrefix.decode(prefix)).isInstanceOf(MalformedException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"MAINNET,lnbc", "TESTNET4,lntb", "SIGNET,lntbs", "REGTEST,lnbcrt"})
    void each_network_has_its_prefix(BitcoinNetwork network, String prefix) {
        assertThat(new InvoicePrefix(network, Optional.empty()).encode()).isEqualTo(prefix);
        assertThat(InvoicePrefix.decode(prefix + "15u").network()).isEqualTo(network);
    }

    @Test
    void a_key_that_is_not_the_payees_does_not_sign() {
        assertThatThrownBy(() -> COFFEE.sign(PrivateKey.fromHex("43".repeat(32))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("payee");
    }

    @Test
    void a_named_payee_must_have_signed() {
        TaggedField named = TaggedField.ofBytes(TaggedField.PAYEE, PAYEE.key().bytes());
        assertThat(Bolt11Invoice.decode(withField(named).sign(KEY).encode())).isEqualTo(COFFEE);
        assertThatThrownBy(
                () -> Bolt11Invoice.decode(withField(named).sign(PrivateKey.fromHex("43".repeat(32))).encode()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("n field");
    }

    @Test
    void a_description_and_its_hash_at_once_are_refused() {
        TaggedField hash = TaggedField.ofBytes(TaggedField.DESCRIPTION_HASH, Bytes.zeros(32));
        assertThatThrownBy(() -> Bolt11Invoice.decode(withField(hash).sign(KEY).encode()))
                .hasMessageContaining("both");
    }

    @Test
    void numbers_that_begin_with_a_zero_group_are_refused() {
        for (int type : new int[]{TaggedField.EXPIRY, TaggedField.FEATURES, TaggedField.MIN_FINAL_CLTV_EXPIRY_DELTA}) {
            var fields = new ArrayList<>(InvoiceWriter.frame(COFFEE).fields());
            fields.addFirst(new TaggedField(type, Bytes.fromHex("0001")));
            String text = new RawInvoice("lnbcrt1u", 1, fields).sign(KEY).encode();
            assertThatThrownBy(() -> Bolt11Invoice.decode(text)).isInstanceOf(MalformedException.class)
                    .hasMessageContaining("zero group");
        }
    }

    @Test
    void basic_mpp_needs_payment_secret() {
        String text = COFFEE.withFeatures(Features.ofBits(8, 16)).sign(KEY);
        assertThatThrownBy(() -> Bolt11Invoice.decode(text)).isInstanceOf(MalformedException.class)
                .hasMessageContaining("PAYMENT_SECRET");
    }

    @Test
    void a_description_of_more_than_639_bytes_must_be_hashed() {
        assertThatThrownBy(() -> new InvoiceDescription.Plain("é".repeat(320)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("639");
        assertThat(InvoiceDescription.Hashed.of("long").describes("long")).isTrue();
        assertThat(InvoiceDescription.Hashed.of("long").describes("short")).isFalse();
    }

    @Test
    void an_invoice_may_be_paid_in_the_last_second_of_its_expiry() {
        assertThat(COFFEE.isExpiredAt(new Timestamp(1_800_003_600_999L))).isFalse();
        assertThat(COFFEE.isExpiredAt(new Timestamp(1_800_003_601_000L))).isTrue();
        assertThat(COFFEE.withExpirySeconds(Long.MAX_VALUE).isExpiredAt(new Timestamp(Long.MAX_VALUE))).isFalse();
    }

    private static RawInvoice withField(TaggedField field) {
        RawInvoice frame = InvoiceWriter.frame(COFFEE);
        var fields = new ArrayList<>(frame.fields());
        fields.add(field);
        return new RawInvoice(frame.prefix(), frame.timestamp(), fields);
    }

    private static Bolt11Invoice anyInvoice(SplittableRandom random, NodeId payee) {
        InvoiceDescription description = random.nextBoolean()
                ? new InvoiceDescription.Plain("ナ\"<é\0".repeat(random.nextInt(60)))
                : new InvoiceDescription.Hashed(new Bytes32(bytes(random, 32)));
        Optional<MilliSatoshi> amount = random.nextBoolean()
                ? Optional.of(MilliSatoshi.msat(random.nextLong(1, 1L << random.nextInt(1, 58))))
                : Optional.empty();
        Bolt11Invoice plain = new Bolt11Invoice(BitcoinNetwork.values()[random.nextInt(4)], amount,
                Timestamp.ofEpochSeconds(random.nextLong(1L << 35)), payee, new PaymentHash(bytes(random, 32)),
                new PaymentSecret(bytes(random, 32)), description, random.nextLong(1L << random.nextInt(60)),
                new CltvDelta(random.nextInt(Integer.MAX_VALUE)),
                random.nextBoolean() ? Optional.of(bytes(random, random.nextInt(639))) : Optional.empty(), List.of(),
                List.of(), Features.ofBits(8, 14, 101 + 2 * random.nextInt(500)));
        return plain.withFallbackAddresses(anyAddresses(random)).withRouteHints(anyHints(random));
    }

    private static List<FallbackAddress> anyAddresses(SplittableRandom random) {
        var addresses = new ArrayList<FallbackAddress>();
        for (int i = random.nextInt(4); i > 0; i--) {
            int version = random.nextInt(19);
            int size = version == 0 || version > 16 ? 20 : random.nextInt(2, 41);
            addresses.add(new FallbackAddress(version, bytes(random, size)));
        }
        return addresses;
    }

    private static List<List<RouteHintHop>> anyHints(SplittableRandom random) {
        var hints = new ArrayList<List<RouteHintHop>>();
        for (int i = random.nextInt(3); i > 0; i--) {
            var hops = new ArrayList<RouteHintHop>();
            for (int hop = random.nextInt(1, 12); hop > 0; hop--)
                hops.add(new RouteHintHop(
                        new NodeId(Curve.publicKey(PrivateKey.copyOf(bytes(random, 32).toByteArray()))),
                        new ShortChannelId(random.nextLong()), MilliSatoshi.msat(random.nextLong(1L << 32)),
                        random.nextLong(1L << 32), new CltvDelta(random.nextInt(1 << 16))));
            hints.add(hops);
        }
        return hints;
    }

    private static Bytes bytes(SplittableRandom random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.ofOwned(bytes);
    }
}
