package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;

/**
 * Where the sender stands in the channel, after a reconnection.
 *
 * @param yourLastPerCommitmentSecret all zero when none was received yet
 * @bolt 2, Message Retransmission
 */
public record ChannelReestablish(ChannelId channelId, long nextCommitmentNumber, long nextRevocationNumber,
        PrivateKey yourLastPerCommitmentSecret, PublicKey myCurrentPerCommitmentPoint,
        TlvStream<ChannelReestablishTlv> tlvs) implements ChannelMessage {
    public static final Codec<ChannelReestablish> CODEC = Codecs.record(ChannelReestablish.class, Codecs.CHANNEL_ID,
            Codecs.U64, Codecs.U64, Codecs.PRIVATE_KEY, Codecs.PUBLIC_KEY, ChannelReestablishTlv.CODEC);

    /** Without any TLV record. */
    public ChannelReestablish(ChannelId channelId, long nextCommitmentNumber, long nextRevocationNumber,
            PrivateKey yourLastPerCommitmentSecret, PublicKey myCurrentPerCommitmentPoint) {
        this(channelId, nextCommitmentNumber, nextRevocationNumber, yourLastPerCommitmentSecret,
                myCurrentPerCommitmentPoint, TlvStream.empty());
    }
}
