package fulgurite.protocol.channel;

import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.wire.Features;

/**
 * What a decision may read beside the channel itself: values only. Its text form hides the secrets.
 *
 * @param height of the best block
 * @param closingFeerate that we would like a mutual close to pay
 * @param fundingFeerate for the funding transaction
 * @param keys of this channel
 * @param nodeSecret of {@code nodeId}, for the channel's announcement
 * @param features that our init states
 * @param shutdownScript that we close to when the peer begins, and sweep to
 */
public record ChannelContext(
        BlockHeight height,
        FeeratePerKw closingFeerate,
        FeeratePerKw fundingFeerate,
        ChannelKeys keys,
        NodeId nodeId,
        PrivateKey nodeSecret,
        Features features,
        Bytes shutdownScript,
        Bytes32 chainHash,
        ChannelLimits limits) {}
