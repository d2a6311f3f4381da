package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;

/**
 * Fails an HTLC whose onion the sender could not read.
 *
 * @bolt 2, Removing an HTLC: update_fulfill_htlc, update_fail_htlc, and update_fail_malformed_htlc
 */
public record UpdateFailMalformedHtlc(ChannelId channelId, long id, Bytes32 sha256OfOnion, int failureCode,
        TlvStream<NoTlv> tlvs) implements UpdateMessage {
    public static final Codec<UpdateFailMalformedHtlc> CODEC = Codecs.record(UpdateFailMalformedHtlc.class,
            Codecs.CHANNEL_ID, Codecs.U64, Codecs.BYTES32, Codecs.U16, NoTlv.CODEC);

    /** Without any TLV record. */
    public UpdateFailMalformedHtlc(ChannelId channelId, long id, Bytes32 sha256OfOnion, int failureCode) {
        this(channelId, id, sha256OfOnion, failureCode, TlvStream.empty());
    }
}
