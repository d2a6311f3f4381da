package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.PaymentHash;

/**
 * Offers an HTLC.
 *
 * @param id 0 for the first HTLC that this side offers, then one more each time
 * @param onionRoutingPacket 1366 bytes
 * @bolt 2, Adding an HTLC: update_add_htlc
 */
public record UpdateAddHtlc(ChannelId channelId, long id, MilliSatoshi amount, PaymentHash paymentHash,
        CltvExpiry cltvExpiry, Bytes onionRoutingPacket, TlvStream<UpdateAddHtlcTlv> tlvs) implements UpdateMessage {
    public static final Codec<UpdateAddHtlc> CODEC = Codecs.record(UpdateAddHtlc.class, Codecs.CHANNEL_ID, Codecs.U64,
            Codecs.MSAT_U64, Codecs.PAYMENT_HASH, Codecs.CLTV_EXPIRY_U32, Codecs.bytes(1366), UpdateAddHtlcTlv.CODEC);

    /** Without any TLV record. */
    public UpdateAddHtlc(ChannelId channelId, long id, MilliSatoshi amount, PaymentHash paymentHash,
            CltvExpiry cltvExpiry, Bytes onionRoutingPacket) {
        this(channelId, id, amount, paymentHash, cltvExpiry, onionRoutingPacket, TlvStream.empty());
    }
}
