package fulgurite.node;

import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A node's secrets, all derived from one seed: who holds the seed's words holds the node's identity and money. Its text
 * form hides them.
 */
public final class NodeKeys {
    /** The file of the data directory with the seed's words. */
    static final String SEED_FILE = "seed";
    /** Hardened branches of the seed; the wallet has the standard path of BIP 84 instead. */
    private static final String NODE_PATH = "7734'/0'";
    private static final String CHANNELS_PATH = "7734'/1'";
    private static final String INVOICES_PATH = "7734'/2'";
    private static final String BACKUP_PATH = "7734'/3'";

    private final HdKeys master;
    private final PrivateKey nodeKey;

    private NodeKeys(HdKeys master) {
        this.master = master;
        this.nodeKey = master.path(NODE_PATH).privateKey();
    }

    public static NodeKeys fromSeed(Bytes32 seed) {
        return new NodeKeys(HdKeys.fromSeed(seed.bytes()));
    }

    /**
     * The keys of a data directory. At the first start the seed is drawn from {@code entropy} and written as words that
     * only the owner may read.
     *
     * @throws NodeStartException when the file cannot be read or written, or holds something else
     */
    public static NodeKeys ofDirectory(Path dataDirectory, Entropy entropy) {
        Path file = dataDirectory.resolve(SEED_FILE);
        try {
            Files.createDirectories(dataDirectory);
            if (!Files.exists(file)) create(file, HdKeys.toMnemonic(entropy.next().bytes()) + "\n");
            return new NodeKeys(HdKeys.fromMnemonic(Files.readString(file), ""));
        } catch (IllegalArgumentException e) {
            throw new NodeStartException("the seed in " + file + " cannot be read: " + e.getMessage()
                    + "; restore the file from its backup, or give another data directory");
        } catch (IOException e) {
            throw new NodeStartException("cannot read or write the seed in " + file + ": " + e.getMessage());
        }
    }

    /**
     * The keys of a data directory to be restored: of the seed that it has, else of these words, which become its seed.
     *
     * @param words BIP 39; empty: the directory must have its seed
     * @throws NodeStartException when the words are none, are not those of the directory, or are missing
     */
    public static NodeKeys restored(Path dataDirectory, String words) {
        Path file = dataDirectory.resolve(SEED_FILE);
        try {
            Files.createDirectories(dataDirectory);
            boolean hasSeed = Files.exists(file);
            if (words.isBlank() && !hasSeed)
                throw new NodeStartException("there is no seed in " + dataDirectory + ": give the node's words");
            String kept = hasSeed ? Files.readString(file) : words.strip() + "\n";
            var keys = new NodeKeys(HdKeys.fromMnemonic(kept, ""));
            if (hasSeed && !words.isBlank()
                    && !new NodeKeys(HdKeys.fromMnemonic(words, "")).nodeId().equals(keys.nodeId()))
                throw new NodeStartException("the seed in " + dataDirectory + " is another one than these words");
            if (!hasSeed) create(file, kept);
            return keys;
        } catch (IllegalArgumentException e) {
            throw new NodeStartException(e.getMessage());
        } catch (IOException e) {
            throw new NodeStartException("cannot read or write the seed in " + file + ": " + e.getMessage());
        }
    }

    private static void create(Path file, String words) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, ownerOnly);
        // Complete before it has its name: a crash here must not leave half a seed.
        try (var out = java.nio.channels.FileChannel.open(fresh, java.nio.file.StandardOpenOption.WRITE)) {
            out.write(java.nio.ByteBuffer.wrap(words.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            out.force(true);
        }
        try {
            Files.createLink(file, fresh);
        } catch (UnsupportedOperationException e) {
            Files.move(fresh, file);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("another process has just created it; start again", e);
        } finally {
            Files.deleteIfExists(fresh);
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

    /** From which the preimages and payment secrets of invoices are drawn. */
    public Bytes32 invoiceSeed() {
        return new Bytes32(master.path(INVOICES_PATH).privateKey().bytes());
    }

    /** With which the static backup of the channels is encrypted. */
    public Bytes32 backupKey() {
        return new Bytes32(master.path(BACKUP_PATH).privateKey().bytes());
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
