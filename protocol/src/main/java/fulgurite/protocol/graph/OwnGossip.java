package fulgurite.protocol.graph;

import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.AnnouncementSignatures;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.nio.charset.StandardCharsets;

/** The gossip that a node tells about itself and its channels, signed. @bolt 7 */
public final class OwnGossip {
    private static final Signature UNSIGNED = new Signature(Bytes.zeros(Signature.SIZE));

    private OwnGossip() {}

    /** One side of a channel. @param fundingKey its key in the funding output's 2-of-2 */
    public record Side(NodeId nodeId, PublicKey fundingKey) {}

    /** The announcement that both sides sign, in any order of the sides; its signatures are zero still. */
    public static ChannelAnnouncement unsigned(Bytes32 chainHash, ShortChannelId channel, Features features, Side a,
            Side b) {
        Side one = a.nodeId().compareTo(b.nodeId()) < 0 ? a : b;
        Side two = one == a ? b : a;
        return new ChannelAnnouncement(UNSIGNED, UNSIGNED, UNSIGNED, UNSIGNED, features, chainHash, channel,
                one.nodeId(), two.nodeId(), one.fundingKey(), two.fundingKey(), Bytes.EMPTY);
    }

    /** What all signatures of the announcement sign. */
    public static Bytes32 digest(ChannelAnnouncement announcement) {
        return Hashes.sha256Twice(announcement.signedBytes());
    }

    /** The announcement with both sides' signatures, whose validity is for the receiver to check. */
    public static ChannelAnnouncement signed(ChannelAnnouncement unsigned, NodeId ours, AnnouncementSignatures byUs,
            AnnouncementSignatures byThem) {
        boolean weAreFirst = unsigned.nodeId1().equals(ours);
        AnnouncementSignatures one = weAreFirst ? byUs : byThem;
        AnnouncementSignatures two = weAreFirst ? byThem : byUs;
        return new ChannelAnnouncement(one.nodeSignature(), two.nodeSignature(), one.bitcoinSignature(),
                two.bitcoinSignature(), unsigned.features(), unsigned.chainHash(), unsigned.shortChannelId(),
                unsigned.nodeId1(), unsigned.nodeId2(), unsigned.bitcoinKey1(), unsigned.bitcoinKey2(),
                unsigned.extension());
    }

    /**
     * Our terms for a channel.
     *
     * @param toBeForwarded false for a channel that is not public: the update is then for the peer alone
     */
    public static ChannelUpdate channelUpdate(Bytes32 chainHash, ShortChannelId channel, Timestamp now,
            RoutingPolicy policy, boolean enabled, boolean toBeForwarded, NodeId peer, PrivateKey nodeSecret) {
        boolean weAreFirst = Curve.publicKey(nodeSecret).compareTo(peer.key()) < 0;
        int messageFlags = ChannelUpdate.MUST_BE_ONE | (toBeForwarded ? 0 : ChannelUpdate.DONT_FORWARD);
        int channelFlags = (weAreFirst ? 0 : ChannelUpdate.DIRECTION) | (enabled ? 0 : ChannelUpdate.DISABLE);
        ChannelUpdate unsigned = update(UNSIGNED, chainHash, channel, now, messageFlags, channelFlags, policy);
        Signature signature = Curve.sign(Hashes.sha256Twice(unsigned.signedBytes()), nodeSecret);
        return update(signature, chainHash, channel, now, messageFlags, channelFlags, policy);
    }

    private static ChannelUpdate update(Signature signature, Bytes32 chainHash, ShortChannelId channel, Timestamp now,
            int messageFlags, int channelFlags, RoutingPolicy policy) {
        return new ChannelUpdate(signature, chainHash, channel, now.epochSeconds(), messageFlags, channelFlags,
                policy.cltvExpiryDelta(), policy.htlcMinimum(), policy.feeBase(), policy.feeProportionalMillionths(),
                policy.htlcMaximum(), Bytes.EMPTY);
    }

    /**
     * Ourselves.
     *
     * @param alias cut to 32 bytes of UTF-8, between characters
     * @param color three bytes: red, green, blue
     * @param addresses address descriptors in a row
     */
    public static NodeAnnouncement nodeAnnouncement(Features features, Timestamp now, String alias, Bytes color,
            Bytes addresses, PrivateKey nodeSecret) {
        var nodeId = new NodeId(Curve.publicKey(nodeSecret));
        var unsigned = new NodeAnnouncement(UNSIGNED, features, now.epochSeconds(), nodeId, color, paddedAlias(alias),
                addresses, Bytes.EMPTY);
        Signature signature = Curve.sign(Hashes.sha256Twice(unsigned.signedBytes()), nodeSecret);
        return new NodeAnnouncement(signature, features, now.epochSeconds(), nodeId, color, paddedAlias(alias),
                addresses, Bytes.EMPTY);
    }

    private static Bytes paddedAlias(String alias) {
        String cut = alias;
        while (cut.getBytes(StandardCharsets.UTF_8).length > 32)
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        Bytes text = Bytes.copyOf(cut.getBytes(StandardCharsets.UTF_8));
        return text.concat(Bytes.zeros(32 - text.size()));
    }
}
