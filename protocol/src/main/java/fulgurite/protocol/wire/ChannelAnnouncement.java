package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;

/**
 * Proves that a channel exists between two nodes.
 *
 * @param extension whatever followed the known fields: it is signed too
 * @bolt 7, The channel_announcement Message
 */
public record ChannelAnnouncement(Signature nodeSignature1, Signature nodeSignature2, Signature bitcoinSignature1,
        Signature bitcoinSignature2, Features features, Bytes32 chainHash, ShortChannelId shortChannelId,
        NodeId nodeId1, NodeId nodeId2, PublicKey bitcoinKey1, PublicKey bitcoinKey2, Bytes extension)
        implements GossipMessage {
    public static final Codec<ChannelAnnouncement> CODEC = Codecs.record(ChannelAnnouncement.class, Codecs.SIGNATURE,
            Codecs.SIGNATURE, Codecs.SIGNATURE, Codecs.SIGNATURE, Features.CODEC_U16, Codecs.CHAIN_HASH,
            Codecs.SHORT_CHANNEL_ID, Codecs.NODE_ID, Codecs.NODE_ID, Codecs.PUBLIC_KEY, Codecs.PUBLIC_KEY, Codecs.REST);

    private static final int SIGNATURES = 4 * Signature.SIZE;

    /** What the signatures cover, after two rounds of SHA-256: all that follows them, the extension too. */
    public Bytes signedBytes() {
        Bytes encoded = CODEC.toBytes(this);
        return encoded.slice(SIGNATURES, encoded.size());
    }
}
