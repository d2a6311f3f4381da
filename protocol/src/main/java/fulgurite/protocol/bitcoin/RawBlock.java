package fulgurite.protocol.bitcoin;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A block as it goes over the network, as far as a Lightning node looks at it. Nothing is verified: it comes from a
 * node that has done that.
 *
 * @param hash of the header, in wire order
 * @param timeSeconds since 1970
 */
public record RawBlock(Bytes32 hash, Bytes32 previous, long timeSeconds, List<Tx> transactions) {
    private static final int HEADER_SIZE = 80;

    public RawBlock {
        transactions = List.copyOf(transactions);
    }

    /** @throws MalformedException when {@code raw} is not one whole block */
    public static RawBlock parse(Bytes raw) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(raw.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
            long time = Integer.toUnsignedLong(buffer.getInt(68));
            buffer.position(HEADER_SIZE);
            long count = readCount(buffer);
            var transactions = new ArrayList<Tx>();
            for (long i = 0; i < count; i++) transactions.add(Tx.read(buffer));
            if (buffer.hasRemaining())
                throw new MalformedException("a block has " + buffer.remaining() + " bytes too many");
            return new RawBlock(Hashes.sha256Twice(raw.slice(0, HEADER_SIZE)), new Bytes32(raw.slice(4, 36)), time,
                    transactions);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw e instanceof MalformedException malformed ? malformed : new MalformedException("not a block");
        }
    }

    private static long readCount(ByteBuffer buffer) {
        int first = buffer.get() & 0xff;
        return switch (first) {
            case 0xfd -> buffer.getShort() & 0xffff;
            case 0xfe -> Integer.toUnsignedLong(buffer.getInt());
            case 0xff -> buffer.getLong();
            default -> first;
        };
    }
}
