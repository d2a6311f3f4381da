package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;

/**
 * The sender fails the channel, or with {@link ChannelId#ALL} every channel of the connection.
 *
 * @bolt 1, The error and warning Messages
 */
public record ErrorMessage(ChannelId channelId, Bytes data, TlvStream<NoTlv> tlvs) implements SetupMessage {
    public static final Codec<ErrorMessage> CODEC = Codecs.record(ErrorMessage.class, Codecs.CHANNEL_ID,
            Codecs.BYTES_U16, NoTlv.CODEC);

    /** Without any TLV record. */
    public ErrorMessage(ChannelId channelId, Bytes data) {
        this(channelId, data, TlvStream.empty());
    }

    /** @param reason printable ASCII */
    public static ErrorMessage of(ChannelId channelId, String reason) {
        return new ErrorMessage(channelId, PrintableText.toBytes(reason));
    }

    /** The data for a person or a log: whatever is not printable ASCII is shown as a question mark. */
    public String text() {
        return PrintableText.of(data);
    }
}
