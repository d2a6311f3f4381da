package fulgurite.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.units.Bytes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    @Test
    void bit_0_is_the_lowest_bit_of_the_last_byte() {
        assertThat(Features.ofBits(0).bytes().toHex()).isEqualTo("01");
        assertThat(Features.ofBits(12, 22).bytes().toHex()).isEqualTo("401000");
        assertThat(new Features(Bytes.fromHex("401000")).bits()).containsExactly(12, 22);
        assertThat(new Features(Bytes.fromHex("401000")).has(500)).isFalse();
    }

    @Test
    void leading_zeros_are_kept_but_do_not_change_the_bits() {
        var padded = new Features(Bytes.fromHex("000000401000"));
        assertThat(padded.bytes().size()).isEqualTo(6);
        assertThat(padded).isNotEqualTo(Features.ofBits(12, 22));
        assertThat(padded.sameBits(Features.ofBits(12, 22))).isTrue();
    }

    @Test
    void both_maps_of_init_are_one() {
        var init = new Init(Features.ofBits(13), Features.ofBits(0, 45));
        assertThat(init.combinedFeatures().bits()).containsExactly(0, 13, 45);
    }

    @Test
    void an_even_bit_that_nobody_assigned_is_reported() {
        assertThat(Features.ofBits(0, 14, 100, 101, 201).unknownRequired()).containsExactly(100);
        assertThat(Features.ofBits(101).unknownRequired()).isEmpty();
        assertThat(Features.ofBits(8, 60).requiredButNotIn(Features.optional(Feature.VAR_ONION_OPTIN)))
                .containsExactly(60);
    }

    @Test
    @Tag("rule:1")
    void what_a_feature_depends_on_must_be_there_too() {
        assertThat(Features.optional(Feature.BASIC_MPP).missingDependencies())
                .containsExactly(Feature.PAYMENT_SECRET);
        assertThat(Features.ofBits(14, 17).missingDependencies()).isEmpty();
        assertThat(Features.optional(Feature.ZEROCONF, Feature.SIMPLE_CLOSE).missingDependencies())
                .containsExactly(Feature.SCID_ALIAS, Feature.SHUTDOWN_ANYSEGWIT);
    }

    @Test
    void a_feature_is_negotiated_when_both_offer_it_or_we_demand_it() {
        Features optional = Features.optional(Feature.SIMPLE_CLOSE);
        Features required = Features.EMPTY.withRequired(Feature.SIMPLE_CLOSE);
        assertThat(optional.negotiatedWith(optional, Feature.SIMPLE_CLOSE)).isTrue();
        assertThat(optional.negotiatedWith(Features.EMPTY, Feature.SIMPLE_CLOSE)).isFalse();
        assertThat(required.negotiatedWith(Features.EMPTY, Feature.SIMPLE_CLOSE)).isTrue();
    }

    @Test
    @Tag("rule:5")
    void the_anchors_channel_type_is_bits_12_and_22() {
        assertThat(ChannelType.ANCHORS.features().bits()).containsExactly(12, 22);
        assertThat(ChannelType.ANCHORS.has(Feature.ANCHORS)).isTrue();
        assertThat(ChannelType.STATIC_REMOTEKEY.has(Feature.ANCHORS)).isFalse();
        assertThat(Features.ofBits(12, 47).without(Feature.SCID_ALIAS)).isEqualTo(Features.ofBits(12));
    }
}
