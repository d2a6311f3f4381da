package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.search.PathFinder.NoParts;
import fulgurite.protocol.graph.search.PathFinder.Parts;
import fulgurite.protocol.graph.search.PathFinder.Split;
import fulgurite.protocol.units.NodeId;
import java.util.ArrayList;
import java.util.List;

/** Parts of a payment to one of several destinations: parts to different ones would pay none of them. */
final class Alternatives {
    private Alternatives() {}

    static Split split(PathFinder finder, View view, RouteRequest request, int maxParts) {
        if (finder.find(view, request) instanceof RouteResult.Found(Route whole))
            return finder.split(view, request.toward(List.of(whole.destination())), maxParts);
        var each = new ArrayList<RouteResult.Unreached>();
        for (NodeId destination : request.destinations()) {
            switch (finder.split(view, request.toward(List.of(destination)), maxParts)) {
                case Parts parts -> {
                    return parts;
                }
                case NoParts none -> each.add(new RouteResult.Unreached(destination, none.reason()));
            }
        }
        return new NoParts(new RouteResult.Reason.NoneOfThem(each));
    }
}
