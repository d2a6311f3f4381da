package fulgurite.protocol.payment.outgoing;

import static fulgurite.protocol.payment.PaymentWorld.*;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.graph.search.PathFinding;
import fulgurite.protocol.invoice.RouteHintHop;
import fulgurite.protocol.onion.blinded.Blinding;
import fulgurite.protocol.onion.blinded.PayInfo;
import fulgurite.protocol.onion.blinded.PaymentPath;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteQueryTest {
    private static final RouteRequest.OwnNode US = new RouteRequest.OwnNode(node(0),
            List.of(new RouteRequest.LocalChannel(channel(0), node(1), AMOUNT.times(10), MilliSatoshi.ZERO)));
    /** From our peer, over two channels that no table knows. */
    private static final List<RouteHintHop> HINT = List.of(
            new RouteHintHop(node(1), channel(1), FEE, 0, DELTA), new RouteHintHop(node(2), channel(2), FEE, 0, DELTA));
    private static final PaymentTerms TERMS = new PaymentTerms(terms(3).paymentHash(), node(3), AMOUNT, FINAL_DELTA,
            new PaymentTerms.Invoiced(SECRET, Optional.empty(), List.of(HINT)), LIMITS);

    private static RouteQuery query(PaymentTerms terms) {
        return OutgoingDriver.started(terms).effect(OutgoingEffect.FindRoute.class).query();
    }

    private static RouteResult find(RouteQuery query) {
        return PathFinding.findRoute(RoutingTable.EMPTY, query.toRequest(US, HEIGHT));
    }

    private static RouteQuery with(Lesson... lessons) {
        RouteQuery query = query(TERMS);
        return new RouteQuery(query.destination(), query.amount(), query.maxFee(), query.finalDelta(), query.hints(),
                List.of(lessons));
    }

    @Test
    void a_route_through_an_invoice_s_hints_is_found_and_taken() {
        var found = (RouteResult.Found) find(query(TERMS));

        PaymentRoute route = PaymentRoute.of(found.route(), HEIGHT);
        assertThat(route).isEqualTo(route(3));
        assertThat(OutgoingDriver.inFlight(TERMS, route).effects).first()
                .isInstanceOf(OutgoingEffect.OfferHtlc.class);
    }

    @Test
    void without_the_hints_there_is_no_route() {
        assertThat(find(query(terms(3)))).isInstanceOf(RouteResult.NoRoute.class);
    }

    @Test
    void what_is_to_be_avoided_is_avoided() {
        assertThat(find(with(new Lesson.AvoidNode(node(2))))).isInstanceOf(RouteResult.NoRoute.class);
        assertThat(find(with(new Lesson.AvoidChannel(channel(1), node(1))))).isInstanceOf(RouteResult.NoRoute.class);
        assertThat(find(with(new Lesson.AvoidChannel(channel(1), node(2))))).isInstanceOf(RouteResult.Found.class);
    }

    @Test
    void a_channel_that_had_not_so_much_is_tried_again_with_less_but_not_for_ever() {
        var tooMuch = new Lesson.TooMuch(channel(1), node(1), AMOUNT.plus(MilliSatoshi.msat(1)));
        var enough = new Lesson.TooMuch(channel(1), node(1), MilliSatoshi.msat(2 * AMOUNT.msat()));

        assertThat(find(with(tooMuch))).isInstanceOf(RouteResult.NoRoute.class);
        assertThat(find(with(enough))).isInstanceOf(RouteResult.Found.class);
        assertThat(find(with(enough, enough))).isInstanceOf(RouteResult.Found.class);
        // Parts that failed together have told one thing; failures with less and less have told more.
        assertThat(find(with(enough, enough, enough, enough, enough))).isInstanceOf(RouteResult.Found.class);
        assertThat(find(with(times(32), times(16), times(8)))).isInstanceOf(RouteResult.Found.class);
        assertThat(find(with(times(32), times(16), times(8), times(4)))).isInstanceOf(RouteResult.NoRoute.class);
    }

    private static Lesson times(int factor) {
        return new Lesson.TooMuch(channel(1), node(1), MilliSatoshi.msat(factor * AMOUNT.msat()));
    }

    @Test
    void the_limits_of_the_payment_are_those_of_the_request() {
        RouteRequest request = query(TERMS).toRequest(US, HEIGHT);

        assertThat(request.limits()).isEqualTo(new RouteRequest.Limits(LIMITS.maxFee(), new CltvDelta(2016), 20));
        assertThat(request.finalCltvDelta()).isEqualTo(new CltvDelta(21));
    }

    @Test
    void new_terms_are_passed_on_instead_of_the_hint_s() {
        var update = new ChannelUpdate(new Signature(Bytes.zeros(64)), Bytes32.ZERO, channel(1), 1, 1, 0,
                new CltvDelta(80), MilliSatoshi.msat(1), MilliSatoshi.msat(2_000), 100,
                MilliSatoshi.msat(1_000_000_000), Bytes.EMPTY);
        var lesson = new Lesson.NewTerms(channel(1), node(1), node(2), ChannelUpdate.CODEC.toBytes(update));

        assertThat(with(lesson).toRequest(US, HEIGHT).extraEdges()).first()
                .isEqualTo(
                        new RouteRequest.ExtraEdge(channel(1), node(1), node(2), RoutingPolicy.of(update)));
    }

    /** Ends at which a payment over blinded paths may come to its payee: by node 1 at three times the fee, by node 2 at one. */
    private static PaymentTerms blinded(MilliSatoshi most) {
        return PaymentTerms.overBlindedPaths(terms(3).paymentHash(), AMOUNT,
                List.of(path(1, FEE.times(3), AMOUNT.times(2)), path(2, FEE, most)), LIMITS);
    }

    private static PaymentPath path(int introduction, MilliSatoshi fee, MilliSatoshi most) {
        var step = new Blinding.Step(node(introduction), TlvStream.empty());
        return new PaymentPath(Blinding.path(key(7), List.of(step)),
                new PayInfo(fee, 0, DELTA, MilliSatoshi.msat(1), most, Features.EMPTY));
    }

    private static RouteResult findBlinded(PaymentTerms terms, Lesson... lessons) {
        var us = new RouteRequest.OwnNode(node(0), List.of(
                new RouteRequest.LocalChannel(channel(0), node(1), AMOUNT.times(10), MilliSatoshi.ZERO),
                new RouteRequest.LocalChannel(channel(9), node(2), AMOUNT.times(10), MilliSatoshi.ZERO)));
        RouteQuery query = query(terms);
        return PathFinding.findRoute(RoutingTable.EMPTY, new RouteQuery(query.destination(), query.amount(),
                query.maxFee(), query.finalDelta(), query.hints(), query.blindedPaths(), List.of(lessons), 1)
                .toRequest(us, HEIGHT));
    }

    private static ShortChannelId taken(RouteResult result) {
        return ((RouteResult.Found) result).route().hops().getLast().shortChannelId();
    }

    @Test
    void of_several_blinded_paths_the_cheapest_is_taken_that_the_payment_may_take() {
        var dear = new ShortChannelId(0);
        var cheap = new ShortChannelId(1);
        PaymentTerms terms = blinded(AMOUNT.times(2));

        PaymentRoute route = PaymentRoute.of(((RouteResult.Found) findBlinded(terms)).route(), HEIGHT);
        assertThat(route.fee()).isEqualTo(FEE);
        assertThat(route.first().delta()).isEqualTo(new CltvDelta(3 + DELTA.blocks()));
        assertThat(OutgoingDriver.inFlight(terms, route).effects).first()
                .isInstanceOf(OutgoingEffect.OfferHtlc.class);
        assertThat(taken(findBlinded(terms))).isEqualTo(cheap);
        assertThat(taken(findBlinded(terms, new Lesson.AvoidChannel(cheap, node(2))))).isEqualTo(dear);
        assertThat(taken(findBlinded(terms, new Lesson.AvoidNode(node(2))))).isEqualTo(dear);
        assertThat(taken(findBlinded(terms, new Lesson.TooMuch(cheap, node(2), AMOUNT)))).isEqualTo(dear);
        assertThat(taken(findBlinded(blinded(AMOUNT.minus(MilliSatoshi.msat(1)))))).isEqualTo(dear);
        assertThat(findBlinded(terms, new Lesson.AvoidChannel(cheap, node(2)),
                new Lesson.AvoidChannel(dear, node(1)))).isInstanceOf(RouteResult.NoRoute.class);
    }

    @Test
    void a_blinded_path_dearer_than_the_limit_is_not_taken() {
        PaymentTerms terms = PaymentTerms.overBlindedPaths(terms(3).paymentHash(), AMOUNT,
                List.of(path(1, FEE.times(6), AMOUNT.times(2))), LIMITS);

        assertThat(findBlinded(terms)).isEqualTo(new RouteResult.NoRoute(
                new RouteResult.Reason.FeeAboveLimit(FEE.times(6), LIMITS.maxFee())));
    }
}
