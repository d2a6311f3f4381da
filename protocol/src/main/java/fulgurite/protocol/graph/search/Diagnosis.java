package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult.Reason;
import fulgurite.protocol.graph.RouteResult.Unreached;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a request has no answer. Slow: asked only when there is none. */
final class Diagnosis {
    private static final RouteRequest.Limits NONE = new RouteRequest.Limits(new MilliSatoshi(Costs.MOST),
            new CltvDelta(Integer.MAX_VALUE), Integer.MAX_VALUE);

    private Diagnosis() {}

    /** Of several destinations each is looked at alone. */
    static Reason of(View view, RouteRequest request, SearchSpace space, Weights weights) {
        var each = new ArrayList<Unreached>();
        for (NodeId destination : request.destinations()) {
            RouteRequest alone = request.toward(List.of(destination));
            each.add(new Unreached(destination, request.source().nodeId().equals(destination)
                    ? new Reason.SameNode(destination)
                    : of(new Query(view, alone, space, weights))));
        }
        return each.size() == 1 ? each.getFirst().reason() : new Reason.NoneOfThem(each);
    }

    private static Reason of(Query query) {
        RouteRequest request = query.request;
        if (!query.knowsDestination()) return new Reason.UnknownDestination(request.destinations().getFirst());
        Optional<Reason> broke = insufficientBalance(request);
        if (broke.isPresent()) return broke.get();
        query.space.restart(query.nodes());
        int best = TwoSidedSearch.find(query, NONE);
        if (best >= 0) return limitOf(query, best);
        return new Connection(query).reason();
    }

    private static Optional<Reason> insufficientBalance(RouteRequest request) {
        if (!(request.source() instanceof RouteRequest.OwnNode own)) return Optional.empty();
        MilliSatoshi largest = MilliSatoshi.ZERO;
        for (RouteRequest.LocalChannel channel : own.channels()) largest = largest.max(channel.spendable());
        return largest.lessThan(request.amount())
                ? Optional.of(new Reason.InsufficientBalance(largest, request.amount()))
                : Optional.empty();
    }

    private static Reason limitOf(Query query, int best) {
        RouteRequest.Limits limits = query.request.limits();
        Labels labels = query.space.labels;
        MilliSatoshi fee = new MilliSatoshi(labels.amount[best]).minus(query.request.amount());
        if (limits.maxFee().lessThan(fee)) return new Reason.FeeAboveLimit(fee, limits.maxFee());
        if (labels.delta[best] > limits.maxCltvDelta().blocks())
            return new Reason.ExpiryAboveLimit(new CltvDelta(labels.delta[best]), limits.maxCltvDelta());
        return new Reason.TooManyHops(labels.hops[best], limits.maxHops());
    }
}
