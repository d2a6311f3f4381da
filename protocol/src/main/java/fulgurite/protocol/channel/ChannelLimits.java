package fulgurite.protocol.channel;

import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;

/**
 * A node's configuration for its channels: what it asks for, and what it takes.
 *
 * @param dustLimit of our commitments, 354 sat at least
 * @param maxDustLimit of the peer's
 * @param reservePercent of the capacity, that we ask the peer to keep
 * @param zeroReserve whether channels without any reserve are taken and offered (regtest only)
 * @param toSelfDelay that we ask of the peer
 * @param maxToSelfDelay that we let the peer ask of us
 * @param maxInFlightPercent of the capacity, in HTLCs to us at once
 * @param maxAcceptedHtlcs on offer to us at once, 1..483
 * @param minimumDepth confirmations before a channel that the peer funds is ready
 * @param maxMinimumDepth that we let the peer ask for
 * @param minCapacity of channels that peers open to us
 * @param minFeerate of commitments that we take; @param maxFeerate likewise
 * @param maxDustExposure in HTLCs too small for an output, in either commitment
 * @param feeSpikeMultiple how many times the feerate a funder must be able to pay when HTLCs are added, 1 or 2
 * @param reasonableDepth confirmations on chain after which an HTLC without a preimage is failed back
 * @param irrevocableDepth confirmations after which what happened on chain is final (BOLT 5 says 100)
 * @param fulfilmentBlocks before an HTLC's expiry at which its preimage must be on its way to the chain (BOLT 2: 2R+G+S)
 * @param feeStepPercent how far the feerate of our commitments may be off what we want before we change it
 * @param upfrontShutdown whether we promise at opening which script we close to
 * @param htlcTimeouts whether a channel is closed when an HTLC cannot wait for the peer any longer (always, but for conformance suites)
 */
public record ChannelLimits(
        Satoshi dustLimit,
        Satoshi maxDustLimit,
        int reservePercent,
        boolean zeroReserve,
        CltvDelta toSelfDelay,
        CltvDelta maxToSelfDelay,
        int maxInFlightPercent,
        MilliSatoshi htlcMinimum,
        int maxAcceptedHtlcs,
        int minimumDepth,
        int maxMinimumDepth,
        Satoshi minCapacity,
        FeeratePerKw minFeerate,
        FeeratePerKw maxFeerate,
        MilliSatoshi maxDustExposure,
        int feeSpikeMultiple,
        int reasonableDepth,
        int irrevocableDepth,
        int fulfilmentBlocks,
        int feeStepPercent,
        boolean upfrontShutdown,
        boolean htlcTimeouts) {
    /** For mainnet and testnets. */
    public static final ChannelLimits PRODUCTION = new ChannelLimits(
            new Satoshi(354), new Satoshi(1_000), 1, false, new CltvDelta(144), new CltvDelta(2016), 100,
            new MilliSatoshi(1), 483, 3, 12, new Satoshi(20_000), FeeratePerKw.FLOOR, new FeeratePerKw(100_000),
            new MilliSatoshi(50_000_000), 2, 6, 100, 18, 20, false, true);

    /** For regtest: ready after one block, short delays, reserves optional, final after six blocks. */
    public static final ChannelLimits REGTEST = new ChannelLimits(
            new Satoshi(354), new Satoshi(1_000), 1, true, new CltvDelta(6), new CltvDelta(2016), 100,
            new MilliSatoshi(1), 483, 1, 12, new Satoshi(10_000), FeeratePerKw.FLOOR, new FeeratePerKw(100_000),
            new MilliSatoshi(50_000_000), 2, 3, 6, 18, 20, false, true);

    public ChannelLimits withHtlcTimeouts(boolean enforced) {
        return new ChannelLimits(dustLimit, maxDustLimit, reservePercent, zeroReserve, toSelfDelay, maxToSelfDelay,
                maxInFlightPercent, htlcMinimum, maxAcceptedHtlcs, minimumDepth, maxMinimumDepth, minCapacity,
                minFeerate, maxFeerate, maxDustExposure, feeSpikeMultiple, reasonableDepth, irrevocableDepth,
                fulfilmentBlocks, feeStepPercent, upfrontShutdown, enforced);
    }

    public ChannelLimits withUpfrontShutdown(boolean promised) {
        return new ChannelLimits(dustLimit, maxDustLimit, reservePercent, zeroReserve, toSelfDelay, maxToSelfDelay,
                maxInFlightPercent, htlcMinimum, maxAcceptedHtlcs, minimumDepth, maxMinimumDepth, minCapacity,
                minFeerate, maxFeerate, maxDustExposure, feeSpikeMultiple, reasonableDepth, irrevocableDepth,
                fulfilmentBlocks, feeStepPercent, promised, htlcTimeouts);
    }
}
