package fulgurite.protocol.graph;

import static fulgurite.protocol.graph.TestGraph.node;
import static fulgurite.protocol.graph.TestGraph.policy;
import static fulgurite.protocol.graph.TestGraph.scid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.protocol.graph.RouteRequest.ChannelDirection;
import fulgurite.protocol.graph.RouteRequest.ExtraEdge;
import fulgurite.protocol.graph.RouteRequest.Limits;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest.OwnNode;
import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.graph.search.PathFinder;
import fulgurite.protocol.graph.search.PathFinding;
import fulgurite.protocol.graph.search.SearchSpace;
import fulgurite.protocol.graph.search.SearchingFinder;
import fulgurite.protocol.graph.search.View;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.wire.Features;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alice (us) has a channel to Carol, and Carol one to Bob, who may have more. */
class PathFindingTest {
    private static final NodeId ALICE = node(1);
    private static final NodeId BOB = node(2);
    private static final NodeId CAROL = node(3);
    private static final NodeId DAVE = node(4);
    private static final RoutingPolicy TERMS = policy(1000, 100, 34, 1000, 500_000_000);
    private static final Limits LIMITS = new Limits(MilliSatoshi.msat(5000), new CltvDelta(500), 20);

    private final TestGraph graph = new TestGraph().channel(1, ALICE, CAROL, Satoshi.sat(1_000_000))
            .terms(1, ALICE, TERMS, true)
            .terms(1, CAROL, TERMS, true)
            .channel(2, CAROL, BOB, Satoshi.sat(1_000_000))
            .terms(2, CAROL, TERMS, true)
            .terms(2, BOB, TERMS, true);

    @Test
    void our_own_channel_asks_no_fee_and_no_delay_of_us() {
        Route route = route(request(BOB, 100_000));
        assertThat(route.hops()).hasSize(2);
        assertThat(route.amountWithFees()).isEqualTo(MilliSatoshi.msat(100_000 + 1000 + 10));
        assertThat(route.fee()).isEqualTo(MilliSatoshi.msat(1010));
        assertThat(route.expiry().height()).isEqualTo(100 + 18 + 34);
    }

    @Test
    void a_neighbour_is_paid_directly_without_fee() {
        Route route = route(request(CAROL, 100_000));
        assertThat(route.hops()).hasSize(1);
        assertThat(route.fee()).isEqualTo(MilliSatoshi.ZERO);
    }

    @Test
    void what_we_can_spend_is_what_the_request_says_and_not_what_is_announced() {
        assertThat(reason(from(List.of(local(1, CAROL, 99_999)), CAROL, 100_000)))
                .isEqualTo(new Reason.InsufficientBalance(MilliSatoshi.msat(99_999), MilliSatoshi.msat(100_000)));
        assertThat(reason(from(List.of(local(1, CAROL, 100_500)), BOB, 100_000)))
                .isEqualTo(new Reason.NoCapacity(MilliSatoshi.msat(100_000)));
        assertThat(reason(from(List.of(), BOB, 100_000)))
                .isEqualTo(new Reason.InsufficientBalance(MilliSatoshi.ZERO, MilliSatoshi.msat(100_000)));
    }

    @Test
    void an_unknown_payee_and_ourselves_are_told_apart_from_missing_channels() {
        assertThat(reason(request(node(99), 1000))).isEqualTo(new Reason.UnknownDestination(node(99)));
        assertThat(reason(request(ALICE, 1000))).isEqualTo(new Reason.SameNode(ALICE));
        graph.channel(3, DAVE, node(5), Satoshi.sat(1000)).terms(3, DAVE, TERMS, true).terms(3, node(5), TERMS, true);
        assertThat(reason(request(DAVE, 1000))).isEqualTo(new Reason.NotConnected());
    }

    @Test
    void a_disabled_direction_is_not_used() {
        graph.terms(2, CAROL, TERMS, false);
        assertThat(reason(request(BOB, 100_000))).isEqualTo(new Reason.Disabled());
    }

    @Test
    void a_spent_channel_is_not_used() {
        graph.apply(new GraphEvent.ChannelSpent(scid(2), new BlockHeight(90)));
        assertThat(reason(request(BOB, 100_000))).isEqualTo(new Reason.Disabled());
    }

    @Test
    void a_limit_that_the_best_route_breaks_is_named_with_both_numbers() {
        assertThat(reason(limited(100_000, new Limits(MilliSatoshi.msat(1009), new CltvDelta(500), 20))))
                .isEqualTo(new Reason.FeeAboveLimit(MilliSatoshi.msat(1010), MilliSatoshi.msat(1009)));
        assertThat(reason(limited(100_000, new Limits(MilliSatoshi.msat(5000), new CltvDelta(51), 20))))
                .isEqualTo(new Reason.ExpiryAboveLimit(new CltvDelta(52), new CltvDelta(51)));
        assertThat(reason(limited(100_000, new Limits(MilliSatoshi.msat(5000), new CltvDelta(500), 1))))
                .isEqualTo(new Reason.TooManyHops(2, 1));
    }

    @Test
    void exclusions_lead_around_a_channel_one_way_only_and_around_a_node() {
        graph.channel(4, CAROL, DAVE, Satoshi.sat(1_000_000)).terms(4, CAROL, TERMS, true);
        graph.channel(5, DAVE, BOB, Satoshi.sat(1_000_000)).terms(5, DAVE, TERMS, true);
        assertThat(route(excluding(List.of(), List.of(new ChannelDirection(scid(2), BOB)))).hops()).hasSize(2);
        assertThat(route(excluding(List.of(), List.of(new ChannelDirection(scid(2), CAROL)))).hops()).hasSize(3);
        assertThat(reason(excluding(List.of(DAVE), List.of(new ChannelDirection(scid(2), CAROL)))))
                .isEqualTo(new Reason.Excluded());
        assertThat(reason(excluding(List.of(CAROL), List.of()))).isEqualTo(new Reason.Excluded());
        assertThat(reason(excluding(List.of(), List.of(new ChannelDirection(scid(1), ALICE)))))
                .isEqualTo(new Reason.Excluded());
    }

    @Test
    void a_hint_leads_to_a_node_that_the_table_does_not_know() {
        NodeId hidden = node(77);
        var hint = new ExtraEdge(new ShortChannelId(12345), BOB, hidden, policy(500, 0, 20, 0, 10_000_000));
        var request = new RouteRequest(us(List.of(local(1, CAROL, 1_000_000))), hidden, MilliSatoshi.msat(100_000),
                new CltvDelta(18), new BlockHeight(100), LIMITS, List.of(), List.of(), List.of(hint));
        Route route = route(request);
        assertThat(route.hops()).extracting(Route.Hop::to).containsExactly(CAROL, BOB, hidden);
        assertThat(route.fee()).isEqualTo(MilliSatoshi.msat(500 + 1000 + 10));
    }

    @Test
    void a_minimum_on_the_way_is_met_by_sending_more_but_the_payee_gets_the_exact_amount() {
        graph.channel(6, BOB, DAVE, Satoshi.sat(1_000_000)).terms(6, BOB, policy(0, 0, 10, 1, 10_000_000), true);
        graph.terms(2, CAROL, policy(0, 0, 10, 3000, 10_000_000), true);
        Route route = route(request(DAVE, 500));
        assertThat(route.hops()).extracting(hop -> hop.amount().msat()).containsExactly(3000L, 3000L, 500L);
        assertThat(route.fee()).isEqualTo(MilliSatoshi.msat(2500));
        assertThat(reason(request(BOB, 500))).isEqualTo(new Reason.BelowMinimum(MilliSatoshi.msat(500)));
    }

    @Test
    void an_amount_too_large_for_each_way_is_told_from_one_too_small_and_from_what_is_left_out() {
        var all = List.of(local(1, CAROL, 900_000_000));
        MilliSatoshi amount = MilliSatoshi.msat(600_000_000);
        assertThat(reason(from(all, BOB, amount.msat()))).isEqualTo(new Reason.NoCapacity(amount));
        graph.channel(8, CAROL, BOB, Satoshi.sat(1_000_000)).terms(8, CAROL, policy(0, 0, 10, 0, 700_000_000), true);
        assertThat(route(from(all, BOB, amount.msat())).hops()).hasSize(2);
        var without = new RouteRequest(us(all), BOB, amount, new CltvDelta(18), new BlockHeight(100), LIMITS,
                List.of(), List.of(new ChannelDirection(scid(8), CAROL)), List.of());
        assertThat(reason(without)).isEqualTo(new Reason.Excluded());
    }

    @Test
    void where_parts_are_allowed_the_reason_is_why_they_do_not_do_together() {
        var finder = SearchingFinder.probabilistic(new SearchSpace());
        View view = View.of(Network.of(graph.table()).map());
        var little = List.of(local(1, CAROL, 300_000_000), local(9, CAROL, 200_000_000));
        assertThat(finder.split(view, from(little, BOB, 501_000_000), 4)).isEqualTo(new PathFinder.NoParts(
                new Reason.InsufficientTogether(MilliSatoshi.msat(500_000_000), MilliSatoshi.msat(501_000_000))));
        var much = List.of(local(1, CAROL, 900_000_000), local(9, CAROL, 800_000_000));
        assertThat(finder.split(view, from(much, BOB, 1_500_000_000), 4)).isEqualTo(new PathFinder.NoParts(
                new Reason.NotInParts(MilliSatoshi.msat(1_500_000_000))));
        assertThat(finder.split(view, from(little, BOB, 501_000_000), 1)).isEqualTo(new PathFinder.NoParts(
                new Reason.InsufficientBalance(MilliSatoshi.msat(300_000_000), MilliSatoshi.msat(501_000_000))));
    }

    @Test
    void of_two_equal_routes_the_lower_channel_wins_every_time() {
        graph.channel(7, CAROL, BOB, Satoshi.sat(1_000_000)).terms(7, CAROL, TERMS, true);
        assertThat(route(request(BOB, 100_000)).hops().getLast().shortChannelId()).isEqualTo(scid(2));
    }

    @Test
    void a_dearer_but_much_faster_way_wins_by_its_risk() {
        graph.terms(2, CAROL, policy(1000, 100, 2000, 1, 500_000_000), true);
        graph.channel(8, CAROL, BOB, Satoshi.sat(1_000_000))
                .terms(8, CAROL, policy(1500, 100, 34, 1, 500_000_000), true);
        var wide = new Limits(MilliSatoshi.msat(1_000_000), new CltvDelta(5000), 20);
        assertThat(route(limited(100_000_000, wide)).hops().getLast().shortChannelId()).isEqualTo(scid(8));
        assertThat(route(limited(1_000_000, wide)).hops().getLast().shortChannelId()).isEqualTo(scid(2));
    }

    @Test
    void a_node_that_demands_an_unknown_feature_is_neither_passed_nor_paid() {
        graph.apply(new GraphEvent.NodeAnnounced(OwnGossip.nodeAnnouncement(Features.ofBits(200),
                fulgurite.protocol.units.Timestamp.ofEpochSeconds(1), "carol",
                fulgurite.protocol.units.Bytes.zeros(3), fulgurite.protocol.units.Bytes.EMPTY, TestGraph.secret(3))));
        assertThat(reason(request(BOB, 100_000))).isEqualTo(new Reason.NotConnected());
        assertThat(reason(request(CAROL, 100_000))).isEqualTo(new Reason.NotConnected());
    }

    @Test
    void terms_in_the_request_count_instead_of_the_table_s() {
        var dearer = new ExtraEdge(scid(2), CAROL, BOB, policy(3000, 100, 34, 1000, 500_000_000));
        var dear = new RouteRequest(new OwnNode(ALICE, List.of(local(1, CAROL, 900_000))), BOB,
                MilliSatoshi.msat(100_000), new CltvDelta(18), new BlockHeight(100), LIMITS, List.of(), List.of(),
                List.of(dearer));

        assertThat(route(dear).fee()).isEqualTo(MilliSatoshi.msat(3010));
    }

    @Test
    void amounts_at_the_edge_of_all_money_do_not_overflow() {
        long all = 2_100_000_000_000_000_000L;
        graph.terms(2, CAROL, policy(4_294_967_295L, 4_294_967_295L, 65_535, 0, all), true);
        var wide = new Limits(MilliSatoshi.msat(all), new CltvDelta(1_000_000), 20);
        assertThat(reason(new RouteRequest(us(List.of(local(1, CAROL, all))), BOB, MilliSatoshi.msat(all),
                new CltvDelta(18), new BlockHeight(100), wide)))
                .isEqualTo(new Reason.NoCapacity(MilliSatoshi.msat(all)));
        assertThatThrownBy(() -> request(BOB, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static LocalChannel local(int channel, NodeId peer, long spendable) {
        return new LocalChannel(scid(channel), peer, MilliSatoshi.msat(spendable), MilliSatoshi.msat(1));
    }

    private static OwnNode us(List<LocalChannel> channels) {
        return new OwnNode(ALICE, channels);
    }

    private static RouteRequest from(List<LocalChannel> channels, NodeId destination, long amount) {
        return new RouteRequest(us(channels), destination, MilliSatoshi.msat(amount), new CltvDelta(18),
                new BlockHeight(100), LIMITS);
    }

    private static RouteRequest request(NodeId destination, long amount) {
        return from(List.of(local(1, CAROL, 500_000_000)), destination, amount);
    }

    private static RouteRequest limited(long amount, Limits limits) {
        return new RouteRequest(us(List.of(local(1, CAROL, 500_000_000))), BOB, MilliSatoshi.msat(amount),
                new CltvDelta(18), new BlockHeight(100), limits);
    }

    private static RouteRequest excluding(List<NodeId> nodes, List<ChannelDirection> channels) {
        return new RouteRequest(us(List.of(local(1, CAROL, 500_000_000))), BOB, MilliSatoshi.msat(100_000),
                new CltvDelta(18), new BlockHeight(100), LIMITS, nodes, channels, List.of());
    }

    private Route route(RouteRequest request) {
        RouteResult result = PathFinding.findRoute(graph.table(), request);
        assertThat(result).isInstanceOf(RouteResult.Found.class);
        return ((RouteResult.Found) result).route();
    }

    private Reason reason(RouteRequest request) {
        RouteResult result = PathFinding.findRoute(graph.table(), request);
        assertThat(result).isInstanceOf(RouteResult.NoRoute.class);
        return ((RouteResult.NoRoute) result).reason();
    }
}
