package fulgurite.protocol.graph.search;

import fulgurite.protocol.graph.RouteRequest;
import fulgurite.protocol.graph.map.ChannelMap;
import fulgurite.protocol.units.Timestamp;

/** What passing a direction costs, for one payment. Everything grows with the amount: searches rely on it. */
final class Costs {
    static final long UNREACHABLE = Long.MAX_VALUE;
    /** More than any sum of money; a cost above it is out of reach, and sums of two are far from overflow. */
    static final long MOST = 2_100_000_000_000_000_000L;
    /** What was seen may have changed since: a last resort, unless the payment itself has failed there. */
    private static final double LEAST_CHANCE = 1e-3;
    private static final long BILLION = 1_000_000_000;

    private final ChannelMap map;
    private final Liquidity liquidity;
    private final Timestamp now;
    private final long riskPerBillion;
    private final double natMsat;
    private final Prior prior;

    Costs(View view, Weights weights, RouteRequest request) {
        this.map = view.map();
        this.liquidity = view.liquidity();
        this.now = view.now();
        this.riskPerBillion = weights.riskPerBillion();
        this.natMsat = weights.natMsat(request);
        this.prior = weights.prior();
    }

    /** The price of locking that amount for so long, rounded down. @param amountMsat 0..{@link #MOST} */
    long risk(long amountMsat, int blocks) {
        long factor = riskPerBillion * blocks;
        return amountMsat / BILLION * factor + amountMsat % BILLION * factor / BILLION;
    }

    /**
     * The price of the chance that the amount does not pass; {@link #UNREACHABLE} when it is above the capacity. What is
     * held there is on its way already: the price is what this amount adds to it.
     */
    long failure(int slot, long amountMsat) {
        if (natMsat == 0) return 0;
        long capacity = map.capacitySat(slot) * 1000;
        if (liquidity.isBlank(map.topology().channelOf(slot))) {
            if (amountMsat > capacity) return UNREACHABLE;
            return price(1 - prior.below((double) amountMsat / (capacity + 1)));
        }
        long held = liquidity.heldMsat(slot);
        long together = amountMsat + held;
        long least = liquidity.leastMsat(slot, now);
        if (together <= least) return 0;
        if (together > capacity) return UNREACHABLE;
        long most = liquidity.mostMsat(slot, capacity, now);
        long price = price(passes(together, least, most, capacity));
        return held <= least ? price : price - price(passes(held, least, most, capacity));
    }

    private double passes(long amount, long least, long most, long capacity) {
        return amount >= most ? 0 : prior.passes(amount, least, most, (double) capacity + 1);
    }

    private long price(double passes) {
        return (long) (-natMsat * Logarithm.ln(Math.max(passes, LEAST_CHANCE)));
    }
}
