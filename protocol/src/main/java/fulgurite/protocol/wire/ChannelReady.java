package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.PublicKey;

/**
 * The funding is deep enough for the sender.
 *
 * @bolt 2, The channel_ready Message
 */
public record ChannelReady(ChannelId channelId, PublicKey secondPerCommitmentPoint, TlvStream<ChannelReadyTlv> tlvs)
        implements ChannelMessage {
    public static final Codec<ChannelReady> CODEC = Codecs.record(ChannelReady.class, Codecs.CHANNEL_ID,
            Codecs.PUBLIC_KEY, ChannelReadyTlv.CODEC);

    /** Without any TLV record. */
    public ChannelReady(ChannelId channelId, PublicKey secondPerCommitmentPoint) {
        this(channelId, secondPerCommitmentPoint, TlvStream.empty());
    }
}
