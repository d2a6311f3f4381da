package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.Signature;

/**
 * Tells more about a node: how it is called, where it listens.
 *
 * @param timestamp seconds, 0..2^32-1
 * @param alias UTF-8, padded with zeros to 32 bytes
 * @param addresses address descriptors in a row
 * @param extension whatever followed the known fields: it is signed too
 * @bolt 7, The node_announcement Message
 */
public record NodeAnnouncement(Signature signature, Features features, long timestamp, NodeId nodeId, Bytes rgbColor,
        Bytes alias, Bytes addresses, Bytes extension) implements GossipMessage {
    public static final Codec<NodeAnnouncement> CODEC = Codecs.record(NodeAnnouncement.class, Codecs.SIGNATURE,
            Features.CODEC_U16, Codecs.U32, Codecs.NODE_ID, Codecs.bytes(3), Codecs.bytes(32), Codecs.BYTES_U16,
            Codecs.REST);

    private static final int SIGNATURES = Signature.SIZE;

    /** What the signature covers, after two rounds of SHA-256: all that follows it, the extension too. */
    public Bytes signedBytes() {
        Bytes encoded = CODEC.toBytes(this);
        return encoded.slice(SIGNATURES, encoded.size());
    }
}
