package fulgurite.node.wallet;

import fulgurite.node.chain.BlockFollower;
import fulgurite.node.wallet.WalletKeys.Branch;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a wallet has scanned the chain, and what it found: a start goes on from there. It may be lost, for everything in
 * it can be found again from the wallet's birth.
 *
 * @param next the first block that was not scanned
 * @param blocks the last ones that were, ascending and without gaps, by which a reorganisation shows; empty when none was
 * @param transactions of the wallet in blocks below {@code next}, parents before their children
 * @param used how many addresses of a branch are known to be used, found in transactions or not
 */
public record ScanPoint(BlockHeight next, List<BlockFollower.Known> blocks, List<Confirmed> transactions,
        SortedMap<Branch, Integer> used) {
    /** A transaction in a block. */
    public record Confirmed(BlockHeight height, Tx tx) {}

    public ScanPoint {
        blocks = List.copyOf(blocks);
        transactions = List.copyOf(transactions);
        used = Collections.unmodifiableSortedMap(new TreeMap<>(used));
    }

    /** The lowest block that must be readable to go on from here. */
    public BlockHeight lowest() {
        return blocks.isEmpty() ? next : blocks.getFirst().height();
    }
}
