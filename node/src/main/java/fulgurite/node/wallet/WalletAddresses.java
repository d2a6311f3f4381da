package fulgurite.node.wallet;

import fulgurite.node.wallet.WalletKeys.Branch;
import fulgurite.node.wallet.WalletKeys.KeyPath;
import fulgurite.node.wallet.WalletKeys.Kind;
import fulgurite.protocol.bitcoin.Address;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which of a wallet's addresses have been handed out and which were paid; those ahead of both are watched, as far as
 * {@link Branch#gapLimit}. Not for sharing between threads.
 */
final class WalletAddresses {
    private final WalletKeys keys;
    private final Map<Branch, Indices> indices = new EnumMap<>(Branch.class);

    /** Of a branch. @param next to be given out; @param used the first one above all that were paid */
    private record Indices(int next, int used) {
        Indices paid(int index) {
            int above = Math.max(used, index + 1);
            return new Indices(Math.max(next, above), above);
        }
    }

    WalletAddresses(WalletKeys keys) {
        this.keys = keys;
        for (Branch branch : Branch.values()) indices.put(branch, new Indices(0, 0));
        watchAhead();
    }

    /**
     * The next address to be paid at. After {@link Branch#gapLimit} unpaid ones in a row it begins again at the first
     * unpaid one, because a scan from the start would not find a payment further ahead.
     */
    Address next(Kind kind) {
        Branch branch = Branch.receiving(kind);
        Indices at = of(branch);
        int index = at.next() >= at.used() + branch.gapLimit() ? at.used() : at.next();
        indices.put(branch, new Indices(index + 1, at.used()));
        return keys.address(new KeyPath(branch, index));
    }

    /** The first address that nobody has paid yet: the same until somebody does. */
    Address unpaid() {
        Branch branch = Branch.receiving(Kind.P2WPKH);
        return keys.address(new KeyPath(branch, of(branch).used()));
    }

    /** The next change address; it is used up only by {@link #changeUsed}. */
    Address change() {
        return keys.address(new KeyPath(Branch.CHANGE, of(Branch.CHANGE).next()));
    }

    void changeUsed() {
        Indices at = of(Branch.CHANGE);
        indices.put(Branch.CHANGE, new Indices(at.next() + 1, at.used()));
        watchAhead();
    }

    /** Somebody has paid to it, or to one that an earlier run of the wallet handed out. */
    void paid(KeyPath key) {
        indices.put(key.branch(), of(key.branch()).paid(key.index()));
        watchAhead();
    }

    /** Of each branch the first index above all that were paid. */
    SortedMap<Branch, Integer> used() {
        var used = new TreeMap<Branch, Integer>();
        indices.forEach((branch, at) -> used.put(branch, at.used()));
        return used;
    }

    /** Takes over what {@link #used} once said. */
    void resume(Map<Branch, Integer> used) {
        used.forEach((branch, above) -> {
            if (above > 0) indices.put(branch, of(branch).paid(above - 1));
        });
        watchAhead();
    }

    private Indices of(Branch branch) {
        return indices.getOrDefault(branch, new Indices(0, 0));
    }

    private void watchAhead() {
        indices.forEach((branch, at) -> keys.deriveTo(branch,
                (branch.isChange() ? at.next() : at.used()) + branch.gapLimit()));
    }
}
