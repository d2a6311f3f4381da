package fulgurite.protocol.channel;

import fulgurite.protocol.transactions.ChannelBasepoints;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;

/**
 * What one side says of itself in open_channel or accept_channel.
 *
 * @param dustLimit for its own commitment
 * @param maxInFlight the most that the other side may have in HTLCs to it at once
 * @param reserve that it demands of the other side
 * @param htlcMinimum the least HTLC that it takes
 * @param toSelfDelay that it imposes on the other side's outputs
 * @param maxAcceptedHtlcs that the other side may have on offer at once, 0..483
 * @param shutdownScript that it promises to close to; empty promises nothing
 * @bolt 2, The open_channel Message
 */
public record SideTerms(
        Satoshi dustLimit,
        MilliSatoshi maxInFlight,
        Satoshi reserve,
        MilliSatoshi htlcMinimum,
        CltvDelta toSelfDelay,
        int maxAcceptedHtlcs,
        ChannelBasepoints basepoints,
        Bytes shutdownScript) {}
