package fulgurite.simulator.scenario;

import fulgurite.protocol.graph.search.PathFinders;
import java.time.Duration;
import java.util.List;

/**
 * What is simulated. Equal settings give equal runs.
 *
 * @param nodes 2..{@value #MOST_NODES}
 * @param payments 0..{@value #MOST_PAYMENTS}
 * @param extraChannels that each node opens beside the ring, 0..10
 * @param interval the mean time between the beginnings of two payments, above zero
 * @param routers names of path-finders: the nodes take them in turn
 */
public record SimulationSettings(int nodes, int payments, long seed, int extraChannels, Duration interval,
        List<String> routers) {
    public static final int MOST_NODES = 1_000;
    public static final int MOST_PAYMENTS = 1_000_000;
    private static final int MOST_EXTRA_CHANNELS = 10;

    /** @throws IllegalArgumentException whose message names the setting and its range */
    public SimulationSettings {
        requireRange("nodes", nodes, 2, MOST_NODES);
        requireRange("payments", payments, 0, MOST_PAYMENTS);
        requireRange("extra-channels", extraChannels, 0, MOST_EXTRA_CHANNELS);
        routers = List.copyOf(routers);
        if (routers.isEmpty() || !PathFinders.names().containsAll(routers))
            throw new IllegalArgumentException("a router is one of " + PathFinders.names() + ", got " + routers);
        if (!interval.isPositive())
            throw new IllegalArgumentException("the interval between payments must be above zero, got " + interval);
    }

    /** One extra channel for each node, a payment every half second. */
    public static SimulationSettings of(int nodes, int payments, long seed) {
        return new SimulationSettings(nodes, payments, seed, 1, Duration.ofMillis(500), List.of(PathFinders.DEFAULT));
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most)
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", got " + value);
    }
}
