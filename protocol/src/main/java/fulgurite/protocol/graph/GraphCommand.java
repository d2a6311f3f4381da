package fulgurite.protocol.graph;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.Optional;

/** What the routing table can be told. */
public sealed interface GraphCommand {
    /**
     * A channel_announcement, from a peer or our own.
     *
     * @param funding the unspent output at its short_channel_id; absent when the chain has none. Worth looking up only
     *     when {@link RoutingTable#isNews} says so
     */
    record ReceiveChannelAnnouncement(ChannelAnnouncement message, Optional<FundingOutput> funding)
            implements
            GraphCommand {}

    /** A channel_update, from a peer or our own. */
    record ReceiveChannelUpdate(ChannelUpdate message) implements GraphCommand {}

    /** A node_announcement, from a peer or our own. */
    record ReceiveNodeAnnouncement(NodeAnnouncement message) implements GraphCommand {}

    /** An own channel that is not public, by the id (real or alias) that its updates use. */
    record AddPrivateChannel(ShortChannelId shortChannelId, NodeId ours, NodeId theirs, Satoshi capacity)
            implements
            GraphCommand {}

    /** An own channel is closed: it is gone at once. */
    record RemoveChannel(ShortChannelId shortChannelId) implements GraphCommand {}

    /** The chain saw a channel's funding output spent in the block at that height. */
    record NoteFundingSpent(ShortChannelId shortChannelId, BlockHeight height) implements GraphCommand {}

    /** The chain has grown: channels that were spent long enough ago are forgotten. */
    record NoteBlock(BlockHeight height) implements GraphCommand {}
}
