package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.Signature;

/**
 * Signs the first commitment of the funder, who may then publish the funding.
 *
 * @bolt 2, The funding_signed Message
 */
public record FundingSigned(ChannelId channelId, Signature signature, TlvStream<NoTlv> tlvs) implements OpeningMessage {
    public static final Codec<FundingSigned> CODEC = Codecs.record(FundingSigned.class, Codecs.CHANNEL_ID,
            Codecs.SIGNATURE, NoTlv.CODEC);

    /** Without any TLV record. */
    public FundingSigned(ChannelId channelId, Signature signature) {
        this(channelId, signature, TlvStream.empty());
    }
}
