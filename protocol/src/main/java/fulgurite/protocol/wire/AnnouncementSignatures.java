package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;

/**
 * The sender's two signatures of the channel_announcement.
 *
 * @bolt 7, The announcement_signatures Message
 */
public record AnnouncementSignatures(ChannelId channelId, ShortChannelId shortChannelId, Signature nodeSignature,
        Signature bitcoinSignature, TlvStream<NoTlv> tlvs) implements ChannelMessage {
    public static final Codec<AnnouncementSignatures> CODEC = Codecs.record(AnnouncementSignatures.class,
            Codecs.CHANNEL_ID, Codecs.SHORT_CHANNEL_ID, Codecs.SIGNATURE, Codecs.SIGNATURE, NoTlv.CODEC);

    /** Without any TLV record. */
    public AnnouncementSignatures(ChannelId channelId, ShortChannelId shortChannelId, Signature nodeSignature,
            Signature bitcoinSignature) {
        this(channelId, shortChannelId, nodeSignature, bitcoinSignature, TlvStream.empty());
    }
}
