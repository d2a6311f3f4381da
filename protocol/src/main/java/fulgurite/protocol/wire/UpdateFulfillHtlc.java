package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.PaymentPreimage;

/**
 * Settles an HTLC that the receiver of this message offered.
 *
 * @bolt 2, Removing an HTLC: update_fulfill_htlc, update_fail_htlc, and update_fail_malformed_htlc
 */
public record UpdateFulfillHtlc(ChannelId channelId, long id, PaymentPreimage paymentPreimage,
        TlvStream<UpdateFulfillHtlcTlv> tlvs) implements UpdateMessage {
    public static final Codec<UpdateFulfillHtlc> CODEC = Codecs.record(UpdateFulfillHtlc.class, Codecs.CHANNEL_ID,
            Codecs.U64, Codecs.PAYMENT_PREIMAGE, UpdateFulfillHtlcTlv.CODEC);

    /** Without any TLV record. */
    public UpdateFulfillHtlc(ChannelId channelId, long id, PaymentPreimage paymentPreimage) {
        this(channelId, id, paymentPreimage, TlvStream.empty());
    }
}
