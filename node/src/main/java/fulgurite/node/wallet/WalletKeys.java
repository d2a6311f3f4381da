package fulgurite.node.wallet;

import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keys of one BIP 84 account, {@code m/84'/coin'/0'}, and which of their scripts have been derived so far.
 * Deriving more is the only change, and it changes no answer that was given before. Not for sharing between threads.
 */
public final class WalletKeys {
    private final BitcoinNetwork network;
    private final Map<Branch, HdKeys> branches = new EnumMap<>(Branch.class);
    private final Map<Branch, Integer> derived = new EnumMap<>(Branch.class);
    private final Map<Bytes, KeyPath> byScript = new TreeMap<>();

    /** The two branches of an account. */
    public enum Branch {
        /** Addresses given to others. */
        RECEIVE,
        /** Addresses of our own change. */
        CHANGE
    }

    /** Which key. @param index 0..2^31-1 */
    public record KeyPath(Branch branch, int index) {}

    private WalletKeys(HdKeys account, BitcoinNetwork network) {
        this.network = network;
        for (Branch branch : Branch.values()) {
            branches.put(branch, account.child(branch.ordinal()));
            derived.put(branch, 0);
        }
    }

    /** The first account of a master key. */
    public static WalletKeys of(HdKeys master, BitcoinNetwork network) {
        return new WalletKeys(master.hardened(84).hardened(network.coinType()).hardened(0), network);
    }

    public BitcoinNetwork network() {
        return network;
    }

    public Address address(KeyPath path) {
        return Address.p2wpkh(branch(path).publicKey(), network);
    }

    public PrivateKey privateKey(KeyPath path) {
        return branch(path).privateKey();
    }

    /** Makes {@link #find} know the branch's scripts below {@code count}. */
    public void deriveTo(Branch branch, int count) {
        for (int index = derived.get(branch); index < count; index++) {
            var path = new KeyPath(branch, index);
            byScript.put(P2wpkh.script(branch(path).publicKey()), path);
            derived.put(branch, index + 1);
        }
    }

    /** The key whose script this is, among those derived. */
    public Optional<KeyPath> find(Bytes script) {
        return Optional.ofNullable(byScript.get(script));
    }

    private HdKeys branch(KeyPath path) {
        return branches.get(path.branch()).child(path.index());
    }

    @Override
    public String toString() {
        return "WalletKeys(" + network + ", hidden)";
    }
}
