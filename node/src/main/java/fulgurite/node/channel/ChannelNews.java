package fulgurite.node.channel;

import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.IncomingHtlc;
import fulgurite.protocol.units.ChannelId;

/** What a node's channels tell the rest of it. */
public sealed interface ChannelNews {
    /** The channel's state after a journal write; told before any effect of it. */
    record Changed(LiveChannel channel) implements ChannelNews {}

    /** An HTLC of the peer waits for us. */
    record HtlcReceived(ChannelId channel, IncomingHtlc htlc) implements ChannelNews {}

    /** An HTLC of ours has its result, for whoever is its origin. @param channel that carried it */
    record HtlcSettled(LiveChannel channel, ChannelEffect.HtlcSettled settled) implements ChannelNews {}

    /** Payments may flow. */
    record Usable(LiveChannel channel, ChannelEffect.ChannelUsable names) implements ChannelNews {}

    /** No payment can be offered any more. */
    record Unusable(LiveChannel channel) implements ChannelNews {}

    /** The channel may be told to the world. */
    record Announced(LiveChannel channel, ChannelEffect.AnnounceChannel announced) implements ChannelNews {}

    /** After a start: every channel has told its state, and none is missing any more. */
    record AllRecovered() implements ChannelNews {}
}
