package fulgurite.protocol.graph.search;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.search.DrawnGraph.Way;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every path-finder on small random networks, with hints, exclusions, limits and things learned. */
class PathFindersPropertyTest {
    private static final int ROUNDS = 400;
    private final SearchSpace space = new SearchSpace();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_search_from_both_sides_finds_what_trying_everything_finds(long seed) {
        var random = new Random(seed);
        int found = 0;
        int none = 0;
        for (int round = 0; round < ROUNDS; round++) {
            DrawnGraph drawn = DrawnGraph.draw(random);
            Weights weights = round % 2 == 0 ? Weights.USUAL : Weights.FEES;
            PathFinder finder = SearchingFinder.twoSided("fast", weights, space);
            OptionalLong least = Exhaustive.leastCost(drawn, weights);
            RouteResult result = finder.find(drawn.view(), drawn.request());
            assertThat(result instanceof RouteResult.Found).as("seed %d round %d: %s", seed, round, result)
                    .isEqualTo(least.isPresent());
            if (result instanceof RouteResult.Found(Route route)) {
                found++;
                expectPayable(route, drawn, drawn.request().amount());
                expectWithinLimits(List.of(route), drawn.request());
                assertThat(finder.costMsat(drawn.view(), drawn.request(), route)).as("seed %d round %d", seed, round)
                        .isEqualTo(least.getAsLong());
            } else none++;
        }
        assertThat(found).isGreaterThan(50);
        assertThat(none).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void what_any_finder_finds_is_payable_within_the_limits_and_not_cheaper_than_the_cheapest(long seed) {
        var random = new Random(seed);
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            DrawnGraph drawn = DrawnGraph.draw(random);
            for (String name : PathFinders.names()) {
                PathFinder finder = PathFinders.named(name, space).orElseThrow();
                if (!(finder.find(drawn.view(), drawn.request()) instanceof RouteResult.Found(Route route))) continue;
                found++;
                expectPayable(route, drawn, drawn.request().amount());
                expectWithinLimits(List.of(route), drawn.request());
                Weights weights = weights(finder);
                assertThat(finder.costMsat(drawn.view(), drawn.request(), route)).as("%s, seed %d round %d", name,
                        seed, round).isGreaterThanOrEqualTo(Exhaustive.leastCost(drawn, weights).getAsLong());
            }
        }
        assertThat(found).isGreaterThan(300);
    }

    private static Weights weights(PathFinder finder) {
        if (finder instanceof FlowFinder) return FlowFinder.SINGLE;
        return finder.learns() ? Weights.USUAL : Weights.FEES;
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void parts_add_up_to_the_amount_and_fit_the_channels_and_the_limits_together(long seed) {
        var random = new Random(seed);
        int several = 0;
        for (int round = 0; round < ROUNDS; round++) {
            DrawnGraph drawn = wanting(random, DrawnGraph.draw(random));
            int maxParts = 1 + random.nextInt(6);
            for (String name : PathFinders.names()) {
                PathFinder finder = PathFinders.named(name, space).orElseThrow();
                PathFinder.Split split = finder.split(drawn.view(), drawn.request(), maxParts);
                if (!(split instanceof PathFinder.Parts(List<Route> routes))) continue;
                if (routes.size() > 1) several++;
                assertThat(routes).hasSizeBetween(1, maxParts);
                for (Route route : routes) expectPayable(route, drawn, route.amount());
                expectWithinLimits(routes, drawn.request());
                expectRoomForAll(routes, drawn, finder.learns());
            }
        }
        assertThat(several).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11})
    void equal_questions_get_equal_answers_whatever_was_asked_between(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            DrawnGraph drawn = DrawnGraph.draw(random);
            DrawnGraph other = DrawnGraph.draw(random);
            for (String name : PathFinders.names()) {
                PathFinder finder = PathFinders.named(name, space).orElseThrow();
                RouteResult once = finder.find(drawn.view(), drawn.request());
                finder.split(other.view(), other.request(), 4);
                assertThat(finder.find(drawn.view(), drawn.request())).isEqualTo(once);
                PathFinder fresh = PathFinders.named(name, new SearchSpace()).orElseThrow();
                assertThat(fresh.find(drawn.view(), drawn.request())).isEqualTo(once);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {12, 13, 14, 15})
    void of_several_destinations_the_one_is_paid_that_is_cheapest_to_pay_alone(long seed) {
        var random = new Random(seed);
        int found = 0;
        int notTheFirst = 0;
        for (int round = 0; round < ROUNDS; round++) {
            DrawnGraph drawn = towardSeveral(random, DrawnGraph.draw(random));
            for (String name : List.of("probabilistic", "flow")) {
                PathFinder finder = PathFinders.named(name, space).orElseThrow();
                OptionalLong least = leastOfEach(drawn, weights(finder));
                RouteResult result = finder.find(drawn.view(), drawn.request());
                assertThat(result instanceof RouteResult.Found).as("%s, seed %d round %d: %s", name, seed, round,
                        result).isEqualTo(least.isPresent());
                if (!(result instanceof RouteResult.Found(Route route))) {
                    expectReasonOfEach(finder, drawn, result);
                    continue;
                }
                found++;
                if (!route.destination().equals(drawn.request().destinations().getFirst())) notTheFirst++;
                expectPayable(route, drawn, drawn.request().amount());
                expectWithinLimits(List.of(route), drawn.request());
                assertThat(finder.costMsat(drawn.view(), drawn.request(), route)).as("%s, seed %d round %d", name,
                        seed, round).isEqualTo(least.getAsLong());
            }
        }
        assertThat(found).isGreaterThan(100);
        assertThat(notTheFirst).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(longs = {16, 17})
    void the_textbook_s_search_pays_the_cheapest_of_several_destinations_where_no_limit_or_minimum_binds(long seed) {
        var random = new Random(seed);
        PathFinder finder = PathFinders.named("dijkstra", space).orElseThrow();
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            DrawnGraph drawn = unbound(towardSeveral(random, DrawnGraph.draw(random)));
            OptionalLong least = leastOfEach(drawn, Weights.FEES);
            RouteResult result = finder.find(drawn.view(), drawn.request());
            assertThat(result instanceof RouteResult.Found).as("seed %d round %d: %s", seed, round, result)
                    .isEqualTo(least.isPresent());
            if (!(result instanceof RouteResult.Found(Route route))) {
                expectReasonOfEach(finder, drawn, result);
                continue;
            }
            found++;
            expectPayable(route, drawn, drawn.request().amount());
            assertThat(finder.costMsat(drawn.view(), drawn.request(), route)).as("seed %d round %d", seed, round)
                    .isEqualTo(least.getAsLong());
        }
        assertThat(found).isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(longs = {18, 19})
    void all_parts_go_to_one_of_several_destinations(long seed) {
        var random = new Random(seed);
        int several = 0;
        for (int round = 0; round < ROUNDS; round++) {
            DrawnGraph drawn = towardSeveral(random, wanting(random, DrawnGraph.draw(random)));
            for (String name : PathFinders.names()) {
                PathFinder finder = PathFinders.named(name, space).orElseThrow();
                switch (finder.split(drawn.view(), drawn.request(), 5)) {
                    case PathFinder.Parts(List<Route> routes) -> {
                        assertThat(routes.stream().map(Route::destination).distinct()).hasSize(1);
                        for (Route route : routes) expectPayable(route, drawn, route.amount());
                        expectWithinLimits(routes, drawn.request());
                        assertThat(routes.stream().mapToLong(route -> route.amount().msat()).sum())
                                .isEqualTo(drawn.request().amount().msat());
                        if (routes.size() > 1) several++;
                    }
                    case PathFinder.NoParts none -> {
                        for (NodeId destination : drawn.request().destinations())
                            assertThat(finder.split(drawn.view(), drawn.request().toward(List.of(destination)), 5))
                                    .isInstanceOf(PathFinder.NoParts.class);
                    }
                }
            }
        }
        assertThat(several).isGreaterThan(40);
    }

    /** The same question for two to four destinations, the payer perhaps among them, and some of them not known. */
    private static DrawnGraph towardSeveral(Random random, DrawnGraph drawn) {
        var destinations = new ArrayList<NodeId>();
        int count = 2 + random.nextInt(3);
        while (destinations.size() < count) {
            NodeId next = DrawnGraph.node(random.nextInt(8) == 0 ? 100 + random.nextInt(3) : 1 + random.nextInt(7));
            if (!destinations.contains(next)) destinations.add(next);
        }
        if (drawn.request().destinations().getFirst().equals(DrawnGraph.node(99)))
            destinations.set(0, DrawnGraph.node(99));
        return DrawnGraph.of(drawn.view(), drawn.request().toward(destinations));
    }

    /** With limits that nothing reaches, for an amount above all minima. */
    private static DrawnGraph unbound(DrawnGraph drawn) {
        RouteRequest request = drawn.request();
        var limits = new RouteRequest.Limits(new MilliSatoshi(1L << 50), new CltvDelta(1 << 20), 20);
        return DrawnGraph.of(drawn.view(), new RouteRequest(request.source(), request.destinations(), new MilliSatoshi(
                400_000 + request.amount().msat()), request.finalCltvDelta(), request.height(), limits,
                request.excludedNodes(), request.excludedChannels(), List.of(), request.extraEdges()));
    }

    private static OptionalLong leastOfEach(DrawnGraph drawn, Weights weights) {
        return drawn.request()
                .destinations()
                .stream()
                .filter(destination -> !destination.equals(drawn.request().source().nodeId()))
                .map(destination -> drawn.request().toward(List.of(destination)))
                .map(alone -> Exhaustive.leastCost(DrawnGraph.of(drawn.view(), alone), weights))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min();
    }

    private static void expectReasonOfEach(PathFinder finder, DrawnGraph drawn, RouteResult result) {
        var each = new ArrayList<RouteResult.Unreached>();
        for (NodeId destination : drawn.request().destinations()) {
            RouteRequest alone = drawn.request().toward(List.of(destination));
            RouteResult answer = finder.find(drawn.view(), alone);
            assertThat(answer).isInstanceOf(RouteResult.NoRoute.class);
            each.add(new RouteResult.Unreached(destination, ((RouteResult.NoRoute) answer).reason()));
        }
        assertThat(result).isEqualTo(new RouteResult.NoRoute(new RouteResult.Reason.NoneOfThem(each)));
    }

    /** The same question for up to five times as much, with room for its fees, and nothing strained: that goes by parts. */
    private static DrawnGraph wanting(Random random, DrawnGraph drawn) {
        RouteRequest request = drawn.request();
        var limits = new RouteRequest.Limits(new MilliSatoshi(request.limits().maxFee().msat() * 10),
                request.limits().maxCltvDelta(), request.limits().maxHops());
        var amount = new MilliSatoshi(1 + random.nextLong(5 * request.amount().msat()));
        return DrawnGraph.of(drawn.view(), new RouteRequest(request.source(), request.destinations(), amount,
                request.finalCltvDelta(), request.height(), limits, request.excludedNodes(),
                request.excludedChannels(), List.of(), request.extraEdges()));
    }

    /** Walks the route as the nodes on it would, each with its own terms. */
    private static void expectPayable(Route route, DrawnGraph drawn, MilliSatoshi amount) {
        RouteRequest request = drawn.request();
        assertThat(route.source()).isEqualTo(request.source().nodeId());
        assertThat(request.destinations()).contains(route.destination());
        assertThat(route.amount()).isEqualTo(amount);
        for (int i = 0; i < route.hops().size(); i++) {
            Route.Hop hop = route.hops().get(i);
            Way way = way(drawn, hop);
            assertThat(hop.amount().msat()).isBetween(way.terms().minMsat(), way.terms().maxMsat());
            if (i == 0) continue;
            Route.Hop before = route.hops().get(i - 1);
            assertThat(before.to()).isEqualTo(hop.from());
            assertThat(before.fee()).isEqualTo(before.amount().minus(hop.amount()));
            assertThat(before.fee().msat()).isGreaterThanOrEqualTo(RoutingPolicy.fee(hop.amount().msat(),
                    way.terms().feeBaseMsat(), way.terms().feeMillionths()));
            assertThat(before.expiry().height() - hop.expiry().height()).isEqualTo(way.terms().cltvDelta());
        }
        assertThat(route.hops().getLast().expiry().blocksFrom(DrawnGraph.HEIGHT))
                .isEqualTo(request.finalCltvDelta().blocks());
        assertThat(route.hops().stream().map(Route.Hop::to).distinct().count()).isEqualTo(route.hops().size());
    }

    private static Way way(DrawnGraph drawn, Route.Hop hop) {
        return drawn.ways()
                .stream()
                .filter(way -> way.channel().equals(hop.shortChannelId()) && way.from().equals(hop.from())
                        && way.to().equals(hop.to()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not allowed: " + hop));
    }

    private static void expectWithinLimits(List<Route> routes, RouteRequest request) {
        long fees = routes.stream().mapToLong(route -> route.fee().msat()).sum();
        assertThat(fees).isLessThanOrEqualTo(request.limits().maxFee().msat());
        for (Route route : routes) {
            assertThat(route.expiry().blocksFrom(request.height()))
                    .isLessThanOrEqualTo(request.limits().maxCltvDelta().blocks());
            assertThat(route.hops().size()).isLessThanOrEqualTo(request.limits().maxHops());
        }
        assertThat(routes.stream().mapToLong(route -> route.amount().msat()).sum() <= request.amount().msat()).isTrue();
    }

    /** All parts at once: within our balances, and for finders that know of capacities within those. */
    private static void expectRoomForAll(List<Route> routes, DrawnGraph drawn, boolean knowsCapacities) {
        assertThat(routes.stream().mapToLong(route -> route.amount().msat()).sum())
                .isEqualTo(drawn.request().amount().msat());
        var through = new TreeMap<String, Long>();
        for (Route route : routes)
            for (Route.Hop hop : route.hops()) {
                Way way = way(drawn, hop);
                long sum = through.merge(hop.shortChannelId() + "/" + hop.from(), hop.amount().msat(), Long::sum);
                if (way.free()) assertThat(sum).isLessThanOrEqualTo(way.terms().maxMsat());
                else
                    if (knowsCapacities && way.slot() >= 0)
                        assertThat(sum).isLessThanOrEqualTo(way.terms().capacitySat() * 1000);
            }
    }
}
