package fulgurite.simulator.chain;

import fulgurite.protocol.units.FeeratePerKw;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What fees buy on a simulated chain now.
 *
 * @param demanded what the miner asks of a transaction with its unconfirmed ancestors; 0 takes all, first come first
 *        served
 * @param mempoolMinimum what a full mempool asks of a transaction or package; 0 while there is room
 * @param estimates by the most blocks that one is ready to wait; a longer wait is answered as the longest known
 */
record FeeMarket(FeeratePerKw demanded, FeeratePerKw mempoolMinimum, SortedMap<Integer, FeeratePerKw> estimates) {
    private static final FeeratePerKw NOTHING = new FeeratePerKw(0);

    FeeMarket {
        estimates = new TreeMap<>(estimates);
        if (estimates.isEmpty()) throw new IllegalArgumentException("estimates for no target at all");
    }

    static FeeMarket quiet(FeeratePerKw estimate) {
        return new FeeMarket(NOTHING, NOTHING, new TreeMap<>(Map.of(1, estimate)));
    }

    FeeMarket withDemanded(FeeratePerKw feerate) {
        return new FeeMarket(feerate, mempoolMinimum, estimates);
    }

    FeeMarket withMempoolMinimum(FeeratePerKw feerate) {
        return new FeeMarket(demanded, feerate, estimates);
    }

    FeeMarket withEstimates(SortedMap<Integer, FeeratePerKw> byTarget) {
        return new FeeMarket(demanded, mempoolMinimum, byTarget);
    }

    /** As bitcoind's estimatesmartfee: never below what its own mempool takes. @param blocks 1 or more */
    FeeratePerKw estimate(int blocks) {
        SortedMap<Integer, FeeratePerKw> soonEnough = estimates.headMap(blocks + 1);
        return atLeastMinimum(estimates.get(soonEnough.isEmpty() ? estimates.firstKey() : soonEnough.lastKey()));
    }

    /** What gets {@code feerate} or more into the next block. */
    FeeratePerKw forNextBlock(FeeratePerKw feerate) {
        return atLeastMinimum(feerate.lessThan(demanded) ? demanded : feerate);
    }

    private FeeratePerKw atLeastMinimum(FeeratePerKw feerate) {
        return feerate.lessThan(mempoolMinimum) ? mempoolMinimum : feerate;
    }
}
