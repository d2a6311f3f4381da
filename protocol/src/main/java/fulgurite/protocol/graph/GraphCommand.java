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
     * @param signed whether its signatures were found good before
     */
    record ReceiveChannelAnnouncement(ChannelAnnouncement message, Optional<FundingOutput> funding, boolean signed)
            implements
            GraphCommand {
        public ReceiveChannelAnnouncement(ChannelAnnouncement message, Optional<FundingOutput> funding) {
            this(message, funding, false);
        }
    }

    /** A channel_update, from a peer or our own. @param signer whose signature was found good before */
    record ReceiveChannelUpdate(ChannelUpdate message, Optional<NodeId> signer) implements GraphCommand {
        public ReceiveChannelUpdate(ChannelUpdate message) {
            this(message, Optional.empty());
        }
    }

    /** A node_announcement, from a peer or our own. @param signed whether its signature was found good before */
    record ReceiveNodeAnnouncement(NodeAnnouncement message, boolean signed) implements GraphCommand {
        public ReceiveNodeAnnouncement(NodeAnnouncement message) {
            this(message, false);
        }
    }

    /** Channels of others that nobody has spoken of for two weeks are forgotten. @param ours our own node, which knows its channels */
    record PruneStale(NodeId ours) implements GraphCommand {}

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
