package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;

/**
 * A fee for the closing transaction, and the signature of it.
 *
 * @bolt 2, Legacy Closing Negotiation: closing_signed
 */
public record ClosingSigned(ChannelId channelId, Satoshi fee, Signature signature, TlvStream<ClosingSignedTlv> tlvs)
        implements ChannelMessage {
    public static final Codec<ClosingSigned> CODEC = Codecs.record(ClosingSigned.class, Codecs.CHANNEL_ID,
            Codecs.SATOSHI_U64, Codecs.SIGNATURE, ClosingSignedTlv.CODEC);

    /** Without any TLV record. */
    public ClosingSigned(ChannelId channelId, Satoshi fee, Signature signature) {
        this(channelId, fee, signature, TlvStream.empty());
    }
}
