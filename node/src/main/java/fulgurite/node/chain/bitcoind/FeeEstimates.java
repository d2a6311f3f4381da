package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * Feerates by bitcoind's estimatesmartfee, with what it said last while it has nothing to say (for a day: it forgets
 * when it restarts), else the fallback; at least what its mempool takes, and within the bounds of the settings.
 */
final class FeeEstimates {
    /** Up to so many blocks a wrong estimate costs more than a high one. */
    private static final int URGENT = 6;
    private static final int MAX_TARGET = 1008;
    private static final Duration STILL_TRUE = Duration.ofDays(1);
    private final BitcoindBackend bitcoind;
    private final BitcoindSettings.Fees terms;
    private final InstantSource clock;
    private final Map<Integer, Said> lastSaid = new TreeMap<>();

    private record Said(FeeratePerKw feerate, Instant at) {}

    FeeEstimates(BitcoindBackend bitcoind, BitcoindSettings.Fees terms, InstantSource clock) {
        this.bitcoind = bitcoind;
        this.terms = terms;
        this.clock = clock;
    }

    CompletionStage<FeeratePerKw> estimate(int blocks) {
        int target = Math.clamp(blocks, 1, MAX_TARGET);
        return bitcoind.call("estimatesmartfee", target, target <= URGENT ? "conservative" : "economical")
                .thenCombine(bitcoind.call("getmempoolinfo"),
                        (estimate, mempool) -> bounded(said(target, estimate), mempoolTakes(mempool)));
    }

    /** Without a "feerate" bitcoind has not seen enough blocks to tell, as always on regtest. */
    private synchronized FeeratePerKw said(int target, JsonNode estimate) {
        if (estimate.path("feerate").isNumber()) {
            FeeratePerKw feerate = perKw(estimate.path("feerate"));
            lastSaid.put(target, new Said(feerate, clock.instant()));
            return feerate;
        }
        Optional<Said> last = Optional.ofNullable(lastSaid.get(target))
                .filter(said -> said.at().plus(STILL_TRUE).isAfter(clock.instant()));
        return last.map(Said::feerate).orElse(terms.fallback());
    }

    private static FeeratePerKw mempoolTakes(JsonNode mempool) {
        FeeratePerKw minimum = perKw(mempool.path("mempoolminfee"));
        FeeratePerKw relay = perKw(mempool.path("minrelaytxfee"));
        return minimum.lessThan(relay) ? relay : minimum;
    }

    private FeeratePerKw bounded(FeeratePerKw feerate, FeeratePerKw mempoolTakes) {
        FeeratePerKw least = mempoolTakes.lessThan(terms.least()) ? terms.least() : mempoolTakes;
        FeeratePerKw enough = feerate.lessThan(least) ? least : feerate;
        return terms.most().lessThan(enough) ? terms.most() : enough;
    }

    /** From bitcoin per 1000 virtual bytes, rounded up. */
    private static FeeratePerKw perKw(JsonNode bitcoinPerKvb) {
        long satPerKvb = BitcoindBackend.satoshi(bitcoinPerKvb).sat();
        return new FeeratePerKw((satPerKvb + 3) / 4);
    }
}
