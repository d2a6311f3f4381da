package fulgurite.protocol.onion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private static final Bytes32 HASH = new Bytes32(new OnionSamples(1).bytes(32));
    private static final Bytes UPDATE = new OnionSamples(2).bytes(138);

    /** Every failure of BOLT 4 with its code as the BOLT writes it: flags and number. */
    static Map<FailureMessage, Integer> everyFailure() {
        var amount = MilliSatoshi.msat(0x0102030405L);
        var expiry = new CltvExpiry(0x80000001L);
        var all = new LinkedHashMap<FailureMessage, Integer>();
        all.put(new FailureMessage.TemporaryNodeFailure(), 0x2002);
        all.put(new FailureMessage.PermanentNodeFailure(), 0x6002);
        all.put(new FailureMessage.RequiredNodeFeatureMissing(), 0x6003);
        all.put(new FailureMessage.InvalidOnionVersion(HASH), 0xc004);
        all.put(new FailureMessage.InvalidOnionHmac(HASH), 0xc005);
        all.put(new FailureMessage.InvalidOnionKey(HASH), 0xc006);
        all.put(new FailureMessage.TemporaryChannelFailure(UPDATE), 0x1007);
        all.put(new FailureMessage.TemporaryChannelFailure(Bytes.EMPTY), 0x1007);
        all.put(new FailureMessage.PermanentChannelFailure(), 0x4008);
        all.put(new FailureMessage.RequiredChannelFeatureMissing(), 0x4009);
        all.put(new FailureMessage.UnknownNextPeer(), 0x400a);
        all.put(new FailureMessage.AmountBelowMinimum(amount, UPDATE), 0x100b);
        all.put(new FailureMessage.FeeInsufficient(amount, UPDATE), 0x100c);
        all.put(new FailureMessage.IncorrectCltvExpiry(expiry, UPDATE), 0x100d);
        all.put(new FailureMessage.ExpiryTooSoon(UPDATE), 0x100e);
        all.put(new FailureMessage.IncorrectOrUnknownPaymentDetails(amount, new BlockHeight(800_000)), 0x400f);
        all.put(new FailureMessage.FinalIncorrectCltvExpiry(expiry), 18);
        all.put(new FailureMessage.FinalIncorrectHtlcAmount(amount), 19);
        all.put(new FailureMessage.ChannelDisabled(0, UPDATE), 0x1014);
        all.put(new FailureMessage.ExpiryTooFar(), 21);
        all.put(new FailureMessage.InvalidOnionPayload(5_482_373_484L, 40), 0x4016);
        all.put(new FailureMessage.MppTimeout(), 23);
        all.put(new FailureMessage.InvalidOnionBlinding(HASH), 0xc018);
        all.put(new FailureMessage.Unrecognized(0x7abc, Bytes.fromHex("010203")), 0x7abc);
        return all;
    }

    static List<FailureMessage> failures() {
        return List.copyOf(everyFailure().keySet());
    }

    @Test
    void every_failure_has_its_code_and_its_flags() {
        everyFailure().forEach((failure, code) -> {
            assertThat(failure.code()).as(failure.label()).isEqualTo(code);
            assertThat(FailureCodec.encode(failure).slice(0, 2).toHex()).isEqualTo(String.format("%04x", code));
            assertThat(failure.permanent()).isEqualTo((code & 0x4000) != 0);
            assertThat(failure.nodeWide()).isEqualTo((code & 0x2000) != 0);
            if (failure instanceof FailureMessage.BadOnion) assertThat(code & 0x8000).isNotZero();
        });
        assertThat(new FailureMessage.IncorrectCltvExpiry(new CltvExpiry(1), UPDATE).label())
                .isEqualTo("incorrect_cltv_expiry");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_failure_is_read_as_it_was_written_whatever_follows_it(FailureMessage failure) {
        Bytes encoded = FailureCodec.encode(failure);

        assertThat(FailureCodec.decode(encoded)).isEqualTo(failure);
        if (!(failure instanceof FailureMessage.Unrecognized))
            assertThat(FailureCodec.decode(encoded.concat(UPDATE))).isEqualTo(failure);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_failure_that_is_cut_short_keeps_its_code(FailureMessage failure) {
        Bytes encoded = FailureCodec.encode(failure);
        for (int size = 2; size < encoded.size(); size++) {
            Bytes cut = encoded.slice(0, size);
            assertThat(FailureCodec.decode(cut))
                    .isEqualTo(new FailureMessage.Unrecognized(failure.code(), cut.slice(2, size)));
        }
    }

    @Test
    void a_failure_without_a_whole_code_is_malformed() {
        assertThatThrownBy(() -> FailureCodec.decode(Bytes.fromHex("20"))).isInstanceOf(MalformedException.class);
    }

    @Test
    @Tag("rule:22")
    void a_malformed_htlc_downstream_becomes_the_failure_that_it_reported() {
        assertThat(FailureCodec.ofMalformed(0xc005, HASH)).isEqualTo(new FailureMessage.InvalidOnionHmac(HASH));
        assertThat(FailureCodec.ofMalformed(0x8001, HASH))
                .isEqualTo(new FailureMessage.Unrecognized(0x8001, HASH.bytes()));
    }

    @Test
    @Tag("rule:23")
    void a_failure_returns_from_each_hop_of_routes_up_to_27_hops() {
        var failures = failures();
        for (int hops = 1; hops <= 27; hops++) {
            List<SharedSecret> secrets = secrets(hops);
            for (int erring = 0; erring < hops; erring++) {
                FailureMessage failure = failures.get((hops * 31 + erring) % failures.size());

                Bytes packet = returned(secrets, erring, failure);

                assertThat(packet.size()).isEqualTo(32 + 2 + 256 + 2);
                assertThat(FailurePacket.unwrap(secrets, packet)).isEqualTo(new FailurePacket.Failed(erring, failure));
            }
        }
    }

    @Test
    @Tag("rule:23")
    void a_failure_with_any_flipped_byte_is_undecodable() {
        List<SharedSecret> secrets = secrets(4);
        Bytes packet = returned(secrets, 3, new FailureMessage.TemporaryNodeFailure());
        for (int at = 0; at < packet.size(); at++) {
            byte[] flipped = packet.toByteArray();
            flipped[at] ^= 0x10;

            assertThat(FailurePacket.unwrap(secrets, Bytes.copyOf(flipped)))
                    .isEqualTo(new FailurePacket.Undecodable());
        }
    }

    @Test
    void packets_of_any_bytes_are_undecodable() {
        for (int seed = 0; seed < 100; seed++) {
            var samples = new OnionSamples(seed);
            assertThat(FailurePacket.unwrap(secrets(3), samples.bytes(samples.between(0, 400))))
                    .isEqualTo(new FailurePacket.Undecodable());
        }
    }

    @Test
    @Tag("rule:23")
    void a_node_beyond_the_route_whose_secret_is_all_zero_is_not_believed() {
        SharedSecret zero = new SharedSecret(Bytes32.ZERO);
        Bytes packet = FailurePacket.create(zero, new FailureMessage.TemporaryNodeFailure());

        assertThat(FailurePacket.unwrap(List.of(), packet)).isEqualTo(new FailurePacket.Undecodable());
    }

    @Test
    void a_hop_that_signs_nonsense_is_still_found() {
        List<SharedSecret> secrets = secrets(2);
        Bytes nonsense = Bytes.fromHex("ffff00");
        Bytes packet = FailurePacket.wrap(secrets.get(0),
                FailurePacket.wrap(secrets.get(1), FailurePacket.authenticate(secrets.get(1), nonsense)));

        assertThat(FailurePacket.unwrap(secrets, packet))
                .isEqualTo(new FailurePacket.Failed(1, new FailureMessage.Unrecognized(0, nonsense)));
    }

    @Test
    @Tag("rule:23")
    void a_long_failure_is_not_padded_and_still_returns() {
        List<SharedSecret> secrets = secrets(3);
        var failure = new FailureMessage.TemporaryChannelFailure(new OnionSamples(8).bytes(400));

        assertThat(FailurePacket.unwrap(secrets, returned(secrets, 2, failure)))
                .isEqualTo(new FailurePacket.Failed(2, failure));
    }

    private static Bytes returned(List<SharedSecret> secrets, int erring, FailureMessage failure) {
        Bytes packet = FailurePacket.create(secrets.get(erring), failure);
        for (int hop = erring - 1; hop >= 0; hop--) packet = FailurePacket.wrap(secrets.get(hop), packet);
        return packet;
    }

    private static List<SharedSecret> secrets(int hops) {
        var samples = new OnionSamples(hops);
        List<SharedSecret> secrets = new ArrayList<>();
        for (int i = 0; i < hops; i++) secrets.add(new SharedSecret(new Bytes32(samples.bytes(32))));
        return secrets;
    }
}
