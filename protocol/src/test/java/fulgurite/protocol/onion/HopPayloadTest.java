package fulgurite.protocol.onion;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PaymentSecret;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HopPayloadTest {
    private static final String RELAY = "02023a98040205dc06080000000000000001";

    @Test
    void reads_a_published_relay_payload() {
        var payload = new HopPayload.Relay(MilliSatoshi.msat(15000), new CltvExpiry(1500), new ShortChannelId(1));

        assertThat(decode(RELAY, false)).isEqualTo(new HopPayloadCodec.Read(payload));
        assertThat(HopPayloadCodec.encode(payload).toHex()).isEqualTo(RELAY);
    }

    @Test
    void relay_payloads_survive() {
        for (int seed = 0; seed < 200; seed++) {
            var samples = new OnionSamples(seed);
            survives(new HopPayload.Relay(amount(samples), expiry(samples),
                    new ShortChannelId(samples.random().nextLong()), others(samples)), false);
        }
    }

    @Test
    void final_payloads_survive() {
        for (int seed = 0; seed < 200; seed++) {
            var samples = new OnionSamples(seed);
            var data = new PaymentData(new PaymentSecret(samples.bytes(32)), amount(samples));
            survives(new HopPayload.Final(amount(samples), expiry(samples),
                    seed % 2 == 0 ? Optional.of(data) : Optional.empty(),
                    seed % 3 == 0 ? Optional.of(samples.bytes(samples.between(0, 300))) : Optional.empty(),
                    seed % 5 == 0 ? Optional.of(new PaymentPreimage(samples.bytes(32))) : Optional.empty(),
                    others(samples)), true);
        }
    }

    @Test
    void the_total_is_this_part_where_no_payment_data_are() {
        var preimage = new PaymentPreimage(Bytes.zeros(32));
        var spontaneous = HopPayload.Final.spontaneous(MilliSatoshi.msat(7), new CltvExpiry(9), preimage);
        var part = HopPayload.Final.ofInvoice(MilliSatoshi.msat(7), new CltvExpiry(9),
                new PaymentData(new PaymentSecret(Bytes.zeros(32)), MilliSatoshi.msat(20)), Optional.empty());

        assertThat(spontaneous.total()).isEqualTo(MilliSatoshi.msat(7));
        assertThat(part.total()).isEqualTo(MilliSatoshi.msat(20));
    }

    @ParameterizedTest(name = "{0} is at fault by type {2} at {3}")
    @CsvSource({
            // missing: the amount, the expiry, the channel of a relay
            "040205dc06080000000000000001, false, 2, 0", "02023a9806080000000000000001, false, 4, 0",
            "02023a98040205dc, false, 6, 0", "'', true, 2, 0",
            // not minimal, too long, cut off, twice, out of order
            "0202003a040205dc, true, 2, 0", "02023a980405010203040506080000000000000001, false, 4, 4",
            "02023a98040205dc060700000000000001, false, 6, 8", "02023a98040205dc0608000000, false, 6, 8",
            "02023a9802023a98, true, 2, 4", "040205dc02023a98, true, 2, 4",
            // an unknown even type
            "02023a98040205dc1e0101, true, 30, 8",
            // what only blinded paths have, outside of one
            "02023a98040205dc120107, true, 18, 8",
            // inside one: what only others have, an odd type too; the total, the amount, the expiry missing at its end
            "02023a980a0101, false, 2, 0", "0a01010f0101, false, 15, 3", "0a010110020101, false, 16, 3",
            "02023a98040205dc06080000000000000001080a, true, 8, 18", "02023a98040205dc0a0101, true, 18, 0",
            "02023a98040205dc0a01010f0101120107, true, 15, 11", "040205dc0a0101120107, true, 2, 0",
            "02023a980a0101120107, true, 4, 0",
            // payment data without a whole secret, a preimage of another size
            "02023a98040205dc080101, true, 8, 8", "02023a98040205dcff0000000146c6616c0101, true, 5482373484, 8",
            // a type that is not minimal
            "02023a98fd00040205dc, true, 2, 4"})
    void what_cannot_be_understood_is_reported_with_type_and_offset(String hex, boolean last, long type, int offset) {
        assertThat(decode(hex, last))
                .isEqualTo(new HopPayloadCodec.Invalid(new FailureMessage.InvalidOnionPayload(type, offset), false));
    }

    @Test
    void a_path_key_outside_a_blinded_path_is_at_fault_and_known_to_have_been_there() {
        var key = "02" + "11".repeat(32);

        assertThat(decode("02023a98040205dc0c21" + key, true)).isEqualTo(
                new HopPayloadCodec.Invalid(new FailureMessage.InvalidOnionPayload(12, 8), true));
        assertThat(decode("02023a980a01010c21" + key, false)).isEqualTo(
                new HopPayloadCodec.Invalid(new FailureMessage.InvalidOnionPayload(2, 0), true));
    }

    @Test
    void payloads_of_blinded_paths_survive() {
        for (int seed = 0; seed < 200; seed++) {
            var samples = new OnionSamples(seed);
            Optional<PublicKey> key = seed % 2 == 0 ? Optional.of(Curve.publicKey(samples.key())) : Optional.empty();
            Bytes data = samples.bytes(samples.between(0, 300));
            survives(new HopPayload.BlindedRelay(data, key), false);
            survives(new HopPayload.BlindedFinal(amount(samples), expiry(samples), amount(samples), data, key), true);
        }
    }

    @Test
    void payloads_of_any_bytes_are_judged_without_an_exception() {
        int understood = 0;
        for (int seed = 0; seed < 2000; seed++) {
            var samples = new OnionSamples(seed);
            byte[] bytes = Bytes.fromHex(RELAY).toByteArray();
            bytes[samples.between(0, bytes.length - 1)] = (byte) samples.between(0, 255);
            if (HopPayloadCodec.decode(Bytes.copyOf(bytes), seed % 2 == 0) instanceof HopPayloadCodec.Read)
                understood++;
        }
        assertThat(understood).isBetween(1, 1999);
    }

    @Test
    void secrets_are_not_in_texts() {
        var preimage = new PaymentPreimage(new OnionSamples(3).bytes(32));

        assertThat(HopPayload.Final.spontaneous(MilliSatoshi.msat(7), new CltvExpiry(9), preimage).toString())
                .doesNotContain(preimage.toHex());
    }

    private static void survives(HopPayload payload, boolean last) {
        assertThat(HopPayloadCodec.decode(HopPayloadCodec.encode(payload), last))
                .isEqualTo(new HopPayloadCodec.Read(payload));
    }

    private static HopPayloadCodec.Reading decode(String hex, boolean last) {
        return HopPayloadCodec.decode(Bytes.fromHex(hex), last);
    }

    private static MilliSatoshi amount(OnionSamples samples) {
        return MilliSatoshi.msat(samples.random().nextLong() & 0xffffffffffffL);
    }

    private static CltvExpiry expiry(OnionSamples samples) {
        return new CltvExpiry(samples.random().nextInt() & 0xffffffffL);
    }

    private static List<TlvStream.Unknown> others(OnionSamples samples) {
        if (samples.random().nextBoolean()) return List.of();
        return List.of(new TlvStream.Unknown(65537, samples.bytes(3)),
                new TlvStream.Unknown(-1, samples.bytes(samples.between(0, 300))));
    }
}
