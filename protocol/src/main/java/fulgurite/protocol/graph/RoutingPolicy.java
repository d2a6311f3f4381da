package fulgurite.protocol.graph;

import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.wire.ChannelUpdate;

/**
 * The terms on which a node forwards into a channel.
 *
 * @param feeProportionalMillionths 0..2^32-1
 * @bolt 7, The channel_update Message
 */
public record RoutingPolicy(MilliSatoshi feeBase, long feeProportionalMillionths, CltvDelta cltvExpiryDelta,
        MilliSatoshi htlcMinimum, MilliSatoshi htlcMaximum) {
    private static final long MILLION = 1_000_000;

    public static RoutingPolicy of(ChannelUpdate update) {
        return new RoutingPolicy(update.feeBase(), update.feeProportionalMillionths(), update.cltvExpiryDelta(),
                update.htlcMinimum(), update.htlcMaximum());
    }

    /** What the node charges for forwarding {@code amount}, rounded down. @bolt 7, HTLC Fees */
    public MilliSatoshi feeFor(MilliSatoshi amount) {
        return new MilliSatoshi(fee(amount.msat(), feeBase.msat(), feeProportionalMillionths));
    }

    /** The same in plain numbers; {@link Long#MAX_VALUE} when it is more than fits: dearer than all bitcoin in any case. */
    public static long fee(long amountMsat, long baseMsat, long millionths) {
        long whole = amountMsat / MILLION;
        if (Math.multiplyHigh(whole, millionths) != 0) return Long.MAX_VALUE;
        long proportional = whole * millionths + amountMsat % MILLION * millionths / MILLION;
        return proportional < 0 || proportional > Long.MAX_VALUE - baseMsat ? Long.MAX_VALUE : baseMsat + proportional;
    }

    public boolean allows(MilliSatoshi amount) {
        return amount.atLeast(htlcMinimum) && htlcMaximum.atLeast(amount);
    }
}
