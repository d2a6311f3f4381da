package fulgurite.protocol.channel.opening;

import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.channel.SideTerms;
import fulgurite.protocol.channel.closing.ShutdownScripts;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.transactions.ChannelBasepoints;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;

/** What must hold of the terms of a new channel, whichever side states them. Each check gives the objection, or nothing. @bolt 2, The open_channel Message; The accept_channel Message */
final class OpeningChecks {
    static final int MAX_HTLCS = 483;
    private static final Satoshi LEAST_DUST_LIMIT = new Satoshi(354);
    /** A peer that takes less than this at once is of no use. */
    private static final MilliSatoshi LEAST_MAX_IN_FLIGHT = new MilliSatoshi(1_000_000);
    private static final Satoshi LARGE_CHANNEL = new Satoshi(1L << 24);
    /** More than this share of the capacity is no reserve but a gift. */
    private static final int MAX_RESERVE_PERCENT = 5;

    private OpeningChecks() {}

    /** What we must not ask for, and must not take. */
    static Optional<String> amounts(
            Satoshi capacity, MilliSatoshi push, FeeratePerKw feerate, ChannelLimits limits, Features ours,
            Features theirs) {
        if (push.isNegative() || capacity.toMilliSatoshi().lessThan(push))
            return Optional.of("push_msat exceeds the funding");
        if (capacity.sat() <= 0) return Optional.of("a channel needs funding");
        boolean large = ours.offers(Feature.LARGE_CHANNEL) && theirs.offers(Feature.LARGE_CHANNEL);
        if (capacity.atLeast(LARGE_CHANNEL) && !large)
            return Optional.of("channels of 2^24 sat and more were not negotiated");
        if (feerate.lessThan(limits.minFeerate()) || limits.maxFeerate().lessThan(feerate))
            return Optional.of("feerate " + feerate + " is not between " + limits.minFeerate() + " and "
                    + limits.maxFeerate());
        return Optional.empty();
    }

    /** The terms that the peer states. @param mirror ours, the peer's counterpart */
    static Optional<String> peerTerms(SideTerms theirs, SideTerms mirror, Satoshi capacity, ChannelLimits limits) {
        if (theirs.toSelfDelay().compareTo(limits.maxToSelfDelay()) > 0)
            return Optional.of("to_self_delay of " + theirs.toSelfDelay() + " is unreasonably large");
        if (theirs.maxAcceptedHtlcs() > MAX_HTLCS) return Optional.of("max_accepted_htlcs exceeds 483");
        if (theirs.maxAcceptedHtlcs() < 1) return Optional.of("max_accepted_htlcs is too small");
        if (theirs.dustLimit().lessThan(LEAST_DUST_LIMIT))
            return Optional.of("dust_limit_satoshis is below 354");
        if (limits.maxDustLimit().lessThan(theirs.dustLimit())) return Optional.of("dust_limit_satoshis is too large");
        if (theirs.maxInFlight().lessThan(LEAST_MAX_IN_FLIGHT.min(capacity.toMilliSatoshi())))
            return Optional.of("max_htlc_value_in_flight_msat is too small");
        if (capacity.toMilliSatoshi().lessThan(theirs.htlcMinimum()))
            return Optional.of("htlc_minimum_msat is too large");
        // In a small channel the reserve that dust limits force is more than its share.
        var mostReserve = new Satoshi(capacity.sat() * MAX_RESERVE_PERCENT / 100).max(limits.maxDustLimit());
        if (mostReserve.lessThan(theirs.reserve()))
            return Optional.of("channel_reserve_satoshis is too large");
        if (!theirs.shutdownScript().isEmpty() && !ShutdownScripts.isAcceptable(theirs.shutdownScript(), true, true))
            return Optional.of("upfront_shutdown_script is of no allowed form");
        return reserves(theirs, mirror, limits).or(() -> keys(theirs.basepoints(), mirror.basepoints()));
    }

    /** Neither side's reserve may be dust to either, unless both renounce reserves. */
    private static Optional<String> reserves(SideTerms theirs, SideTerms mirror, ChannelLimits limits) {
        Satoshi dust = theirs.dustLimit().max(mirror.dustLimit());
        boolean theirsBelow = theirs.reserve().lessThan(dust) && !(limits.zeroReserve() && theirs.reserve().isZero());
        boolean oursBelow = mirror.reserve().lessThan(dust) && !(limits.zeroReserve() && mirror.reserve().isZero());
        if (theirsBelow || oursBelow)
            return Optional.of("dust_limit_satoshis exceeds channel_reserve_satoshis");
        return Optional.empty();
    }

    /** Keys of ours in the peer's place would make its commitments look like ours, and punish nobody. */
    private static Optional<String> keys(ChannelBasepoints theirs, ChannelBasepoints ours) {
        for (PublicKey key : all(theirs)) {
            if (!Curve.isOnCurve(key)) return Optional.of("a key is not a valid point");
            if (all(ours).contains(key)) return Optional.of("a key is ours");
        }
        return Optional.empty();
    }

    private static List<PublicKey> all(ChannelBasepoints b) {
        return List.of(b.funding(), b.revocation(), b.payment(), b.delayedPayment(), b.htlc());
    }

    /** Whether the funder can pay for the first commitments, and somebody has more than the reserve. */
    static Optional<String> firstCommitment(
            Satoshi capacity, MilliSatoshi push, FeeratePerKw feerate, CommitmentFormat format, SideTerms funder,
            SideTerms fundee) {
        MilliSatoshi funds = capacity.toMilliSatoshi().minus(push);
        Satoshi cost = new CommitmentSpec(feerate, funds, push, List.of()).funderCost(format, funder.dustLimit());
        MilliSatoshi rest = funds.minus(cost.toMilliSatoshi());
        if (rest.isNegative()) return Optional.of("the funder cannot pay the first commitment's fee");
        MilliSatoshi reserve = funder.reserve().max(fundee.reserve()).toMilliSatoshi();
        if (!reserve.lessThan(rest) && !reserve.lessThan(push))
            return Optional.of("neither side would have more than the reserve");
        return Optional.empty();
    }

    /** Types that we speak and that both sides have negotiated. */
    static boolean isSuitable(ChannelType type, boolean announce, Features ours, Features theirs) {
        boolean anchors = type.has(Feature.ANCHORS);
        boolean alias = type.has(Feature.SCID_ALIAS);
        boolean zeroConf = type.has(Feature.ZEROCONF);
        ChannelType expected = anchors ? ChannelType.ANCHORS : ChannelType.STATIC_REMOTEKEY;
        if (alias) expected = expected.with(Feature.SCID_ALIAS);
        if (zeroConf) expected = expected.with(Feature.ZEROCONF);
        if (!type.equals(expected)) return false;
        if (alias && (announce || !ours.offers(Feature.SCID_ALIAS))) return false;
        if (zeroConf && !ours.offers(Feature.ZEROCONF)) return false;
        return !anchors || ours.offers(Feature.ANCHORS) && theirs.offers(Feature.ANCHORS);
    }

    /** Whether a channel can be used before it confirms: then it needs a name before it has a place. */
    static boolean knowZeroConf(Features ours, Features theirs) {
        return ours.offers(Feature.ZEROCONF) && theirs.offers(Feature.ZEROCONF);
    }

    /** The type that we propose: anchors wherever both know them. */
    static ChannelType preferredType(Features ours, Features theirs) {
        return ours.offers(Feature.ANCHORS) && theirs.offers(Feature.ANCHORS)
                ? ChannelType.ANCHORS
                : ChannelType.STATIC_REMOTEKEY;
    }

    /** Our own terms. @param peerDust the peer's dust limit where it is known, else zero; @param zeroReserve asks for no reserve */
    static SideTerms ourTerms(ChannelContext context, Satoshi capacity, Satoshi peerDust, boolean zeroReserve) {
        ChannelLimits l = context.limits();
        Satoshi share = new Satoshi(capacity.sat() * l.reservePercent() / 100);
        Satoshi reserve = zeroReserve ? Satoshi.ZERO : share.max(l.dustLimit()).max(peerDust);
        MilliSatoshi inFlight = new MilliSatoshi(capacity.sat() * 10 * l.maxInFlightPercent());
        return new SideTerms(l.dustLimit(), inFlight, reserve, l.htlcMinimum(), l.toSelfDelay(),
                Math.min(l.maxAcceptedHtlcs(), MAX_HTLCS), context.keys().basepoints(),
                l.upfrontShutdown() ? context.shutdownScript() : Bytes.EMPTY);
    }
}
