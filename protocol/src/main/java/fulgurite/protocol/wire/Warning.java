package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;

/**
 * Something is wrong, and no channel fails for it.
 *
 * @bolt 1, The error and warning Messages
 */
public record Warning(ChannelId channelId, Bytes data, TlvStream<NoTlv> tlvs) implements SetupMessage {
    public static final Codec<Warning> CODEC = Codecs.record(Warning.class, Codecs.CHANNEL_ID, Codecs.BYTES_U16,
            NoTlv.CODEC);

    /** Without any TLV record. */
    public Warning(ChannelId channelId, Bytes data) {
        this(channelId, data, TlvStream.empty());
    }

    /** @param reason printable ASCII */
    public static Warning of(ChannelId channelId, String reason) {
        return new Warning(channelId, PrintableText.toBytes(reason));
    }

    /** The data for a person or a log: whatever is not printable ASCII is shown as a question mark. */
    public String text() {
        return PrintableText.of(data);
    }
}
