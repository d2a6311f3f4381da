package fulgurite.simulator.chain;

import fulgurite.protocol.units.OutPoint;
import java.util.Optional;

/** Where a transaction's inputs are looked up: the chain alone, or the chain with the mempool on top. */
@FunctionalInterface
interface CoinView {
    Optional<Coin> find(OutPoint outPoint);
}
