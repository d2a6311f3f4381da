package fulgurite.node.wallet;

import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.P2tr;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PrivateKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keys of two accounts, {@code m/84'/coin'/0'} (BIP 84) and {@code m/86'/coin'/0'} (BIP 86), and which of their
 * scripts have been derived so far.
 * Deriving more is the only change, and it changes no answer that was given before. Not for sharing between threads.
 */
public final class WalletKeys {
    private final BitcoinNetwork network;
    private final Map<Kind, HdKeys> accounts = new EnumMap<>(Kind.class);
    private final Map<Branch, HdKeys> branches = new EnumMap<>(Branch.class);
    private final Map<Branch, Integer> derived = new EnumMap<>(Branch.class);
    private final Map<Bytes, KeyPath> byScript = new TreeMap<>();

    /** What an output of a key looks like. */
    public enum Kind {
        /** Pay to witness key hash (BIP 84). */
        P2WPKH(84),
        /** Pay to taproot, spent by the key alone (BIP 86). */
        P2TR(86);

        private final int purpose;

        Kind(int purpose) {
            this.purpose = purpose;
        }
    }

    /** The branches of the accounts. Their order is kept: what was written by it is read again. */
    public enum Branch {
        /** Addresses given to others. */
        RECEIVE(Kind.P2WPKH, false, 100),
        /** Addresses of our own change. */
        CHANGE(Kind.P2WPKH, true, 100),
        /** Taproot addresses given to others. */
        TAPROOT_RECEIVE(Kind.P2TR, false, 20),
        /** We make no such change; whoever had the seed before may have. */
        TAPROOT_CHANGE(Kind.P2TR, true, 20);

        private final Kind kind;
        private final boolean change;
        private final int gapLimit;

        Branch(Kind kind, boolean change, int gapLimit) {
            this.kind = kind;
            this.change = change;
            this.gapLimit = gapLimit;
        }

        public Kind kind() {
            return kind;
        }

        public boolean isChange() {
            return change;
        }

        /** How many unpaid addresses in a row are watched beyond the last one paid, and the most that are handed out unpaid. */
        public int gapLimit() {
            return gapLimit;
        }

        static Branch receiving(Kind kind) {
            return kind == Kind.P2WPKH ? RECEIVE : TAPROOT_RECEIVE;
        }
    }

    /** Which key. @param index 0..2^31-1 */
    public record KeyPath(Branch branch, int index) {}

    private WalletKeys(HdKeys master, BitcoinNetwork network) {
        this.network = network;
        for (Kind kind : Kind.values()) accounts.put(kind, account(master, kind, network));
        for (Branch branch : Branch.values()) {
            branches.put(branch, accounts.get(branch.kind()).child(branch.isChange() ? 1 : 0));
            derived.put(branch, 0);
        }
    }

    /** The first accounts of a master key. */
    public static WalletKeys of(HdKeys master, BitcoinNetwork network) {
        return new WalletKeys(master, network);
    }

    private static HdKeys account(HdKeys master, Kind kind, BitcoinNetwork network) {
        return master.hardened(kind.purpose).hardened(network.coinType()).hardened(0);
    }

    /** What bitcoind calls all scripts of each branch: without their private keys. @see <a href="https://github.com/bitcoin/bips/blob/master/bip-0380.mediawiki">BIP 380</a> */
    public Map<Branch, String> descriptors() {
        var descriptors = new EnumMap<Branch, String>(Branch.class);
        for (Branch branch : Branch.values()) {
            String key = accounts.get(branch.kind()).extendedPublicKey(network) + (branch.isChange() ? "/1/*" : "/0/*");
            descriptors.put(branch, switch (branch.kind()) {
                case P2WPKH -> "wpkh(" + key + ")";
                case P2TR -> "tr(" + key + ")";
            });
        }
        return descriptors;
    }

    /** By which one tells whether something belongs to these keys; it betrays none. */
    String fingerprint() {
        return network + " " + Hashes.sha256(script(new KeyPath(Branch.RECEIVE, 0))).toHex().substring(0, 16);
    }

    public BitcoinNetwork network() {
        return network;
    }

    public Address address(KeyPath path) {
        return Address.ofScript(script(path), network).orElseThrow();
    }

    private Bytes script(KeyPath path) {
        return switch (path.branch().kind()) {
            case P2WPKH -> P2wpkh.script(branch(path).publicKey());
            case P2TR -> P2tr.script(branch(path).publicKey());
        };
    }

    public PrivateKey privateKey(KeyPath path) {
        return branch(path).privateKey();
    }

    /** Makes {@link #find} know the branch's scripts below {@code count}. */
    public void deriveTo(Branch branch, int count) {
        for (int index = derived.get(branch); index < count; index++) {
            var path = new KeyPath(branch, index);
            byScript.put(script(path), path);
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
