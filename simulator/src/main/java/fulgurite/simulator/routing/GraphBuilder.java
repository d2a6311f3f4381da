package fulgurite.simulator.routing;

import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Collects the rows of a file to a map. Whatever does not fit is counted and named, and left out: nothing here throws for
 * what a file says. Memory grows with the channels that are kept, not with the file.
 */
final class GraphBuilder {
    /** Ten times what mainnet has had, and what fits the usual heap. */
    static final int MOST_CHANNELS = 500_000;
    private static final int MOST_NAMED = 20;
    private static final long MOST_SAT = Codecs.MAX_MONEY.sat();

    private final TreeMap<ShortChannelId, Channel> channels = new TreeMap<>();
    private final List<String> named = new ArrayList<>();
    private final int mostChannels;
    private long rows;
    private long bad;

    private static final class Channel {
        private final NodeId node1;
        private final NodeId node2;
        private long capacitySat;
        private Optional<Terms> terms1 = Optional.empty();
        private Optional<Terms> terms2 = Optional.empty();

        Channel(NodeId node1, NodeId node2, long capacitySat) {
            this.node1 = node1;
            this.node2 = node2;
            this.capacitySat = capacitySat;
        }
    }

    GraphBuilder() {
        this(MOST_CHANNELS);
    }

    GraphBuilder(int mostChannels) {
        this.mostChannels = mostChannels;
    }

    /** A row that says nothing about a channel. */
    void row() {
        rows++;
    }

    void bad(String where, String why) {
        bad++;
        if (named.size() < MOST_NAMED) named.add(where + ": " + why);
    }

    /** A channel of which no direction may be known. @return whether it is there now */
    boolean channel(String where, ShortChannelId id, NodeId a, NodeId b, long capacitySat) {
        int order = a.compareTo(b);
        if (order == 0) return refuse(where, "a channel of " + a + " with itself");
        if (capacitySat < 0 || capacitySat > MOST_SAT) return refuse(where, "a capacity of " + capacitySat + " sat");
        NodeId node1 = order < 0 ? a : b;
        NodeId node2 = order < 0 ? b : a;
        Channel known = channels.get(id);
        if (known == null && channels.size() >= mostChannels)
            return refuse(where, "more than " + mostChannels + " channels");
        if (known == null) channels.put(id, new Channel(node1, node2, capacitySat));
        else
            if (!known.node1.equals(node1) || !known.node2.equals(node2))
                return refuse(where, "channel " + id + " is between other nodes already");
            else
                known.capacitySat = Math.max(known.capacitySat, capacitySat);
        return true;
    }

    /** One side's terms of a channel. @param maxMsat 0: the capacity */
    void direction(String where, ShortChannelId id, NodeId from, NodeId to, boolean usable, long baseMsat,
            long millionths, long delta, long minMsat, long maxMsat, long capacitySat) {
        if (!channel(where, id, from, to, capacitySat)) return;
        Channel channel = channels.get(id);
        long max = maxMsat == 0 ? channel.capacitySat * 1000 : maxMsat;
        String wrong = wrong(baseMsat, millionths, delta, minMsat, max);
        if (!wrong.isEmpty()) {
            refuse(where, wrong);
            return;
        }
        var terms = Optional.of(new Terms(usable, baseMsat, millionths, (int) delta, minMsat, max, 0));
        if (from.equals(channel.node1)) channel.terms1 = terms;
        else channel.terms2 = terms;
    }

    private static String wrong(long baseMsat, long millionths, long delta, long minMsat, long maxMsat) {
        if (baseMsat < 0 || baseMsat >>> 32 != 0) return "a base fee of " + baseMsat + " msat";
        if (millionths < 0 || millionths >>> 32 != 0) return "a fee of " + millionths + " millionths";
        if (delta < 0 || delta >>> 16 != 0) return "a CLTV delta of " + delta;
        if (minMsat < 0) return "a minimum of " + minMsat + " msat";
        return maxMsat < 0 ? "a maximum of " + maxMsat + " msat" : "";
    }

    private boolean refuse(String where, String why) {
        bad(where, why);
        return false;
    }

    Imported build(String format) {
        var links = new ArrayList<Topology.Link>(channels.size());
        var kept = new ArrayList<>(channels.values());
        channels.forEach((id, channel) -> links.add(new Topology.Link(id, channel.node1, channel.node2)));
        Topology topology = Topology.of(links);
        ChannelMap map = ChannelMap.of(topology, slot -> {
            Channel channel = kept.get(topology.channelOf(slot));
            boolean first = topology.slotFromNode1(topology.channelOf(slot)) == slot;
            return (first ? channel.terms1 : channel.terms2)
                    .map(terms -> new Terms(terms.usable(), terms.feeBaseMsat(), terms.feeMillionths(),
                            terms.cltvDelta(), terms.minMsat(), terms.maxMsat(), channel.capacitySat))
                    .orElse(Terms.none(new Satoshi(channel.capacitySat)));
        }, node -> false);
        return new Imported(format, map, rows, bad, List.copyOf(named));
    }
}
