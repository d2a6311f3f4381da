package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;

/**
 * Asks for quiet on the channel, or grants it.
 *
 * @bolt 2, Channel Quiescence
 */
public record Stfu(ChannelId channelId, boolean initiator, TlvStream<NoTlv> tlvs) implements ChannelMessage {
    public static final Codec<Stfu> CODEC = Codecs.record(Stfu.class, Codecs.CHANNEL_ID, Codecs.BOOLEAN, NoTlv.CODEC);

    /** Without any TLV record. */
    public Stfu(ChannelId channelId, boolean initiator) {
        this(channelId, initiator, TlvStream.empty());
    }
}
