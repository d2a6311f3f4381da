package fulgurite.node.backup;

import fulgurite.node.journal.EventFormat;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.ChaCha;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A backup as a file: the letters {@code FULGURITE-BACKUP}, the version (one byte, 1), a nonce of 12 bytes, and the
 * backup in CBOR, encrypted and authenticated by ChaCha20-Poly1305 together with all that stands before it.
 */
public final class SealedBackup {
    private static final Bytes MAGIC = Bytes.copyOf("FULGURITE-BACKUP".getBytes(StandardCharsets.US_ASCII));
    private static final int VERSION = 1;
    /** The writing of components: by name, so that a later version can be told apart and read. */
    private static final int FORMAT = 1;
    private static final int NONCE_SIZE = 12;
    private static final int TAG_SIZE = 16;
    private static final int HEADER_SIZE = MAGIC.size() + 1 + NONCE_SIZE;

    private SealedBackup() {}

    /** @param nonce at random, its first 12 bytes are taken: never the same twice with one key */
    public static Bytes seal(Bytes32 key, Bytes32 nonce, ChannelBackup backup) {
        Bytes header = MAGIC.concat(Bytes.copyOf(new byte[]{VERSION})).concat(nonce.bytes().slice(0, NONCE_SIZE));
        Bytes plain = Bytes.ofOwned(EventFormat.write(FORMAT, ChannelBackup.class, backup));
        return header.concat(ChaCha.encrypt(key, nonce.bytes().slice(0, NONCE_SIZE), header, plain));
    }

    /** @throws BackupException when it is no backup, is cut short, is not of this seed, or was changed */
    public static ChannelBackup open(Bytes32 key, Bytes file) {
        if (file.size() < MAGIC.size() || !file.slice(0, MAGIC.size()).equals(MAGIC))
            throw new BackupException("this is not a backup of a Fulgurite node");
        if (file.size() < HEADER_SIZE + TAG_SIZE)
            throw new BackupException("the backup is cut short: it has " + file.size() + " bytes only");
        int version = file.get(MAGIC.size()) & 0xff;
        if (version != VERSION)
            throw new BackupException("the backup is of version " + version + ", and this software knows version "
                    + VERSION + ": use the version that wrote it, or a later one");
        Bytes header = file.slice(0, HEADER_SIZE);
        Optional<Bytes> plain = ChaCha.decrypt(key, header.slice(MAGIC.size() + 1, HEADER_SIZE), header,
                file.slice(HEADER_SIZE, file.size()));
        if (plain.isEmpty())
            throw new BackupException(
                    "the backup does not open: it belongs to another seed, is cut short, or was changed");
        try {
            return EventFormat.read(FORMAT, ChannelBackup.class, plain.get().toByteArray());
        } catch (MalformedException e) {
            throw new BackupException("the backup opens and cannot be read: " + e.getMessage());
        }
    }
}
