package fulgurite.node.wallet;

import fulgurite.node.chain.BlockFollower.Known;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.protocol.units.BlockHeight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Writes down from time to time how far a wallet has scanned: after thousands of blocks while it scans, after some when it
 * has caught up. Not for sharing between threads.
 */
final class ScanLog {
    /** Deeper reorganisations than this are found by scanning from the wallet's birth. */
    static final int REMEMBERED = 144;
    private static final int WHILE_SCANNING = 2_000;
    private static final int CAUGHT_UP = 6;

    private final ScanStore store;
    private final Deque<Known> blocks = new ArrayDeque<>();
    private int since;

    ScanLog(ScanStore store) {
        this.store = store;
    }

    void resume(ScanPoint point) {
        blocks.addAll(point.blocks());
    }

    /** After the wallet has seen the block. */
    void connected(Block block, Wallet wallet) {
        blocks.addLast(new Known(block.height(), block.hash()));
        if (blocks.size() > REMEMBERED) blocks.removeFirst();
        since++;
        if (since >= WHILE_SCANNING) write(wallet);
    }

    void disconnected(BlockHeight height) {
        if (!blocks.isEmpty() && blocks.getLast().height().equals(height)) blocks.removeLast();
        since++;
    }

    /** @param first whether this is the first time since the start */
    void caughtUp(Wallet wallet, boolean first) {
        if (since >= CAUGHT_UP || first && since > 0) write(wallet);
    }

    private void write(Wallet wallet) {
        // When all of them were taken back nobody knows which block is below.
        if (blocks.isEmpty()) return;
        since = 0;
        store.write(wallet.scanned(List.copyOf(blocks)));
    }
}
