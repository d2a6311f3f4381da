package fulgurite.simulator.chain;

import fulgurite.protocol.units.FeeratePerKw;

/**
 * What a simulated chain takes as given.
 *
 * @param secondsPerBlock how much later than its parent a block says it was found, 1 or more
 * @param minRelayFeerate below this the mempool refuses
 * @param estimatedFeerate the answer to every question for a feerate; it can be changed while the chain runs
 */
public record ChainSettings(int secondsPerBlock, FeeratePerKw minRelayFeerate, FeeratePerKw estimatedFeerate) {
    /** Ten minutes a block, 1 sat/vB to relay (bitcoind's default), 4 sat/vB as the estimate. */
    public static final ChainSettings DEFAULT = new ChainSettings(600, new FeeratePerKw(250), new FeeratePerKw(1000));

    public ChainSettings {
        if (secondsPerBlock < 1)
            throw new IllegalArgumentException("a block takes 1 second or more, got " + secondsPerBlock);
    }
}
