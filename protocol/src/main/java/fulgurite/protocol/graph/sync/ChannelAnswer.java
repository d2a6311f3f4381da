package fulgurite.protocol.graph.sync;

import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.KnownNode;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a peer hears of a channel that it asks about. @bolt 7, The query_short_channel_ids Messages */
public final class ChannelAnswer {
    private ChannelAnswer() {}

    /**
     * Nothing of a channel that is unknown or not public.
     *
     * @param flags {@link QueryFlag} bits
     * @param isNew whether the node has not been told yet in this answer
     */
    public static List<GossipMessage> of(RoutingTable table, ShortChannelId id, long flags, Predicate<NodeId> isNew) {
        var messages = new ArrayList<GossipMessage>();
        table.channel(id).filter(KnownChannel::isPublic).ifPresent(channel -> {
            if ((flags & QueryFlag.ANNOUNCEMENT) != 0) channel.announcement().ifPresent(messages::add);
            if ((flags & QueryFlag.UPDATE_1) != 0) channel.shownUpdate1().ifPresent(messages::add);
            if ((flags & QueryFlag.UPDATE_2) != 0) channel.shownUpdate2().ifPresent(messages::add);
            if ((flags & QueryFlag.NODE_1) != 0) node(table, channel.node1(), isNew, messages);
            if ((flags & QueryFlag.NODE_2) != 0) node(table, channel.node2(), isNew, messages);
        });
        return messages;
    }

    private static void node(RoutingTable table, NodeId id, Predicate<NodeId> isNew, List<GossipMessage> messages) {
        if (isNew.test(id)) table.node(id).flatMap(KnownNode::announcement).ifPresent(messages::add);
    }
}
