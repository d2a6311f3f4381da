package fulgurite.simulator.chain;

import fr.acinq.bitcoin.Block;
import fulgurite.node.file.FileTrouble;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The chain's history as an append-only file: blocks connected, blocks disconnected, transactions that entered the
 * mempool. Reading it again from the start gives the same chain. A record is: its payload's size (4 bytes), its kind
 * (1), the payload's CRC-32 (4), the payload. A last record that a crash cut short is dropped.
 */
final class ChainFile implements AutoCloseable {
    private static final int HEADER = 9;
    private static final int MAX_RECORD = 8_000_000;
    private final FileChannel channel;
    private final FileLock lock;

    private ChainFile(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** One change of the chain. */
    sealed interface Change {
        record Connected(Block block) implements Change {}

        record Disconnected(int blocks) implements Change {}

        record Accepted(Tx tx) implements Change {}
    }

    /** Opens {@code chain.dat} in {@code directory}, creating both. @throws IllegalStateException when another process has it open */
    static ChainFile open(Path directory) {
        try {
            Files.createDirectories(directory);
            Path path = directory.resolve("chain.dat");
            var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return new ChainFile(channel, exclusive(channel, path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the chain in " + FileTrouble.of(directory, e), e);
        }
    }

    private static FileLock exclusive(FileChannel channel, Path path) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock != null) return lock;
        channel.close();
        throw new IllegalStateException(path + " is in use by another chain: stop that one first");
    }

    /** Everything written so far, in order; leaves the file ready for appending. */
    List<Change> readAll() {
        try {
            var changes = new ArrayList<Change>();
            long at = 0;
            for (;;) {
                ByteBuffer header = read(at, HEADER);
                if (header.remaining() < HEADER) break;
                int size = header.getInt();
                int kind = header.get();
                int checksum = header.getInt();
                if (size < 0 || size > MAX_RECORD) break;
                ByteBuffer payload = read(at + HEADER, size);
                if (payload.remaining() < size || checksum(payload.array()) != checksum) break;
                changes.add(decode(kind, payload.array()));
                at += HEADER + size;
            }
            channel.truncate(at);
            channel.position(at);
            return changes;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the chain", e);
        }
    }

    void append(Change change) {
        byte[] payload = switch (change) {
            case Change.Connected(Block block) -> Block.write(block);
            case Change.Disconnected(int blocks) -> ByteBuffer.allocate(4).putInt(blocks).array();
            case Change.Accepted(Tx tx) -> tx.toBytes().toByteArray();
        };
        byte kind = switch (change) {
            case Change.Connected c -> 1;
            case Change.Disconnected d -> 2;
            case Change.Accepted a -> 3;
        };
        ByteBuffer out = ByteBuffer.allocate(HEADER + payload.length)
                .putInt(payload.length)
                .put(kind)
                .putInt(checksum(payload))
                .put(payload)
                .flip();
        try {
            while (out.hasRemaining()) channel.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the chain", e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the chain", e);
        }
    }

    private ByteBuffer read(long at, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) continue;
        return buffer.flip();
    }

    private static Change decode(int kind, byte[] payload) {
        return switch (kind) {
            case 1 -> new Change.Connected(Block.read(payload));
            case 2 -> new Change.Disconnected(ByteBuffer.wrap(payload).getInt());
            case 3 -> new Change.Accepted(Tx.parse(Bytes.ofOwned(payload)));
            default -> throw new IllegalStateException("the chain was written by a newer version: record kind " + kind);
        };
    }

    private static int checksum(byte[] payload) {
        var crc = new CRC32();
        crc.update(payload);
        return (int) crc.getValue();
    }
}
