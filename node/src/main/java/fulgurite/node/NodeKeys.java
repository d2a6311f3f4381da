package fulgurite.node;

import fulgurite.node.seed.Passphrase;
import fulgurite.node.seed.Seed;
import fulgurite.node.seed.SeedException;
import fulgurite.node.seed.SeedFile;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node's secrets, all derived from one seed: who holds the seed's words holds the node's identity and money. Its text
 * form hides them.
 */
public final class NodeKeys {
    /** Hardened branches of the seed; the wallet has the standard path of BIP 84 instead. */
    private static final String NODE_PATH = "7734'/0'";
    private static final String CHANNELS_PATH = "7734'/1'";
    private static final String INVOICES_PATH = "7734'/2'";
    private static final String BACKUP_PATH = "7734'/3'";

    private final HdKeys master;
    private final BlockHeight birth;
    private final Conformance conformance;
    private final PrivateKey nodeKey;

    private NodeKeys(HdKeys master, BlockHeight birth, Conformance conformance) {
        this.master = master;
        this.birth = birth;
        this.conformance = conformance;
        this.nodeKey = conformance.nodeKey().orElseGet(() -> master.path(NODE_PATH).privateKey());
    }

    public static NodeKeys fromSeed(Bytes32 seed) {
        return new NodeKeys(HdKeys.fromSeed(seed.bytes()), new BlockHeight(0), Conformance.NONE);
    }

    /** Those of a seed. A birth that is not known yet counts as 0. */
    public static NodeKeys of(Seed seed) {
        return new NodeKeys(seed.master(), switch (seed.birth()) {
            case Seed.Birth.At(BlockHeight height) -> height;
            case Seed.Birth.Now now -> new BlockHeight(0);
        }, Conformance.NONE);
    }

    /** The same, but for the secrets that are set in their place. */
    NodeKeys with(Conformance set) {
        return new NodeKeys(master, birth, set);
    }

    /**
     * The seed of a data directory. At the first start it is drawn from {@code entropy}.
     *
     * @param passphrase of the seed that is there, or under which the new one is kept
     * @throws NodeStartException when the file cannot be read or written, or holds something else
     */
    static Seed seedOf(Path dataDirectory, Entropy entropy, Passphrase passphrase) {
        SeedFile file = SeedFile.in(dataDirectory);
        try {
            if (!file.exists()) file.create(Seed.fresh(entropy.next(), 24), passphrase.toSeal(), entropy.next());
            return file.read(passphrase);
        } catch (SeedException e) {
            throw new NodeStartException(e.getMessage());
        }
    }

    /**
     * The keys of a data directory to be restored: of the seed that it has, else of these words, which become its seed.
     *
     * @param words BIP 39; empty: the directory must have its seed
     * @param birth of the coins that the words have, unless the directory has its seed; empty: what stands by the words, else 0
     * @throws NodeStartException when the words are none, are not those of the directory, or are missing
     */
    public static NodeKeys restored(Path dataDirectory, String words, Optional<BlockHeight> birth,
            Passphrase passphrase,
            Entropy entropy) {
        SeedFile file = SeedFile.in(dataDirectory);
        try {
            if (!file.exists()) {
                if (words.isBlank())
                    throw new NodeStartException("there is no seed in " + dataDirectory + ": give the node's words");
                Seed given = Seed.parse(words);
                Seed seed = birth.map(given::bornAt).orElse(given);
                file.create(seed, passphrase.toSeal(), entropy.next());
                return of(seed);
            }
            Seed kept = file.read(passphrase);
            if (!words.isBlank() && !kept.words().equals(Seed.parse(words).words()))
                throw new NodeStartException("the seed in " + dataDirectory + " is another one than these words");
            return of(kept);
        } catch (IllegalArgumentException | SeedException e) {
            throw new NodeStartException(e.getMessage());
        }
    }

    public PrivateKey nodeKey() {
        return nodeKey;
    }

    public NodeId nodeId() {
        return new NodeId(fulgurite.protocol.crypto.Curve.publicKey(nodeKey));
    }

    /** From which the secrets of all channels are drawn, by their index. */
    public Bytes32 channelsSeed() {
        return new Bytes32(master.path(CHANNELS_PATH).privateKey().bytes());
    }

    /** The keys of a channel. @param index 0 for the node's first one */
    public ChannelKeys ofChannel(long index) {
        return conformance.over(ChannelKeys.derive(channelsSeed(), index), index);
    }

    /** From which the preimages and payment secrets of invoices are drawn. */
    public Bytes32 invoiceSeed() {
        return new Bytes32(master.path(INVOICES_PATH).privateKey().bytes());
    }

    /** With which the static backup of the channels is encrypted. */
    public Bytes32 backupKey() {
        return new Bytes32(master.path(BACKUP_PATH).privateKey().bytes());
    }

    /** From which block on the wallet's coins are looked for. */
    public BlockHeight birth() {
        return birth;
    }

    /** The master key, for the wallet. */
    public HdKeys master() {
        return master;
    }

    @Override
    public String toString() {
        return "NodeKeys(" + nodeId() + ", secrets hidden)";
    }
}
