package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;

/**
 * Revokes the sender's previous commitment and gives the point for the one after the next.
 *
 * @bolt 2, Completing the Transition to the Updated State: revoke_and_ack
 */
public record RevokeAndAck(ChannelId channelId, PrivateKey perCommitmentSecret, PublicKey nextPerCommitmentPoint,
        TlvStream<NoTlv> tlvs) implements ChannelMessage {
    public static final Codec<RevokeAndAck> CODEC = Codecs.record(RevokeAndAck.class, Codecs.CHANNEL_ID,
            Codecs.PRIVATE_KEY, Codecs.PUBLIC_KEY, NoTlv.CODEC);

    /** Without any TLV record. */
    public RevokeAndAck(ChannelId channelId, PrivateKey perCommitmentSecret, PublicKey nextPerCommitmentPoint) {
        this(channelId, perCommitmentSecret, nextPerCommitmentPoint, TlvStream.empty());
    }
}
