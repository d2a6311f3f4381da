package fulgurite.protocol.wire;

import fulgurite.protocol.codec.Codec;
import fulgurite.protocol.codec.Codecs;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;

/**
 * The terms on which one side of a channel forwards.
 *
 * @param timestamp seconds, 0..2^32-1
 * @param messageFlags bit 0 is one, bit 1 asks not to forward the update
 * @param channelFlags bit 0 is the direction, bit 1 disables
 * @param extension whatever followed the known fields: it is signed too
 * @bolt 7, The channel_update Message
 */
public record ChannelUpdate(Signature signature, Bytes32 chainHash, ShortChannelId shortChannelId, long timestamp,
        int messageFlags, int channelFlags, CltvDelta cltvExpiryDelta, MilliSatoshi htlcMinimum, MilliSatoshi feeBase,
        long feeProportionalMillionths, MilliSatoshi htlcMaximum, Bytes extension) implements GossipMessage {
    public static final Codec<ChannelUpdate> CODEC = Codecs.record(ChannelUpdate.class, Codecs.SIGNATURE,
            Codecs.CHAIN_HASH, Codecs.SHORT_CHANNEL_ID, Codecs.U32, Codecs.U8, Codecs.U8, Codecs.CLTV_DELTA_U16,
            Codecs.MSAT_U64, Codecs.MSAT_U32, Codecs.U32, Codecs.MSAT_U64, Codecs.REST);

    /** Bit of {@code messageFlags}: always set. */
    public static final int MUST_BE_ONE = 1;
    /** Bit of {@code messageFlags}: for the peer alone. */
    public static final int DONT_FORWARD = 2;
    /** Bit of {@code channelFlags}: the update is node 2's. */
    public static final int DIRECTION = 1;
    /** Bit of {@code channelFlags}: the channel does not forward this way. */
    public static final int DISABLE = 2;

    /** Whether the update comes from {@code node_id_1}. */
    public boolean isFromNode1() {
        return (channelFlags & DIRECTION) == 0;
    }

    public boolean isDisabled() {
        return (channelFlags & DISABLE) != 0;
    }

    public boolean isToBeForwarded() {
        return (messageFlags & DONT_FORWARD) == 0;
    }

    private static final int SIGNATURES = Signature.SIZE;

    /** What the signature covers, after two rounds of SHA-256: all that follows it, the extension too. */
    public Bytes signedBytes() {
        Bytes encoded = CODEC.toBytes(this);
        return encoded.slice(SIGNATURES, encoded.size());
    }
}
