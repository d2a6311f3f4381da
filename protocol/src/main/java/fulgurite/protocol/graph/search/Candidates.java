package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.RouteRequest.ChannelDirection;
import fulgurite.protocol.graph.RouteRequest.LocalChannel;
import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.RouteResult;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.graph.search.Candidate.Verdict;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Says of each channel that a payment could begin with (our own), and of each that it could end with (the payee's), why it
 * was taken, passed over or refused. A search for each of them: for people who ask, not for payments.
 */
public final class Candidates {
    private static final int MOST = 12;

    private final PathFinder finder;
    private final View view;
    private final RouteRequest request;
    private final RouteResult best;

    private record Way(ShortChannelId channel, NodeId from, NodeId to, Terms terms) {}

    private Candidates(PathFinder finder, View view, RouteRequest request) {
        this.finder = finder;
        this.view = view;
        this.request = request;
        this.best = finder.find(view, request);
    }

    /** The payer's own channels first, then the payee's; of each {@value #MOST} at most. */
    public static List<Candidate> of(PathFinder finder, View view, RouteRequest request) {
        var asked = new Candidates(finder, view, request);
        var all = new ArrayList<Candidate>();
        List<Way> first = asked.first();
        for (Way way : first.subList(0, Math.min(MOST, first.size()))) all.add(asked.judged(way, first));
        List<Way> last = asked.last();
        last.removeIf(way -> way.from().equals(request.source().nodeId()));
        for (Way way : last.subList(0, Math.min(MOST, last.size()))) all.add(asked.judged(way, last));
        return List.copyOf(all);
    }

    private List<Way> first() {
        var ways = new ArrayList<Way>();
        if (request.source() instanceof RouteRequest.OwnNode own)
            for (LocalChannel channel : own.channels())
                ways.add(new Way(channel.shortChannelId(), own.nodeId(), channel.peer(), new Terms(true, 0, 0, 0,
                        channel.htlcMinimum().msat(), channel.spendable().msat(), 0)));
        return ways;
    }

    private List<Way> last() {
        var ways = new ArrayList<Way>();
        for (RouteRequest.ExtraEdge hint : request.extraEdges())
            if (request.destinations().contains(hint.to()))
                ways.add(new Way(hint.shortChannelId(), hint.from(), hint.to(),
                        new Terms(true, 0, 0, 0, hint.policy().htlcMinimum().msat(),
                                hint.policy().htlcMaximum().msat(), 0)));
        Topology topology = view.map().topology();
        for (NodeId destination : request.destinations()) {
            OptionalInt payee = topology.indexOf(destination);
            if (payee.isEmpty()) continue;
            int end = topology.firstSlot(payee.getAsInt() + 1);
            for (int slot = topology.firstSlot(payee.getAsInt()); slot < end; slot++)
                ways.add(new Way(topology.channel(topology.channelOf(slot)), topology.node(topology.other(slot)),
                        destination, view.map().terms(slot)));
        }
        return ways;
    }

    private Candidate judged(Way way, List<Way> rivals) {
        return new Candidate(way.channel, way.from, way.to, verdict(way, rivals));
    }

    private Verdict verdict(Way way, List<Way> rivals) {
        long amount = request.amount().msat();
        if (request.excludedNodes().contains(way.from) || request.excludedNodes().contains(way.to)
                || request.excludedChannels().contains(new ChannelDirection(way.channel, way.from)) || isStrained(way))
            return new Candidate.Excluded();
        if (!way.terms.usable()) return new Candidate.Disabled();
        if (amount < way.terms.minMsat()) return new Candidate.BelowMinimum(new MilliSatoshi(way.terms.minMsat()));
        if (amount > way.terms.maxMsat()) return new Candidate.AboveMaximum(new MilliSatoshi(way.terms.maxMsat()));
        OptionalInt slot = view.map().topology().slot(way.channel, way.from);
        if (finder.learns() && slot.isPresent() && !way.from.equals(request.source().nodeId())) {
            long capacity = view.map().capacitySat(slot.getAsInt()) * 1000;
            long most = view.liquidity().mostMsat(slot.getAsInt(), capacity, view.now());
            if (amount >= most) return new Candidate.KnownTooDry(new MilliSatoshi(most));
        }
        return compared(way, rivals);
    }

    private boolean isStrained(Way way) {
        return request.amount().msat() >= Strain.tooMuchMsat(request, way.channel, way.from);
    }

    /** Whether a route leads over it when its rivals are left out, and what that costs. */
    private Verdict compared(Way way, List<Way> rivals) {
        var excluded = new ArrayList<>(request.excludedChannels());
        for (Way rival : rivals)
            if (!rival.channel.equals(way.channel)) excluded.add(new ChannelDirection(rival.channel, rival.from));
        RouteRequest alone = request.leavingOut(excluded);
        return switch (finder.find(view, alone)) {
            case RouteResult.NoRoute none -> new Candidate.NoWayOn(none.reason());
            case RouteResult.Found(Route route) -> {
                long cost = finder.costMsat(view, request, route);
                boolean taken = best instanceof RouteResult.Found(Route chosen) && chosen.hops()
                        .stream()
                        .anyMatch(hop -> hop.shortChannelId().equals(way.channel) && hop.from().equals(way.from));
                if (taken) yield new Candidate.Taken(new MilliSatoshi(cost));
                long least = best instanceof RouteResult.Found(Route chosen)
                        ? finder.costMsat(view, request, chosen)
                        : cost;
                yield new Candidate.Dearer(new MilliSatoshi(Math.max(0, cost - least)));
            }
        };
    }
}
