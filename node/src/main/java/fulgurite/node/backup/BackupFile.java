package fulgurite.node.backup;

import fulgurite.node.Entropy;
import fulgurite.node.channel.BackupPort;
import fulgurite.node.channel.Registry;
import fulgurite.node.file.FileTrouble;
import fulgurite.node.file.WholeFile;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The backup in a node's data directory: replaced as a whole, so that a crash leaves the old one or the new one. */
public final class BackupFile implements BackupPort {
    /** Its name in the data directory. */
    public static final String NAME = "channels.backup";

    private final Path file;
    private final Bytes32 key;
    private final Entropy entropy;
    private ChannelBackup kept;

    private BackupFile(Path file, Bytes32 key, Entropy entropy, ChannelBackup kept) {
        this.file = file;
        this.key = key;
        this.entropy = entropy;
        this.kept = kept;
    }

    /**
     * That of a data directory.
     *
     * @param key from the node's seed
     * @throws BackupException when there is one that does not open: it is somebody's, and not overwritten
     */
    public static BackupFile of(Path dataDirectory, Bytes32 key, Entropy entropy) {
        Path file = dataDirectory.resolve(NAME);
        ChannelBackup before = Files.exists(file) ? SealedBackup.open(key, read(file)) : ChannelBackup.EMPTY;
        return new BackupFile(file, key, entropy, before);
    }

    /** @throws BackupException when it cannot be read */
    public static Bytes read(Path file) {
        try {
            return Bytes.ofOwned(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new BackupException("cannot read the backup " + FileTrouble.of(file, e));
        }
    }

    /** Replaces a file by {@code content}, durably. @throws BackupException when it cannot be written */
    public static void write(Path file, Bytes content) {
        try {
            WholeFile.replace(file, content.toByteArray());
        } catch (IOException e) {
            throw new BackupException("cannot write the backup " + FileTrouble.of(file, e));
        }
    }

    @Override
    public synchronized void recovered(Registry registry) {
        ChannelBackup next = kept.notBelow(registry.nextIndex());
        for (long index : kept.channels().keySet())
            if (!registry.channels().containsKey(index)) next = next.without(index);
        for (var address : registry.addresses().entrySet()) next = next.with(address.getKey(), address.getValue());
        keep(next);
    }

    @Override
    public synchronized void funded(BlockHeight since, ActiveChannel channel) {
        keep(kept.with(new ChannelBackup.Entry(since, channel.terms(), channel.funding())));
    }

    @Override
    public synchronized void over(long index) {
        keep(kept.without(index));
    }

    @Override
    public synchronized void reachable(NodeId peer, PeerAddress address) {
        keep(kept.with(peer, address));
    }

    @Override
    public synchronized Bytes file() {
        return SealedBackup.seal(key, entropy.next(), kept);
    }

    private void keep(ChannelBackup next) {
        if (next.equals(kept) && Files.exists(file)) return;
        write(file, SealedBackup.seal(key, entropy.next(), next));
        kept = next;
    }
}
