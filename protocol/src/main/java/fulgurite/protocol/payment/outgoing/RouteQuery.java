package fulgurite.protocol.payment.outgoing;

import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.invoice.RouteHintHop;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.ChannelUpdate;
import java.util.ArrayList;
import java.util.List;

/**
 * Which route is wanted.
 *
 * @param amount that the destination must get
 * @param finalDelta from the height to the last HTLC's expiry
 * @param blindedPaths of a payee that is behind them: the way leads to it over any of them
 * @param lessons what this payment's failures have taught: for it alone, never for the routing table
 * @param maxParts 1.. routes that may deliver it together
 */
public record RouteQuery(NodeId destination, MilliSatoshi amount, MilliSatoshi maxFee, CltvDelta finalDelta,
        List<List<RouteHintHop>> hints, List<PaymentPath> blindedPaths, List<Lesson> lessons, int maxParts) {
    private static final int MAX_HOPS = 20;

    /** For one route. */
    public RouteQuery(NodeId destination, MilliSatoshi amount, MilliSatoshi maxFee, CltvDelta finalDelta,
            List<List<RouteHintHop>> hints, List<Lesson> lessons) {
        this(destination, amount, maxFee, finalDelta, hints, List.of(), lessons, 1);
    }

    /** The query as the routing table takes it. @param source ourselves, with the channels that are usable now */
    public RouteRequest toRequest(RouteRequest.OwnNode source, BlockHeight height) {
        List<NodeId> nodes = new ArrayList<>();
        List<RouteRequest.ChannelDirection> channels = new ArrayList<>();
        List<RouteRequest.Strained> strained = new ArrayList<>();
        List<RouteRequest.ExtraEdge> edges = new ArrayList<>();
        for (Lesson lesson : lessons) {
            switch (lesson) {
                case Lesson.AvoidNode avoid -> nodes.add(avoid.node());
                case Lesson.AvoidChannel avoid ->
                    channels.add(new RouteRequest.ChannelDirection(avoid.channel(), avoid.from()));
                case Lesson.TooMuch more ->
                    strained.add(new RouteRequest.Strained(more.channel(), more.from(), more.amount()));
                case Lesson.NewTerms terms -> edges.add(new RouteRequest.ExtraEdge(terms.channel(), terms.from(),
                        terms.to(), RoutingPolicy.of(ChannelUpdate.CODEC.fromBytes(terms.channelUpdate()))));
            }
        }
        // What a node said of its channel since is truer than what the invoice said.
        List<RouteRequest.ExtraEdge> learnt = List.copyOf(edges);
        for (List<RouteHintHop> hint : hints)
            for (RouteRequest.ExtraEdge edge : edges(hint)) if (!isAmong(learnt, edge)) edges.add(edge);
        edges.addAll(BlindedPayee.edges(destination, blindedPaths));
        // Their hops take more of the onion than others.
        int hops = Math.max(2, MAX_HOPS - BlindedPayee.hops(blindedPaths));
        var limits = new RouteRequest.Limits(maxFee, OutgoingPayment.MAX_TOTAL_DELTA, hops);
        return new RouteRequest(source, destination, amount, finalDelta, height, limits, nodes, channels, strained,
                edges);
    }

    private static boolean isAmong(List<RouteRequest.ExtraEdge> edges, RouteRequest.ExtraEdge edge) {
        return edges.stream()
                .anyMatch(other -> other.shortChannelId().equals(edge.shortChannelId())
                        && other.from().equals(edge.from()));
    }

    /** Each hop of a hint leads to where the next one begins, the last to the destination. */
    private List<RouteRequest.ExtraEdge> edges(List<RouteHintHop> hint) {
        List<RouteRequest.ExtraEdge> edges = new ArrayList<>();
        for (int i = 0; i < hint.size(); i++) {
            RouteHintHop hop = hint.get(i);
            NodeId to = i + 1 < hint.size() ? hint.get(i + 1).nodeId() : destination;
            // A hint does not say how much the channel takes.
            var policy = new RoutingPolicy(hop.feeBase(), hop.feeProportionalMillionths(), hop.cltvExpiryDelta(),
                    MilliSatoshi.ZERO, Codecs.MAX_MONEY.toMilliSatoshi());
            edges.add(new RouteRequest.ExtraEdge(hop.shortChannelId(), hop.nodeId(), to, policy));
        }
        return edges;
    }
}
