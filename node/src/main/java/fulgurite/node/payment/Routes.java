package fulgurite.node.payment;

import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.search.Candidate;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.List;
import java.util.stream.Collectors;

/** Why there is no route, in a sentence for a person. */
final class Routes {
    private Routes() {}

    /** For a person. */
    static String why(RouteResult.Reason reason) {
        return switch (reason) {
            case RouteResult.Reason.NoneOfThem r -> whyNone(r.each());
            case RouteResult.Reason.SameNode r -> "that is this node itself";
            case RouteResult.Reason.UnknownDestination r -> "no channel of " + r.destination()
                    + " is known: its channels may not be announced yet (6 confirmations)";
            case RouteResult.Reason.InsufficientBalance r -> "no channel can send " + r.amount()
                    + ": the largest amount that one can send is " + r.largest();
            case RouteResult.Reason.InsufficientTogether r -> "all channels together can send " + r.all()
                    + ", which is less than " + r.amount();
            case RouteResult.Reason.NotInParts r -> "no ways are known that carry " + r.amount()
                    + ", in one part or in several";
            case RouteResult.Reason.NotConnected r -> "no channels lead there";
            case RouteResult.Reason.Disabled r ->
                "channels that lead there are disabled or closed, or their terms are not known";
            case RouteResult.Reason.Excluded r ->
                "channels that lead there are left out: they are excluded, or have failed this payment";
            case RouteResult.Reason.NoCapacity r -> "no channels lead there that carry as much as " + r.amount()
                    + " in one part";
            case RouteResult.Reason.BelowMinimum r -> "no channels lead there that carry as little as " + r.amount();
            case RouteResult.Reason.FeeAboveLimit r ->
                "the cheapest route costs " + r.fee() + ", and the limit is " + r.limit();
            case RouteResult.Reason.ExpiryAboveLimit r ->
                "the route would lock the money for " + r.delta() + ", and the limit is " + r.limit();
            case RouteResult.Reason.TooManyHops r -> "the route has " + r.hops() + " hops, too many for an onion";
        };
    }

    /** Each destination with what stands in the way to it; once for all where that is the same. */
    private static String whyNone(List<RouteResult.Unreached> each) {
        List<String> whys = each.stream().map(one -> why(one.reason())).distinct().toList();
        if (whys.size() == 1) return "to none of the " + each.size() + " destinations: " + whys.getFirst();
        return each.stream()
                .map(one -> "to " + brief(one.destination()) + ": " + why(one.reason()))
                .collect(Collectors.joining("; "));
    }

    /** The channels that could have served, each with what stood in its way; empty when there were none. */
    static String candidates(List<Candidate> candidates) {
        if (candidates.isEmpty()) return "";
        return "; " + String.join("; ", candidates.stream().map(Routes::sentence).toList());
    }

    static String sentence(Candidate candidate) {
        boolean toPayee = !candidate.channel().isReal();
        return channel(candidate.channel()) + " from " + brief(candidate.from())
                + (toPayee ? " to the payee" : " to " + brief(candidate.to())) + ": " + verdict(candidate.verdict());
    }

    private static String verdict(Candidate.Verdict verdict) {
        return switch (verdict) {
            case Candidate.Taken v -> "taken";
            case Candidate.Dearer v -> "passed over, " + v.more() + " dearer in fees, delay and risk of failure";
            case Candidate.Disabled v -> "disabled";
            case Candidate.Excluded v -> "it failed this payment before";
            case Candidate.BelowMinimum v -> "takes no less than " + v.minimum();
            case Candidate.AboveMaximum v -> "takes no more than " + v.maximum();
            case Candidate.KnownTooDry v -> "an attempt has shown that it has less than " + v.most();
            case Candidate.NoWayOn v -> "leads nowhere: " + why(v.reason());
        };
    }

    /** What stands for a blinded path is named by the path's place in its list. */
    static String channel(ShortChannelId name) {
        return name.isReal() ? "channel " + name : way(name);
    }

    static String way(ShortChannelId name) {
        return name.isReal() ? name.toString() : "blinded path " + (name.value() + 1);
    }

    /** Enough of a node's id to know it again. */
    static String brief(NodeId node) {
        return node.toHex().substring(0, 10);
    }
}
