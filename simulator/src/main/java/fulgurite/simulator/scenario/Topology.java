package fulgurite.simulator.scenario;

import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Who opens channels to whom: a ring, so that the network is connected, and from each node a few channels more to
 * nodes drawn in proportion to the channels that they have already (preferential attachment), so that hubs grow. No two
 * nodes have two channels.
 */
record Topology(List<PlannedChannel> channels) {
    private static final long LEAST_CAPACITY_SAT = 1_000_000;
    private static final long MOST_CAPACITY_SAT = 16_000_000;
    private static final int LEAST_PUSH_PERCENT = 20;
    private static final int MOST_PUSH_PERCENT = 60;

    Topology {
        channels = List.copyOf(channels);
    }

    /** @param opener number of the node that funds it; @param push of {@code capacity}, to the other */
    record PlannedChannel(int opener, int other, Satoshi capacity, Satoshi push) {}

    private record Pair(int lower, int higher) implements Comparable<Pair> {
        static Pair of(int one, int other) {
            return new Pair(Math.min(one, other), Math.max(one, other));
        }

        @Override
        public int compareTo(Pair other) {
            return lower != other.lower ? Integer.compare(lower, other.lower) : Integer.compare(higher, other.higher);
        }
    }

    static Topology draw(int nodes, int extraChannels, SplittableRandom random) {
        var channels = new ArrayList<PlannedChannel>();
        var pairs = new TreeSet<Pair>();
        // Each channel puts both of its ends here, so that an even draw favours those with many.
        var ends = new ArrayList<Integer>();
        for (int node = 0; node < nodes; node++) add(node, (node + 1) % nodes, pairs, ends, channels, random);
        for (int node = 0; node < nodes; node++)
            for (int i = 0; i < extraChannels; i++) {
                int drawn = ends.get(random.nextInt(ends.size()));
                add(node, drawn, pairs, ends, channels, random);
            }
        return new Topology(channels);
    }

    /** Adds the channel unless it would lead to its opener or double another. */
    private static void add(int opener, int other, TreeSet<Pair> pairs, List<Integer> ends,
            List<PlannedChannel> channels, SplittableRandom random) {
        if (opener == other || !pairs.add(Pair.of(opener, other))) return;
        ends.add(opener);
        ends.add(other);
        var capacity = new Satoshi(Draws.logUniform(random, LEAST_CAPACITY_SAT, MOST_CAPACITY_SAT));
        int percent = random.nextInt(LEAST_PUSH_PERCENT, MOST_PUSH_PERCENT + 1);
        channels.add(new PlannedChannel(opener, other, capacity, new Satoshi(capacity.sat() / 100 * percent)));
    }

    /** How many channels that node opens. */
    int openedBy(int node) {
        return (int) channels.stream().filter(channel -> channel.opener() == node).count();
    }

    Satoshi capacity() {
        return channels.stream().map(PlannedChannel::capacity).reduce(Satoshi.ZERO, Satoshi::plus);
    }
}
