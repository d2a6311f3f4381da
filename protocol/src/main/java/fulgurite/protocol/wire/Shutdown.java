package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;

/**
 * No HTLC is added after it; what is left goes to {@code scriptpubkey}.
 *
 * @bolt 2, Closing Initiation: shutdown
 */
public record Shutdown(ChannelId channelId, Bytes scriptpubkey, TlvStream<NoTlv> tlvs) implements ChannelMessage {
    public static final Codec<Shutdown> CODEC = Codecs.record(Shutdown.class, Codecs.CHANNEL_ID, Codecs.BYTES_U16,
            NoTlv.CODEC);

    /** Without any TLV record. */
    public Shutdown(ChannelId channelId, Bytes scriptpubkey) {
        this(channelId, scriptpubkey, TlvStream.empty());
    }
}
