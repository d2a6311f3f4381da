package fulgurite.protocol.graph;

import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.NodeId;
import java.util.List;

/** The answer to a {@link GraphCommand}. */
public sealed interface GraphDecision {
    /** Record the events, then run the effects. */
    record Accepted(List<GraphEvent> events, List<GraphEffect> effects) implements GraphDecision {
        public Accepted {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
        }
    }

    /** Nothing changes, and nobody is to blame. */
    record Ignored(Reason reason) implements GraphDecision {}

    /** The message is a lie or nonsense: warn whoever sent it, and perhaps hang up. */
    record Violated(Violation violation) implements GraphDecision {}

    /** Why a message does not count. */
    sealed interface Reason {
        /** Of another chain. */
        record OtherChain() implements Reason {}

        record AlreadyKnown() implements Reason {}

        /** An update or a spend of a channel that is not in the table; it may have come before its announcement. */
        record UnknownChannel(ShortChannelId shortChannelId) implements Reason {}

        /** A node without channels. */
        record UnknownNode(NodeId nodeId) implements Reason {}

        /** There is no unspent output at that place of the chain. */
        record NoFundingOutput(ShortChannelId shortChannelId) implements Reason {}

        /** The output there does not pay to the 2-of-2 of the announced keys. */
        record OtherFundingScript(ShortChannelId shortChannelId) implements Reason {}

        /** What is known already is as new, or newer. Both in seconds. */
        record Outdated(long timestamp, long knownTimestamp) implements Reason {}

        /** Further ahead of our clock than clocks go wrong. In seconds. */
        record FromTheFuture(long timestamp) implements Reason {}

        record HtlcMaximumAboveCapacity(Satoshi capacity) implements Reason {}

        /** The channel's funding is spent, and the update does not disable it. */
        record FundingSpent(ShortChannelId shortChannelId) implements Reason {}

        /** A block that makes no channel old enough to be forgotten. */
        record NothingToForget() implements Reason {}
    }

    /** What was wrong with a message. */
    sealed interface Violation {
        /** @param whose the field of the message that does not verify */
        record BadSignature(String whose) implements Violation {}

        /** node_id_1 must be the lesser. */
        record NodesOutOfOrder(NodeId node1, NodeId node2) implements Violation {}
    }
}
