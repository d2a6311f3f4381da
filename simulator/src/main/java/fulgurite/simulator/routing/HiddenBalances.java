package fulgurite.simulator.routing;

import fulgurite.protocol.graph.Route;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.graph.map.Topology;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** What every channel of a map holds on either side: nobody knows it but the two ends, and who pays finds out by trying. */
final class HiddenBalances {
    /** How balances lie. */
    enum Spread {
        /** Anywhere in the channel. */
        EVEN,
        /** Nearly all on one side, for two channels in three; the others anywhere. */
        ENDS
    }

    private static final int ENDS_OF_THREE = 2;

    private final Topology topology;
    private final ChannelMap map;
    private final long[] balances;

    HiddenBalances(ChannelMap map, Spread spread, long seed) {
        this.topology = map.topology();
        this.map = map;
        this.balances = new long[topology.slots()];
        var random = new SplittableRandom(seed);
        for (int channel = 0; channel < topology.channels(); channel++) {
            int slot = topology.slotFromNode1(channel);
            long capacity = map.capacitySat(slot) * 1000;
            balances[slot] = Math.round(capacity * share(spread, random));
            balances[topology.twin(slot)] = capacity - balances[slot];
        }
    }

    private static double share(Spread spread, SplittableRandom random) {
        double even = random.nextDouble();
        if (spread == Spread.EVEN || random.nextInt(3) >= ENDS_OF_THREE) return even;
        double near = even * even * even * 0.5;
        return random.nextBoolean() ? near : 1 - near;
    }

    long msat(int slot) {
        return balances[slot];
    }

    /** Locks an HTLC in every channel of the route, as far as it gets. @return the hop that did not have it; empty: all did */
    OptionalInt send(Route route) {
        for (int hop = 0; hop < route.hops().size(); hop++) {
            int slot = slot(route.hops().get(hop));
            long amount = route.hops().get(hop).amount().msat();
            if (balances[slot] < amount) {
                release(route, hop);
                return OptionalInt.of(hop);
            }
            balances[slot] -= amount;
        }
        return OptionalInt.empty();
    }

    /** Gives back what the first hops have locked. */
    void release(Route route, int hops) {
        for (int hop = 0; hop < hops; hop++)
            balances[slot(route.hops().get(hop))] += route.hops().get(hop).amount().msat();
    }

    /** What is locked goes over to the other side. */
    void settle(Route route) {
        for (Route.Hop hop : route.hops()) balances[topology.twin(slot(hop))] += hop.amount().msat();
    }

    int slot(Route.Hop hop) {
        return topology.slot(hop.shortChannelId(), hop.from()).orElseThrow();
    }

    long capacityMsat(int slot) {
        return map.capacitySat(slot) * 1000;
    }
}
