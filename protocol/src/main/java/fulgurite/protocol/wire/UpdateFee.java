package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.FeeratePerKw;

/**
 * The funder sets the feerate of the commitments.
 *
 * @bolt 2, Updating Fees: update_fee
 */
public record UpdateFee(ChannelId channelId, FeeratePerKw feeratePerKw, TlvStream<NoTlv> tlvs)
        implements UpdateMessage {
    public static final Codec<UpdateFee> CODEC = Codecs.record(UpdateFee.class, Codecs.CHANNEL_ID, Codecs.FEERATE_U32,
            NoTlv.CODEC);

    /** Without any TLV record. */
    public UpdateFee(ChannelId channelId, FeeratePerKw feeratePerKw) {
        this(channelId, feeratePerKw, TlvStream.empty());
    }
}
