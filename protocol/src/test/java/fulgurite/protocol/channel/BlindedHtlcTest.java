package fulgurite.protocol.channel;

import static fulgurite.protocol.channel.TwoChannels.hash;
import static fulgurite.protocol.channel.TwoChannels.preimage;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.ChannelCommand.OfferHtlc;
import fulgurite.protocol.channel.ChannelEffect.HtlcReceived;
import fulgurite.protocol.channel.ChannelEffect.HtlcSettled;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.onion.FailureMessage;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.UpdateAddHtlc;
import fulgurite.protocol.wire.UpdateAddHtlcTlv;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** HTLCs inside blinded paths, from Alice to Bob. */
class BlindedHtlcTest {
    private static final PublicKey PATH_KEY = Curve.publicKey(new PrivateKey(Bytes.fromHex("22".repeat(32))));

    private final TwoChannels both = knowing(Feature.ROUTE_BLINDING);

    private static TwoChannels knowing(Feature feature) {
        TwoChannels both = TwoChannels.open();
        for (Participant one : List.of(both.alice, both.bob))
            one.context = one.context.with(one.features().withOptional(feature));
        both.disconnect();
        both.reconnect();
        both.deliverAll();
        return both;
    }

    private static OfferHtlc blinded(int n) {
        return new OfferHtlc(new MilliSatoshi(10_000_000), hash(n), new CltvExpiry(200), TwoChannels.ONION,
                new HtlcOrigin.Local(new Bytes32(hash(n).bytes()), 0), Optional.empty(), Optional.of(PATH_KEY));
    }

    @Test
    void the_path_key_travels_with_the_htlc() {
        both.alice.tell(blinded(1));
        var sent = (UpdateAddHtlc) both.alice.outbox.peek();
        both.commit();

        assertThat(sent.tlvs().get(UpdateAddHtlcTlv.BlindedPath.class).orElseThrow().pathKey()).isEqualTo(PATH_KEY);
        assertThat(both.bob.effects(HtlcReceived.class).getFirst().htlc().pathKey()).contains(PATH_KEY);
        both.assertCommitmentsAgree();
    }

    @Test
    void the_path_key_outlives_a_lost_connection_and_a_restart() {
        both.alice.tell(blinded(1));
        both.disconnect();
        both.alice.restart(both.alice.journal.size());
        both.bob.restart(both.bob.journal.size());
        both.reconnect();
        both.commit();
        assertThat(both.bob.effects(HtlcReceived.class).getLast().htlc().pathKey()).contains(PATH_KEY);

        both.bob.restart(both.bob.journal.size());

        assertThat(both.bob.effects(HtlcReceived.class).getLast().htlc().pathKey()).contains(PATH_KEY);
    }

    @Test
    @Tag("rule:blinded")
    void whatever_the_failure_the_peer_hears_invalid_onion_blinding() {
        int code = new FailureMessage.InvalidOnionBlinding(Bytes32.ZERO).code();
        both.alice.tell(blinded(1), blinded(2));
        both.commit();

        both.bob.tell(new ChannelCommand.FailHtlc(0, Bytes.fromHex("aabb")),
                new ChannelCommand.FailMalformedHtlc(1, Bytes32.ZERO, 0xc005));
        both.commit();

        assertThat(both.alice.effects(HtlcSettled.class)).extracting(HtlcSettled::result)
                .containsOnly(new HtlcResult.FailedMalformed(code, Hashes.sha256(TwoChannels.ONION)));
        both.assertCommitmentsAgree();
    }

    @Test
    void a_preimage_is_given_as_ever() {
        both.alice.tell(blinded(1));
        both.commit();

        both.bob.tell(new ChannelCommand.FulfilHtlc(0, preimage(1)));
        both.commit();

        assertThat(both.alice.effects(HtlcSettled.class)).extracting(HtlcSettled::result)
                .containsOnly(new HtlcResult.Fulfilled(preimage(1)));
    }

    @Test
    void nothing_blinded_is_offered_to_a_peer_that_does_not_know_blinded_paths() {
        TwoChannels plain = TwoChannels.open();

        assertThat(plain.alice.only(blinded(1))).isEqualTo(
                Decision.refuse(new Refusal.NotNegotiated("option_route_blinding")));
        assertThat(plain.alice.outbox).isEmpty();
    }
}
