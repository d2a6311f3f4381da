package fulgurite.simulator.bitcoind;

import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.PlayedChain;
import fulgurite.simulator.chain.RegtestChain;
import org.junit.jupiter.api.Assumptions;

/** The chains that a story is told on. */
public enum PlayedOn {
    REGTEST_CHAIN, BITCOIND;

    /** One at its genesis block. A story on a bitcoind that this machine does not have is skipped. */
    public PlayedChain start() {
        return switch (this) {
            case REGTEST_CHAIN -> RegtestChain.create(ChainSettings.DEFAULT);
            case BITCOIND -> {
                assumePresent();
                yield BitcoindChain.shared();
            }
        };
    }

    /** Skips a test that cannot run here, and says why. */
    public void assumePresent() {
        if (this == BITCOIND) Assumptions.assumeTrue(Bitcoind.find().isPresent(), Bitcoind.HOW);
    }
}
