package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.Signature;
import java.util.List;

/**
 * Signs the receiver's next commitment and each of its HTLC transactions, in the order of their outputs.
 *
 * @bolt 2, Committing Updates So Far: commitment_signed
 */
public record CommitmentSigned(ChannelId channelId, Signature signature, List<Signature> htlcSignatures,
        TlvStream<CommitmentSignedTlv> tlvs) implements ChannelMessage {
    public static final Codec<CommitmentSigned> CODEC = Codecs.record(CommitmentSigned.class, Codecs.CHANNEL_ID,
            Codecs.SIGNATURE, Codecs.listU16(Codecs.SIGNATURE), CommitmentSignedTlv.CODEC);

    /** Without any TLV record. */
    public CommitmentSigned(ChannelId channelId, Signature signature, List<Signature> htlcSignatures) {
        this(channelId, signature, htlcSignatures, TlvStream.empty());
    }
}
