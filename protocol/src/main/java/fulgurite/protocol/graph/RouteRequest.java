package fulgurite.protocol.graph;

import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;

/**
 * What a route is wanted for.
 *
 * @param destinations of which one is to be paid: whichever is cheapest to pay. One or more, none twice
 * @param amount what the destination receives, above zero
 * @param finalCltvDelta blocks that the destination asks for, and what the sender adds to them
 * @param height the chain's height, from which expiries count
 * @param excludedNodes may be neither passed nor paid
 * @param strained channels that failed with some amount, and are good for less
 * @param extraEdges channels that the table does not know, as from an invoice's route hints, or terms of a channel that
 *     count instead of the table's
 */
public record RouteRequest(Source source, List<NodeId> destinations, MilliSatoshi amount, CltvDelta finalCltvDelta,
        BlockHeight height, Limits limits, List<NodeId> excludedNodes, List<ChannelDirection> excludedChannels,
        List<Strained> strained, List<ExtraEdge> extraEdges) {
    public RouteRequest {
        destinations = destinations.stream().distinct().toList();
        if (destinations.isEmpty()) throw new IllegalArgumentException("a route leads to somebody");
        if (amount.msat() <= 0) throw new IllegalArgumentException("a payment of " + amount + " needs no route");
        excludedNodes = List.copyOf(excludedNodes);
        excludedChannels = List.copyOf(excludedChannels);
        strained = List.copyOf(strained);
        extraEdges = List.copyOf(extraEdges);
    }

    /** To one destination. */
    public RouteRequest(Source source, NodeId destination, MilliSatoshi amount, CltvDelta finalCltvDelta,
            BlockHeight height, Limits limits, List<NodeId> excludedNodes, List<ChannelDirection> excludedChannels,
            List<Strained> strained, List<ExtraEdge> extraEdges) {
        this(source, List.of(destination), amount, finalCltvDelta, height, limits, excludedNodes, excludedChannels,
                strained, extraEdges);
    }

    /** Without exclusions and hints. */
    public RouteRequest(Source source, NodeId destination, MilliSatoshi amount, CltvDelta finalCltvDelta,
            BlockHeight height, Limits limits) {
        this(source, destination, amount, finalCltvDelta, height, limits, List.of(), List.of(), List.of(), List.of());
    }

    /** Where nothing is known to be strained. */
    public RouteRequest(Source source, NodeId destination, MilliSatoshi amount, CltvDelta finalCltvDelta,
            BlockHeight height, Limits limits, List<NodeId> excludedNodes, List<ChannelDirection> excludedChannels,
            List<ExtraEdge> extraEdges) {
        this(source, destination, amount, finalCltvDelta, height, limits, excludedNodes, excludedChannels, List.of(),
                extraEdges);
    }

    /** The same for a part of it. */
    public RouteRequest part(Source from, MilliSatoshi partAmount, MilliSatoshi maxFee) {
        return new RouteRequest(from, destinations, partAmount, finalCltvDelta, height,
                new Limits(maxFee, limits.maxCltvDelta(), limits.maxHops()), excludedNodes, excludedChannels, strained,
                extraEdges);
    }

    /** The same with other destinations. */
    public RouteRequest toward(List<NodeId> others) {
        return new RouteRequest(source, others, amount, finalCltvDelta, height, limits, excludedNodes,
                excludedChannels, strained, extraEdges);
    }

    /** The same where other channels are left out. */
    public RouteRequest leavingOut(List<ChannelDirection> channels) {
        return new RouteRequest(source, destinations, amount, finalCltvDelta, height, limits, excludedNodes, channels,
                strained, extraEdges);
    }

    /** From where on an amount is so near to one that failed that it would fail too. */
    public static long nearly(long tooMuchMsat) {
        return tooMuchMsat - tooMuchMsat / 16;
    }

    /** Where the payment starts. */
    public sealed interface Source {
        NodeId nodeId();
    }

    /** We pay: the first hop is one of our own channels, with the balance that only we know, and nothing else. */
    public record OwnNode(NodeId nodeId, List<LocalChannel> channels) implements Source {
        public OwnNode {
            channels = List.copyOf(channels);
        }
    }

    /** Somebody pays: the first hop is any channel of that node as it was announced. */
    public record AnyNode(NodeId nodeId) implements Source {}

    /**
     * An own channel that is usable now.
     *
     * @param spendable the largest HTLC that we could offer
     * @param htlcMinimum the smallest that the peer takes
     */
    public record LocalChannel(ShortChannelId shortChannelId, NodeId peer, MilliSatoshi spendable,
            MilliSatoshi htlcMinimum) {}

    /** A channel that leads from one node to another, with the terms of {@code from}. */
    public record ExtraEdge(ShortChannelId shortChannelId, NodeId from, NodeId to, RoutingPolicy policy) {}

    /** A channel as seen from one of its ends. */
    public record ChannelDirection(ShortChannelId shortChannelId, NodeId from) {}

    /** A channel as seen from one of its ends, that could not send {@code amount} when it was tried. */
    public record Strained(ShortChannelId shortChannelId, NodeId from, MilliSatoshi amount) {}

    /**
     * What the sender puts up with.
     *
     * @param maxFee all fees together
     * @param maxCltvDelta from now to the expiry of the first HTLC, {@code finalCltvDelta} included
     * @param maxHops channels, at most 20 fit an onion's attribution data
     */
    public record Limits(MilliSatoshi maxFee, CltvDelta maxCltvDelta, int maxHops) {
        /** 0.5% but at least 10 satoshi of fees, two weeks, twenty hops. */
        public static Limits usual(MilliSatoshi amount) {
            return new Limits(new MilliSatoshi(Math.max(10_000, amount.msat() / 200)), new CltvDelta(2016), 20);
        }
    }
}
