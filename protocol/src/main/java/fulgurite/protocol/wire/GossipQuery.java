package fulgurite.protocol.wire;

/** Asking a peer for gossip, and its answers. @bolt 7, Query Messages */
public sealed interface GossipQuery extends LightningMessage permits QueryShortChannelIds, ReplyShortChannelIdsEnd,
        QueryChannelRange, ReplyChannelRange, GossipTimestampFilter {}
