package fulgurite.simulator.fuzz;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.simulator.chain.RegtestChain;
import java.util.ArrayList;
import java.util.List;

/** Reads the best chain. */
final class ChainRead {
    private ChainRead() {}

    /** Every transaction from that height on but coinbases, in order. */
    static List<Tx> transactions(RegtestChain chain, int from) {
        var all = new ArrayList<Tx>();
        for (int height = from; height <= chain.tip().height().height(); height++)
            chain.block(new BlockHeight(height))
                    .ifPresent(block -> all.addAll(block.transactions().subList(1, block.transactions().size())));
        return all;
    }
}
