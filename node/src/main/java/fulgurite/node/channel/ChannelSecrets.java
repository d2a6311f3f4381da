package fulgurite.node.channel;

import fulgurite.protocol.transactions.ChannelKeys;

/** Where the keys of a node's channels come from: the same for an index for ever. */
@FunctionalInterface
public interface ChannelSecrets {
    /** @param index of the channel, 0 for the node's first one */
    ChannelKeys of(long index);
}
