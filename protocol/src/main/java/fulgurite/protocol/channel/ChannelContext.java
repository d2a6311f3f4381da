package fulgurite.protocol.channel;

import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Features;

/**
 * What a decision may read beside the channel itself: values only. Its text form hides the secrets.
 *
 * @param height of the best block
 * @param feerates what confirmation costs now
 * @param keys of this channel
 * @param nodeSecret of {@code nodeId}, for the channel's announcement
 * @param features that our init states
 * @param shutdownScript that we close to when the peer begins, and sweep to
 */
public record ChannelContext(
        BlockHeight height,
        Feerates feerates,
        ChannelKeys keys,
        NodeId nodeId,
        PrivateKey nodeSecret,
        Features features,
        Bytes shutdownScript,
        Bytes32 chainHash,
        ChannelLimits limits) {

    /** The same node under another sky. */
    public ChannelContext at(BlockHeight newHeight, Feerates newFeerates) {
        return new ChannelContext(newHeight, newFeerates, keys, nodeId, nodeSecret, features, shutdownScript,
                chainHash, limits);
    }

    public ChannelContext at(BlockHeight newHeight) {
        return at(newHeight, feerates);
    }

    public ChannelContext with(ChannelLimits other) {
        return new ChannelContext(height, feerates, keys, nodeId, nodeSecret, features, shutdownScript, chainHash,
                other);
    }

    public ChannelContext with(Features other) {
        return new ChannelContext(height, feerates, keys, nodeId, nodeSecret, other, shutdownScript, chainHash,
                limits);
    }
}
