package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest.AnyNode;
import fulgurite.protocol.graph.RouteRequest.ChannelDirection;
import fulgurite.protocol.graph.RouteRequest.ExtraEdge;
import fulgurite.protocol.graph.RouteRequest.Limits;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.RouteRequest.Strained;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small random network, what is known of its balances, and a question about it. */
record DrawnGraph(View view, RouteRequest request, List<Way> ways) {
    static final BlockHeight HEIGHT = new BlockHeight(700_000);
    static final Timestamp NOW = new Timestamp(1_700_000_000_000L);

    /** A direction that the question allows, as its terms are for it. @param slot -1: of the request only */
    record Way(ShortChannelId channel, NodeId from, NodeId to, Terms terms, boolean free, int slot) {}

    static NodeId node(int number) {
        byte[] key = new byte[PublicKey.SIZE];
        key[0] = 2;
        key[PublicKey.SIZE - 1] = (byte) number;
        return new NodeId(PublicKey.copyOf(key));
    }

    static ShortChannelId channel(int number) {
        return new ShortChannelId((long) number << 40 | 1 << 16);
    }

    static DrawnGraph draw(Random random) {
        int nodes = 3 + random.nextInt(5);
        var links = new ArrayList<Topology.Link>();
        int channels = nodes + random.nextInt(2 * nodes);
        for (int number = 1; number <= channels; number++) {
            int a = random.nextInt(nodes);
            int b = random.nextInt(nodes);
            if (a != b)
                links.add(new Topology.Link(channel(number), node(Math.min(a, b) + 1), node(Math.max(a, b) + 1)));
        }
        if (links.isEmpty()) return draw(random);
        Topology topology = Topology.of(links);
        Terms[] terms = new Terms[topology.slots()];
        for (int slot = 0; slot < terms.length; slot++)
            terms[slot] = slot > topology.twin(slot)
                    ? terms(random, terms[topology.twin(slot)].capacitySat())
                    : terms(random, 200 + random.nextInt(3000));
        ChannelMap map = ChannelMap.of(topology, slot -> terms[slot], node -> false);
        return asked(random, new View(map, learned(random, map), NOW), nodes);
    }

    private static Terms terms(Random random, long capacitySat) {
        boolean slow = random.nextBoolean();
        long min = random.nextInt(5) == 0 ? random.nextLong(400_000) : random.nextLong(1000);
        return new Terms(random.nextInt(10) != 0, random.nextLong(slow ? 100 : 3000),
                random.nextLong(slow ? 500 : 8000), slow ? 40 + random.nextInt(200) : random.nextInt(40), min,
                Math.min(capacitySat * 1000, min + random.nextLong(2_500_000)), capacitySat);
    }

    private static Liquidity learned(Random random, ChannelMap map) {
        Liquidity liquidity = Liquidity.unknown(map.topology());
        for (int i = random.nextInt(12); i > 0; i--) {
            int slot = random.nextInt(map.topology().slots());
            long capacity = map.capacitySat(slot) * 1000;
            var amount = new MilliSatoshi(1 + random.nextLong(capacity));
            var at = new Timestamp(NOW.epochMillis() - random.nextLong(2 * Liquidity.HALF_LIFE_MS));
            liquidity = switch (random.nextInt(4)) {
                case 0 -> liquidity.passed(slot, amount, capacity, at);
                case 1 -> liquidity.failed(slot, amount, capacity, at);
                case 2 -> liquidity.settled(slot, amount, capacity, at);
                default -> liquidity.holding(slot, amount.msat() / 4);
            };
        }
        return liquidity;
    }

    private static DrawnGraph asked(Random random, View view, int nodes) {
        NodeId source = node(1);
        NodeId destination = random.nextInt(6) == 0 ? node(99) : node(2);
        boolean own = random.nextBoolean();
        var excludedNodes = new ArrayList<NodeId>();
        if (random.nextInt(4) == 0) excludedNodes.add(node(3 + random.nextInt(nodes)));
        var excluded = new ArrayList<ChannelDirection>();
        while (random.nextInt(3) == 0)
            excluded.add(new ChannelDirection(channel(1 + random.nextInt(8)), node(1 + random.nextInt(nodes))));
        var strained = new ArrayList<Strained>();
        while (random.nextInt(3) == 0)
            strained.add(new Strained(channel(1 + random.nextInt(4)), node(1 + random.nextInt(nodes)),
                    new MilliSatoshi(1 + random.nextLong(1_500_000))));
        var hints = new ArrayList<ExtraEdge>();
        while (random.nextInt(3) == 0 || destination.equals(node(99)) && hints.isEmpty())
            hints.add(new ExtraEdge(new ShortChannelId(1 + hints.size()), node(1 + random.nextInt(nodes)), destination,
                    new RoutingPolicy(new MilliSatoshi(random.nextInt(2000)), random.nextInt(3000),
                            new CltvDelta(random.nextInt(100)), new MilliSatoshi(random.nextInt(2000)),
                            new MilliSatoshi(random.nextInt(3_000_000)))));
        hints.removeIf(hint -> hint.from().equals(destination));
        var local = own ? local(random, view.map(), source) : List.<LocalChannel>of();
        var limits = new Limits(new MilliSatoshi(random.nextLong(40_000)), new CltvDelta(20 + random.nextInt(400)),
                1 + random.nextInt(7));
        var request = new RouteRequest(own ? new OwnNode(source, local) : new AnyNode(source), destination,
                new MilliSatoshi(1 + random.nextLong(1_500_000)), new CltvDelta(random.nextInt(40)), HEIGHT, limits,
                excludedNodes, excluded, strained, hints);
        return of(view, request);
    }

    /** Another question to the same view. */
    static DrawnGraph of(View view, RouteRequest request) {
        return new DrawnGraph(view, request, ways(view, request));
    }

    private static List<LocalChannel> local(Random random, ChannelMap map, NodeId source) {
        var local = new ArrayList<LocalChannel>();
        Topology topology = map.topology();
        for (int slot = 0; slot < topology.slots(); slot++)
            if (topology.node(topology.other(slot)).equals(source) && random.nextInt(5) != 0)
                local.add(new LocalChannel(topology.channel(topology.channelOf(slot)),
                        topology.node(topology.target(slot)), new MilliSatoshi(random.nextLong(2_500_000)),
                        new MilliSatoshi(random.nextLong(2000))));
        return local;
    }

    /** Told plainly once more what a question allows, without the search's own tricks. */
    private static List<Way> ways(View view, RouteRequest request) {
        ChannelMap map = view.map();
        var ways = new ArrayList<Way>();
        NodeId source = request.source().nodeId();
        boolean own = request.source() instanceof OwnNode;
        Topology topology = map.topology();
        for (int slot = 0; slot < topology.slots(); slot++) {
            NodeId from = topology.node(topology.other(slot));
            if (map.isUsable(slot) && !(own && from.equals(source)))
                ways.add(new Way(topology.channel(topology.channelOf(slot)), from,
                        topology.node(topology.target(slot)), map.terms(slot), false, slot));
        }
        if (request.source() instanceof OwnNode node)
            for (LocalChannel channel : node.channels())
                ways.add(new Way(channel.shortChannelId(), source, channel.peer(), new Terms(true, 0, 0, 0,
                        channel.htlcMinimum().msat(), channel.spendable().msat(), 0), true, -1));
        for (ExtraEdge hint : request.extraEdges())
            if (!own || !hint.from().equals(source))
                ways.add(new Way(hint.shortChannelId(), hint.from(), hint.to(),
                        new Terms(true, hint.policy().feeBase().msat(), hint.policy().feeProportionalMillionths(),
                                hint.policy().cltvExpiryDelta().blocks(), hint.policy().htlcMinimum().msat(),
                                hint.policy().htlcMaximum().msat(), 0),
                        false, -1));
        ways.removeIf(way -> request.excludedNodes().contains(way.from) || request.excludedNodes().contains(way.to)
                || request.excludedChannels().contains(new ChannelDirection(way.channel, way.from)));
        ways.removeIf(way -> isTooMuch(way, view, request));
        return ways;
    }

    /** Whether the channel has failed this payment with as much, or nearly, or again and again. */
    private static boolean isTooMuch(Way way, View view, RouteRequest request) {
        long tooMuch = Strain.tooMuchMsat(request, way.channel, way.from);
        if (request.amount().msat() >= tooMuch) return true;
        if (tooMuch == Long.MAX_VALUE || way.slot < 0) return false;
        long left = view.liquidity().mostMsat(way.slot, way.terms.capacitySat() * 1000, NOW)
                - view.liquidity().heldMsat(way.slot);
        return request.amount().msat() >= RouteRequest.nearly(Math.max(0, left));
    }
}
