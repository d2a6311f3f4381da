package fulgurite.protocol.channel.opening;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.channel.Changed;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.SideTerms;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.transactions.ChannelBasepoints;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each bound on the terms of a new channel: what is taken at the bound, and what is not beyond it. @bolt 2, The open_channel Message */
@Tag("rule:opening")
class OpeningChecksTest {
    private static final ChannelLimits LIMITS = ChannelLimits.PRODUCTION;
    private static final Satoshi CAPACITY = new Satoshi(1_000_000);
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1_000);
    /** At 1,000 sat/kw: 1,124 weight units and two anchors. */
    private static final long COST = 1_124 + 660;
    private static final Features NOTHING = Features.EMPTY;
    private static final Features LARGE = Features.optional(Feature.LARGE_CHANNEL);
    private static final PublicKey NO_POINT = PublicKey.fromHex("02" + "ff".repeat(32));
    private static final Bytes SCRIPT = Bytes.fromHex("0014" + "ab".repeat(20));

    private static SideTerms terms(long index) {
        return new SideTerms(new Satoshi(354), new MilliSatoshi(1_000_000_000), new Satoshi(10_000),
                new MilliSatoshi(1), new CltvDelta(144), 483, ChannelKeys.derive(Bytes32.ZERO, index).basepoints(),
                Bytes.EMPTY);
    }

    private static SideTerms theirs(String field, Object value) {
        return Changed.of(terms(2), field, value);
    }

    private static Optional<String> peer(SideTerms theirs) {
        return OpeningChecks.peerTerms(theirs, terms(1), CAPACITY, LIMITS);
    }

    private static Optional<String> amounts(Satoshi capacity, long pushMsat, long feerate, Features a, Features b) {
        return OpeningChecks.amounts(capacity, new MilliSatoshi(pushMsat), new FeeratePerKw(feerate), LIMITS, a, b);
    }

    private static void assertObjects(Optional<String> objection, String reason) {
        assertThat(objection).hasValueSatisfying(text -> assertThat(text).contains(reason));
    }

    @Test
    void all_of_the_funding_may_be_pushed_and_no_more_nor_less_than_nothing() {
        assertThat(amounts(CAPACITY, 1_000_000_000, 1_000, NOTHING, NOTHING)).isEmpty();
        assertThat(amounts(CAPACITY, 0, 1_000, NOTHING, NOTHING)).isEmpty();
        assertObjects(amounts(CAPACITY, 1_000_000_001, 1_000, NOTHING, NOTHING), "push_msat");
        assertObjects(amounts(CAPACITY, -1, 1_000, NOTHING, NOTHING), "push_msat");
        assertObjects(amounts(Satoshi.ZERO, 0, 1_000, NOTHING, NOTHING), "needs funding");
        assertThat(amounts(new Satoshi(1), 0, 1_000, NOTHING, NOTHING)).isEmpty();
    }

    @Test
    void channels_from_2_to_the_24_on_need_both_sides_to_know_them() {
        var large = new Satoshi(1L << 24);
        assertThat(amounts(new Satoshi((1L << 24) - 1), 0, 1_000, NOTHING, NOTHING)).isEmpty();
        assertThat(amounts(large, 0, 1_000, LARGE, LARGE)).isEmpty();
        assertObjects(amounts(large, 0, 1_000, LARGE, NOTHING), "2^24");
        assertObjects(amounts(large, 0, 1_000, NOTHING, LARGE), "2^24");
    }

    @Test
    void feerates_are_taken_up_to_both_bounds() {
        for (long fine : new long[]{253, 100_000})
            assertThat(amounts(CAPACITY, 0, fine, NOTHING, NOTHING)).isEmpty();
        for (long wrong : new long[]{252, 100_001})
            assertObjects(amounts(CAPACITY, 0, wrong, NOTHING, NOTHING), "feerate");
    }

    @Test
    void the_peers_terms_are_taken_up_to_each_bound() {
        assertThat(peer(terms(2))).isEmpty();
        assertThat(peer(theirs("toSelfDelay", new CltvDelta(2016)))).isEmpty();
        assertObjects(peer(theirs("toSelfDelay", new CltvDelta(2017))), "to_self_delay");
        assertThat(peer(theirs("maxAcceptedHtlcs", 1))).isEmpty();
        assertObjects(peer(theirs("maxAcceptedHtlcs", 0)), "too small");
        assertObjects(peer(theirs("maxAcceptedHtlcs", 484)), "exceeds 483");
        assertThat(peer(theirs("dustLimit", new Satoshi(1_000)))).isEmpty();
        assertObjects(peer(theirs("dustLimit", new Satoshi(1_001))), "too large");
        assertObjects(peer(theirs("dustLimit", new Satoshi(353))), "below 354");
        assertThat(peer(theirs("htlcMinimum", new MilliSatoshi(1_000_000_000)))).isEmpty();
        assertObjects(peer(theirs("htlcMinimum", new MilliSatoshi(1_000_000_001))), "htlc_minimum_msat");
        assertThat(peer(theirs("shutdownScript", SCRIPT))).isEmpty();
        assertObjects(peer(theirs("shutdownScript", Bytes.fromHex("51"))), "upfront_shutdown_script");
    }

    @Test
    void a_peer_takes_a_thousand_satoshis_at_once_or_all_of_a_smaller_channel() {
        assertThat(peer(theirs("maxInFlight", new MilliSatoshi(1_000_000)))).isEmpty();
        assertObjects(peer(theirs("maxInFlight", new MilliSatoshi(999_999))), "in_flight");
        var small = new Satoshi(900);
        for (long msat : new long[]{900_000, 899_999}) {
            var theirs = Changed.of(theirs("maxInFlight", new MilliSatoshi(msat)), "reserve", new Satoshi(400));
            assertThat(OpeningChecks.peerTerms(theirs, terms(1), small, LIMITS).isEmpty()).isEqualTo(msat == 900_000);
        }
    }

    @Test
    void a_reserve_is_a_twentieth_of_the_capacity_at_most_or_what_dust_limits_force() {
        assertThat(peer(theirs("reserve", new Satoshi(50_000)))).isEmpty();
        assertObjects(peer(theirs("reserve", new Satoshi(50_001))), "channel_reserve_satoshis is too large");
        var small = new Satoshi(2_000);
        for (long sat : new long[]{1_000, 1_001}) {
            var theirs = theirs("reserve", new Satoshi(sat));
            assertThat(OpeningChecks.peerTerms(theirs, terms(1), small, LIMITS).isEmpty()).isEqualTo(sat == 1_000);
        }
    }

    @Test
    void neither_reserve_is_below_either_dust_limit() {
        SideTerms ours = Changed.of(terms(1), "dustLimit", new Satoshi(600));
        SideTerms theirs = Changed.of(theirs("dustLimit", new Satoshi(500)), "reserve", new Satoshi(600));
        assertThat(OpeningChecks.peerTerms(theirs, Changed.of(ours, "reserve", new Satoshi(600)), CAPACITY, LIMITS))
                .isEmpty();
        assertObjects(OpeningChecks.peerTerms(Changed.of(theirs, "reserve", new Satoshi(599)), ours, CAPACITY, LIMITS),
                "exceeds channel_reserve");
        assertObjects(OpeningChecks.peerTerms(theirs, Changed.of(ours, "reserve", new Satoshi(599)), CAPACITY, LIMITS),
                "exceeds channel_reserve");
        // The dust limit of the other side counts as much.
        SideTerms dusty = Changed.of(theirs, "dustLimit", new Satoshi(700));
        assertObjects(OpeningChecks.peerTerms(Changed.of(dusty, "reserve", new Satoshi(699)), ours, CAPACITY, LIMITS),
                "exceeds channel_reserve");
        assertObjects(OpeningChecks.peerTerms(Changed.of(dusty, "reserve", new Satoshi(700)),
                Changed.of(ours, "reserve", new Satoshi(699)), CAPACITY, LIMITS), "exceeds channel_reserve");
    }

    @Test
    void a_reserve_of_nothing_is_taken_where_this_node_takes_it_and_a_small_one_is_not() {
        SideTerms none = theirs("reserve", Satoshi.ZERO);
        SideTerms few = theirs("reserve", new Satoshi(1));
        SideTerms ours = Changed.of(terms(1), "reserve", Satoshi.ZERO);
        assertThat(OpeningChecks.peerTerms(none, ours, CAPACITY, ChannelLimits.REGTEST)).isEmpty();
        assertObjects(OpeningChecks.peerTerms(none, terms(1), CAPACITY, LIMITS), "exceeds channel_reserve");
        assertObjects(OpeningChecks.peerTerms(terms(2), ours, CAPACITY, LIMITS), "exceeds channel_reserve");
        assertObjects(OpeningChecks.peerTerms(few, ours, CAPACITY, ChannelLimits.REGTEST), "exceeds channel_reserve");
        assertObjects(OpeningChecks.peerTerms(none, Changed.of(ours, "reserve", new Satoshi(1)), CAPACITY,
                ChannelLimits.REGTEST), "exceeds channel_reserve");
    }

    @Test
    void every_key_is_a_point_and_none_is_ours() {
        for (String name : List.of("funding", "revocation", "payment", "delayedPayment", "htlc")) {
            ChannelBasepoints theirs = terms(2).basepoints();
            assertObjects(peer(theirs("basepoints", Changed.of(theirs, name, NO_POINT))), "not a valid point");
            ChannelBasepoints ours = terms(1).basepoints();
            for (PublicKey stolen : List.of(ours.funding(), ours.revocation(), ours.payment(), ours.delayedPayment(),
                    ours.htlc()))
                assertObjects(peer(theirs("basepoints", Changed.of(theirs, name, stolen))), "is ours");
        }
    }

    private static Optional<String> first(long capacity, long pushMsat, long funderReserve, long fundeeReserve) {
        return OpeningChecks.firstCommitment(new Satoshi(capacity), new MilliSatoshi(pushMsat), FEERATE,
                CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX,
                Changed.of(terms(1), "reserve", new Satoshi(funderReserve)),
                Changed.of(terms(2), "reserve", new Satoshi(fundeeReserve)));
    }

    @Test
    void the_funder_pays_the_first_commitment_from_what_it_has_not_pushed() {
        assertThat(first(100_000, (100_000 - COST) * 1_000, 1_000, 1_000)).isEmpty();
        assertObjects(first(100_000, (100_000 - COST) * 1_000 + 1, 1_000, 1_000), "cannot pay");
    }

    @Test
    void one_side_at_least_has_more_than_the_greater_reserve() {
        for (long[] reserves : new long[][]{{5_000, 0}, {0, 5_000}}) {
            assertThat(first(5_000 + COST + 1, 0, reserves[0], reserves[1])).isEmpty();
            assertObjects(first(5_000 + COST, 0, reserves[0], reserves[1]), "more than the reserve");
            assertThat(first(5_001 + COST, 5_000_001, reserves[0], reserves[1])).isEmpty();
            assertObjects(first(5_001 + COST, 5_000_000, reserves[0], reserves[1]), "more than the reserve");
        }
    }

    @Test
    void a_channel_type_is_suitable_that_both_know_and_that_fits_its_flags() {
        Features all = Features.optional(Feature.ANCHORS, Feature.SCID_ALIAS, Feature.ZEROCONF);
        ChannelType aliased = ChannelType.ANCHORS.with(Feature.SCID_ALIAS);
        ChannelType early = ChannelType.ANCHORS.with(Feature.ZEROCONF);
        ChannelType both = aliased.with(Feature.ZEROCONF);
        for (ChannelType fine : List.of(ChannelType.ANCHORS, ChannelType.STATIC_REMOTEKEY, aliased, early, both))
            assertThat(OpeningChecks.isSuitable(fine, false, all, all)).as(fine.toString()).isTrue();
        for (ChannelType fine : List.of(ChannelType.ANCHORS, ChannelType.STATIC_REMOTEKEY, early))
            assertThat(OpeningChecks.isSuitable(fine, true, all, all)).as(fine.toString()).isTrue();
        // An alias that must be kept secret belongs to a channel that is not announced.
        for (ChannelType wrong : List.of(aliased, both))
            assertThat(OpeningChecks.isSuitable(wrong, true, all, all)).as(wrong.toString()).isFalse();
        assertThat(OpeningChecks.isSuitable(ChannelType.ANCHORS.with(Feature.SPLICE), false, all, all)).isFalse();
        assertThat(OpeningChecks.isSuitable(ChannelType.of(Feature.ANCHORS), false, all, all)).isFalse();
        for (Feature unknown : List.of(Feature.ANCHORS, Feature.SCID_ALIAS, Feature.ZEROCONF))
            assertThat(OpeningChecks.isSuitable(both, false, all.without(unknown), all)).as(unknown.name()).isFalse();
        assertThat(OpeningChecks.isSuitable(ChannelType.ANCHORS, false, all, NOTHING)).isFalse();
        assertThat(OpeningChecks.isSuitable(ChannelType.STATIC_REMOTEKEY, false, NOTHING, NOTHING)).isTrue();
        assertThat(OpeningChecks.isSuitable(ChannelType.STATIC_REMOTEKEY.with(Feature.SCID_ALIAS), false, all, NOTHING))
                .isTrue();
    }

    @Test
    void anchors_and_use_before_confirmation_are_proposed_where_both_know_them() {
        Features anchors = Features.optional(Feature.ANCHORS);
        assertThat(OpeningChecks.preferredType(anchors, anchors)).isEqualTo(ChannelType.ANCHORS);
        assertThat(OpeningChecks.preferredType(anchors, NOTHING)).isEqualTo(ChannelType.STATIC_REMOTEKEY);
        assertThat(OpeningChecks.preferredType(NOTHING, anchors)).isEqualTo(ChannelType.STATIC_REMOTEKEY);
        Features early = Features.optional(Feature.ZEROCONF);
        assertThat(OpeningChecks.knowZeroConf(early, early)).isTrue();
        assertThat(OpeningChecks.knowZeroConf(early, NOTHING)).isFalse();
        assertThat(OpeningChecks.knowZeroConf(NOTHING, early)).isFalse();
    }

    private static ChannelContext context(ChannelLimits limits) {
        var secret = PrivateKey.fromHex("11".repeat(32));
        return new ChannelContext(new BlockHeight(100), Feerates.flat(FEERATE), ChannelKeys.derive(Bytes32.ZERO, 1),
                new NodeId(Curve.publicKey(secret)), secret, NOTHING, SCRIPT, Bytes32.ZERO, limits);
    }

    @Test
    void our_own_terms_follow_our_limits() {
        ChannelContext usual = context(LIMITS);
        SideTerms ours = OpeningChecks.ourTerms(usual, CAPACITY, Satoshi.ZERO, false);
        assertThat(ours).isEqualTo(new SideTerms(new Satoshi(354), new MilliSatoshi(1_000_000_000),
                new Satoshi(10_000), new MilliSatoshi(1), new CltvDelta(144), 483, usual.keys().basepoints(),
                Bytes.EMPTY));
        assertThat(OpeningChecks.ourTerms(usual, CAPACITY, Satoshi.ZERO, true).reserve()).isEqualTo(Satoshi.ZERO);
        // In a small channel a share would be dust, to us or to the peer.
        var small = new Satoshi(30_000);
        assertThat(OpeningChecks.ourTerms(usual, small, Satoshi.ZERO, false).reserve()).isEqualTo(new Satoshi(354));
        assertThat(OpeningChecks.ourTerms(usual, small, new Satoshi(900), false).reserve())
                .isEqualTo(new Satoshi(900));
        var other = Changed.of(Changed.of(Changed.of(LIMITS.withUpfrontShutdown(true), "maxInFlightPercent", 30),
                "maxAcceptedHtlcs", 500), "reservePercent", 3);
        SideTerms changed = OpeningChecks.ourTerms(context(other), CAPACITY, Satoshi.ZERO, false);
        assertThat(changed.maxInFlight()).isEqualTo(new MilliSatoshi(300_000_000));
        assertThat(changed.reserve()).isEqualTo(new Satoshi(30_000));
        assertThat(changed.maxAcceptedHtlcs()).isEqualTo(483);
        assertThat(changed.shutdownScript()).isEqualTo(SCRIPT);
    }
}
