package fulgurite.simulator.routing;

import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.ChannelMap.Terms;
import fulgurite.protocol.graph.map.Topology;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Draws a network from a seed: nodes come one after another and open channels to those that have many already (Barabási and
 * Albert, 1999), so that a few have thousands and most a handful. Capacities and fees are spread as widely as mainnet's:
 * capacities over three powers of ten around two million satoshi, fees from nothing to a quarter of a percent, one
 * direction in ten disabled.
 */
public final class ScaleFree {
    private static final int[] DELTAS = {18, 34, 40, 40, 40, 80, 80, 80, 144, 144};

    private ScaleFree() {}

    /** @param nodes 2 and up; @param channels {@code nodes - 1} and up */
    public static ChannelMap draw(int nodes, int channels, long seed) {
        if (nodes < 2 || channels < nodes - 1)
            throw new IllegalArgumentException(nodes + " nodes cannot be joined by " + channels + " channels");
        var random = new SplittableRandom(seed);
        List<int[]> links = links(nodes, channels, random);
        var placed = new TreeMap<ShortChannelId, Topology.Link>();
        for (int i = 0; i < links.size(); i++) {
            var id = new ShortChannelId((600_000L + i / 40) << 40 | (long) (i % 40 + 1) << 16);
            placed.put(id, new Topology.Link(id, node(links.get(i)[0]), node(links.get(i)[1])));
        }
        Topology topology = Topology.of(List.copyOf(placed.values()));
        long[] capacities = new long[topology.channels()];
        for (int channel = 0; channel < capacities.length; channel++) capacities[channel] = capacity(random);
        Terms[] terms = new Terms[topology.slots()];
        for (int slot = 0; slot < terms.length; slot++)
            terms[slot] = terms(capacities[topology.channelOf(slot)], random);
        return ChannelMap.of(topology, slot -> terms[slot], node -> false);
    }

    /** The id of a node that only its number is known of: a key that nobody has. */
    public static NodeId node(int number) {
        byte[] key = new byte[PublicKey.SIZE];
        long mixed = number * 0x9e3779b97f4a7c15L;
        key[0] = 2;
        for (int i = 0; i < 8; i++) key[1 + i] = (byte) (mixed >>> 56 - 8 * i);
        for (int i = 0; i < 4; i++) key[PublicKey.SIZE - 4 + i] = (byte) (number >>> 24 - 8 * i);
        return new NodeId(PublicKey.copyOf(key));
    }

    private static List<int[]> links(int nodes, int channels, SplittableRandom random) {
        var links = new ArrayList<int[]>(channels);
        int[] ends = new int[2 * channels];
        int known = 0;
        for (int node = 1; node < nodes; node++) {
            // So many that the channels come out even over all nodes.
            int until = (int) ((long) channels * node / (nodes - 1));
            int first = links.size();
            while (links.size() < Math.max(until, node)) {
                boolean free = known == 0 || random.nextInt(10) == 0;
                int other = free ? random.nextInt(node) : ends[random.nextInt(known)];
                // Its own channels are not counted as it opens them, or it would choose itself.
                links.add(new int[]{other, node});
            }
            for (int i = first; i < links.size(); i++) {
                ends[known++] = links.get(i)[0];
                ends[known++] = node;
            }
        }
        return links;
    }

    private static long capacity(SplittableRandom random) {
        double powers = 6.3 + 0.65 * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5) * 2;
        return Math.round(StrictMath.pow(10, powers));
    }

    private static Terms terms(long capacitySat, SplittableRandom random) {
        boolean usable = random.nextInt(10) != 0;
        long base = random.nextInt(2) == 0 ? 1000 : 0;
        long millionths = random.nextInt(8) == 0 ? 0 : Math.round(StrictMath.pow(10, 3.4 * random.nextDouble()));
        long min = random.nextInt(2) == 0 ? 1 : 1000;
        long max = capacitySat * (random.nextInt(3) == 0 ? 450 : 990);
        return new Terms(usable, base, millionths, DELTAS[random.nextInt(DELTAS.length)], min, max, capacitySat);
    }
}
