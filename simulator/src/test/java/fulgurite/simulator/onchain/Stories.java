package fulgurite.simulator.onchain;

import fulgurite.simulator.bitcoind.PlayedOn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** What the stories of {@link OnEachChain} classes begin with. */
abstract class Stories {
    @Parameter
    PlayedOn on = PlayedOn.REGTEST_CHAIN;

    @BeforeEach
    void the_chain_is_there() {
        on.assumePresent();
    }

    World world() {
        return new World(on.start());
    }

    /** A channel, open and ready, in a world of its own, and both have coins for fees beside it. */
    TwoEnds open(Setting setting) {
        return TwoEnds.open(world(), setting);
    }
}
