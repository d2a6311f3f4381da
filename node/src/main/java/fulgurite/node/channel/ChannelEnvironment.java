package fulgurite.node.channel;

import fulgurite.node.Entropy;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelLimits;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Features;
import java.util.List;

/**
 * What all channels of a node have in common. Its text form hides the secrets.
 *
 * @param node short name of the node, for its journals
 * @param secrets of every channel
 * @param features that our init states
 * @param shutdownScript of our wallet
 * @param backup told of every channel that comes or goes
 * @param invariants whether every event of a channel is held to its invariants before it is recorded
 * @param zeroConfPeers whose channels are used before they confirm
 */
public record ChannelEnvironment(
        String node,
        NodeId nodeId,
        PrivateKey nodeSecret,
        ChannelSecrets secrets,
        Features features,
        Bytes shutdownScript,
        Bytes32 chainHash,
        ChannelLimits limits,
        Entropy entropy,
        boolean invariants,
        List<NodeId> zeroConfPeers,
        BackupPort backup) {

    /** How the chain stands: the part of the surroundings that changes. */
    public record Weather(BlockHeight height, Feerates feerates) {}

    ChannelContext context(long index, Weather weather) {
        return new ChannelContext(weather.height(), weather.feerates(),
                secrets.of(index), nodeId, nodeSecret, features, shutdownScript, chainHash,
                limits);
    }

    @Override
    public String toString() {
        return "ChannelEnvironment(" + node + ", secrets hidden)";
    }
}
