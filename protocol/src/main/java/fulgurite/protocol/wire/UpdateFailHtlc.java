package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;

/**
 * Fails an HTLC; the reason is encrypted for the payment's origin.
 *
 * @bolt 2, Removing an HTLC: update_fulfill_htlc, update_fail_htlc, and update_fail_malformed_htlc
 */
public record UpdateFailHtlc(ChannelId channelId, long id, Bytes reason, TlvStream<UpdateFailHtlcTlv> tlvs)
        implements UpdateMessage {
    public static final Codec<UpdateFailHtlc> CODEC = Codecs.record(UpdateFailHtlc.class, Codecs.CHANNEL_ID, Codecs.U64,
            Codecs.BYTES_U16, UpdateFailHtlcTlv.CODEC);

    /** Without any TLV record. */
    public UpdateFailHtlc(ChannelId channelId, long id, Bytes reason) {
        this(channelId, id, reason, TlvStream.empty());
    }
}
