package fulgurite.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.RouteRequest.AnyNode;
import fulgurite.protocol.graph.RouteRequest.Limits;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.search.PathFinding;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes on small random graphs, against a search that tries every simple path there is. */
class PathFindingPropertyTest {
    private static final BlockHeight HEIGHT = new BlockHeight(700_000);

    /** A channel in one direction, as the exhaustive search knows it. */
    private record Way(ShortChannelId channel, NodeId from, NodeId to, RoutingPolicy policy, boolean enabled) {}

    private record Priced(long fee, int delta, int hops, long cost) {}

    private record Case(RoutingTable table, List<Way> ways, RouteRequest request) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_route_is_found_exactly_when_there_is_one_and_none_is_cheaper(long seed) {
        var random = new Random(seed);
        int found = 0;
        int none = 0;
        for (int round = 0; round < 500; round++) {
            Case drawn = draw(random);
            Optional<Priced> best = exhaustively(drawn);
            switch (PathFinding.findRoute(drawn.table, drawn.request)) {
                case RouteResult.Found result -> {
                    found++;
                    expectPayable(result.route(), drawn);
                    assertThat(best).as("seed %d round %d", seed, round).isPresent();
                    assertThat(costOf(result.route(), drawn)).as("seed %d round %d", seed, round)
                            .isEqualTo(best.orElseThrow().cost());
                }
                case RouteResult.NoRoute result -> {
                    none++;
                    assertThat(best).as("seed %d round %d: %s", seed, round, result.reason()).isEmpty();
                }
            }
        }
        assertThat(found).isGreaterThan(100);
        assertThat(none).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void the_same_request_gives_the_same_route(long seed) {
        for (int round = 0; round < 50; round++) {
            Case once = draw(new Random(seed * 1000 + round));
            Case again = draw(new Random(seed * 1000 + round));
            assertThat(PathFinding.findRoute(once.table, once.request))
                    .isEqualTo(PathFinding.findRoute(again.table, again.request));
        }
    }

    private static Case draw(Random random) {
        int nodes = 3 + random.nextInt(4);
        int channels = nodes + random.nextInt(2 * nodes);
        var graph = new TestGraph();
        var ways = new ArrayList<Way>();
        NodeId source = TestGraph.node(1);
        NodeId destination = TestGraph.node(2);
        boolean own = random.nextBoolean();
        var local = new ArrayList<LocalChannel>();
        for (int number = 1; number <= channels; number++) {
            NodeId a = TestGraph.node(1 + random.nextInt(nodes));
            NodeId b = TestGraph.node(1 + random.nextInt(nodes));
            if (a.equals(b)) continue;
            graph.channel(number, a, b, Satoshi.sat(10_000_000));
            for (NodeId from : List.of(a, b)) {
                if (random.nextInt(10) == 0) continue; // no update from that side yet
                RoutingPolicy policy = drawPolicy(random);
                boolean enabled = random.nextInt(10) != 0;
                graph.terms(number, from, policy, enabled);
                NodeId to = from.equals(a) ? b : a;
                if (!own || !from.equals(source))
                    ways.add(new Way(TestGraph.scid(number), from, to, policy, enabled));
            }
            if (own && (a.equals(source) || b.equals(source)) && random.nextInt(4) != 0) {
                var channel = new LocalChannel(TestGraph.scid(number), a.equals(source) ? b : a,
                        MilliSatoshi.msat(random.nextLong(2_000_000)), MilliSatoshi.msat(random.nextLong(2000)));
                local.add(channel);
                ways.add(new Way(channel.shortChannelId(), source, channel.peer(), TestGraph.policy(7, 7, 7,
                        channel.htlcMinimum().msat(), channel.spendable().msat()), true));
            }
        }
        var limits = new Limits(MilliSatoshi.msat(random.nextLong(30_000)), new CltvDelta(20 + random.nextInt(400)),
                1 + random.nextInt(6));
        var request = new RouteRequest(own ? new OwnNode(source, local) : new AnyNode(source), destination,
                MilliSatoshi.msat(1 + random.nextLong(1_000_000)), new CltvDelta(random.nextInt(40)), HEIGHT, limits);
        return new Case(graph.table(), ways, request);
    }

    private static RoutingPolicy drawPolicy(Random random) {
        long min = random.nextInt(4) == 0 ? random.nextLong(600_000) : random.nextLong(1000);
        long max = min + random.nextLong(2_000_000);
        // Some are dear and fast, some cheap and slow: so that no single way is best in everything.
        boolean slow = random.nextBoolean();
        return TestGraph.policy(random.nextLong(slow ? 100 : 5000), random.nextLong(slow ? 500 : 8000),
                slow ? 40 + random.nextInt(200) : random.nextInt(40), min, max);
    }

    private static Optional<Priced> exhaustively(Case drawn) {
        var best = new ArrayList<Priced>();
        walk(drawn, new ArrayList<>(List.of(drawn.request.source().nodeId())), new ArrayList<>(), best);
        return best.stream().min(java.util.Comparator.comparingLong(Priced::cost));
    }

    private static void walk(Case drawn, List<NodeId> passed, List<Way> path, List<Priced> best) {
        NodeId at = passed.getLast();
        if (drawn.request.destinations().contains(at)) {
            price(drawn.request, path).ifPresent(best::add);
            return;
        }
        for (Way way : drawn.ways) {
            if (!way.enabled || !way.from.equals(at) || passed.contains(way.to)) continue;
            passed.add(way.to);
            path.add(way);
            walk(drawn, passed, path, best);
            path.removeLast();
            passed.removeLast();
        }
    }

    private static Optional<Priced> price(RouteRequest request, List<Way> path) {
        long needed = request.amount().msat();
        int delta = request.finalCltvDelta().blocks();
        long risk = 0;
        for (int i = path.size() - 1; i >= 0; i--) {
            RoutingPolicy policy = path.get(i).policy;
            boolean last = i == path.size() - 1;
            if (last && needed < policy.htlcMinimum().msat()) return Optional.empty();
            long carried = Math.max(needed, policy.htlcMinimum().msat());
            if (carried > policy.htlcMaximum().msat()) return Optional.empty();
            needed = carried;
            if (i > 0) {
                needed += fee(policy, carried);
                delta += policy.cltvExpiryDelta().blocks();
                risk += risk(needed, policy.cltvExpiryDelta().blocks());
            }
        }
        long fee = needed - request.amount().msat();
        Limits limits = request.limits();
        if (fee > limits.maxFee().msat() || delta > limits.maxCltvDelta().blocks() || path.size() > limits.maxHops())
            return Optional.empty();
        return Optional.of(new Priced(fee, delta, path.size(), fee + risk));
    }

    private static long fee(RoutingPolicy policy, long amount) {
        return BigInteger.valueOf(amount)
                .multiply(BigInteger.valueOf(policy.feeProportionalMillionths()))
                .divide(BigInteger.valueOf(1_000_000))
                .longValueExact() + policy.feeBase().msat();
    }

    private static long risk(long amount, int blocks) {
        return BigInteger.valueOf(amount)
                .multiply(BigInteger.valueOf(15L * blocks))
                .divide(BigInteger.valueOf(1_000_000_000))
                .longValueExact();
    }

    private static long costOf(Route route, Case drawn) {
        long cost = route.fee().msat();
        for (int i = 1; i < route.hops().size(); i++)
            cost += risk(route.hops().get(i - 1).amount().msat(),
                    wayOf(route.hops().get(i), drawn).policy.cltvExpiryDelta().blocks());
        return cost;
    }

    private static Way wayOf(Route.Hop hop, Case drawn) {
        return drawn.ways.stream()
                .filter(way -> way.channel.equals(hop.shortChannelId())
                        && way.from.equals(hop.from()) && way.to.equals(hop.to()))
                .findFirst()
                .orElseThrow();
    }

    /** Walks the route as the nodes on it would, each with its own terms. */
    private static void expectPayable(Route route, Case drawn) {
        RouteRequest request = drawn.request;
        assertThat(route.source()).isEqualTo(request.source().nodeId());
        assertThat(request.destinations()).contains(route.destination());
        for (int i = 0; i < route.hops().size(); i++) {
            Route.Hop hop = route.hops().get(i);
            Way way = wayOf(hop, drawn);
            assertThat(way.enabled).isTrue();
            assertThat(way.policy.allows(hop.amount())).isTrue();
            if (i == 0) continue;
            Route.Hop before = route.hops().get(i - 1);
            assertThat(before.to()).isEqualTo(hop.from());
            assertThat(before.fee()).isEqualTo(before.amount().minus(hop.amount()));
            assertThat(before.fee().msat()).isGreaterThanOrEqualTo(fee(way.policy, hop.amount().msat()));
            assertThat(before.expiry().height() - hop.expiry().height())
                    .isEqualTo(way.policy.cltvExpiryDelta().blocks());
        }
        Route.Hop last = route.hops().getLast();
        assertThat(last.amount()).isEqualTo(request.amount());
        assertThat(last.fee()).isEqualTo(MilliSatoshi.ZERO);
        assertThat(last.expiry().blocksFrom(HEIGHT)).isEqualTo(request.finalCltvDelta().blocks());
        assertThat(route.fee()).isLessThanOrEqualTo(request.limits().maxFee());
        assertThat(route.expiry().blocksFrom(HEIGHT)).isLessThanOrEqualTo(request.limits().maxCltvDelta().blocks());
        assertThat(route.hops().size()).isLessThanOrEqualTo(request.limits().maxHops());
    }
}
