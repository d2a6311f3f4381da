package fulgurite.protocol.graph.sync;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Messages;
import java.util.zip.CRC32C;

/** What two updates share that say the same at different times. */
public final class UpdateChecksum {
    private static final int SIGNATURE = 64;
    private static final int TIMESTAMP = 4;
    /** The signature, the chain's hash and the short_channel_id stand before the timestamp. */
    private static final int BEFORE_TIMESTAMP = SIGNATURE + 32 + 8;

    private UpdateChecksum() {}

    /**
     * The CRC32C of the update without its signature and its timestamp, 0..2^32-1.
     *
     * @bolt 7, The query_channel_range and reply_channel_range Messages
     */
    public static long of(ChannelUpdate update) {
        return ofEncoded(ChannelUpdate.CODEC.toBytes(update));
    }

    /** @param update as on the wire, without the message's type */
    static long ofEncoded(Bytes update) {
        return crc32c(update, SIGNATURE, BEFORE_TIMESTAMP, BEFORE_TIMESTAMP + TIMESTAMP, update.size());
    }

    /** Of the bytes in [from, to) and [again, end), as if they were one after the other. */
    static long crc32c(Bytes bytes, int from, int to, int again, int end) {
        byte[] all = bytes.toByteArray();
        var sum = new CRC32C();
        sum.update(all, from, to - from);
        sum.update(all, again, end - again);
        return sum.getValue();
    }
}
