package fulgurite.protocol.graph;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.graph.GraphDecision.Violation;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.Optional;

/**
 * What gossip costs most: its signatures. Apart from the other rules, so that they can be checked elsewhere before
 * ({@link GraphCommand} says whether they were). All answer with what is wrong, if anything is.
 */
public final class GossipSignatures {
    private GossipSignatures() {}

    /** @bolt 7, The channel_announcement Message */
    public static Optional<Violation> fault(ChannelAnnouncement message) {
        Bytes32 digest = Hashes.sha256Twice(message.signedBytes());
        if (!Curve.verify(digest, message.nodeSignature1(), message.nodeId1().key())) return bad("node_signature_1");
        if (!Curve.verify(digest, message.nodeSignature2(), message.nodeId2().key())) return bad("node_signature_2");
        if (!Curve.verify(digest, message.bitcoinSignature1(), message.bitcoinKey1()))
            return bad("bitcoin_signature_1");
        if (!Curve.verify(digest, message.bitcoinSignature2(), message.bitcoinKey2()))
            return bad("bitcoin_signature_2");
        return Optional.empty();
    }

    /** @param speaker whose channel it is and who should have signed @bolt 7, The channel_update Message */
    public static Optional<Violation> fault(ChannelUpdate message, NodeId speaker) {
        boolean good = Curve.verify(Hashes.sha256Twice(message.signedBytes()), message.signature(), speaker.key());
        return good ? Optional.empty() : bad("signature of channel_update");
    }

    /** @bolt 7, The node_announcement Message */
    public static Optional<Violation> fault(NodeAnnouncement message) {
        boolean good = Curve.verify(Hashes.sha256Twice(message.signedBytes()), message.signature(),
                message.nodeId().key());
        return good ? Optional.empty() : bad("signature of node_announcement");
    }

    private static Optional<Violation> bad(String whose) {
        return Optional.of(new Violation.BadSignature(whose));
    }
}
