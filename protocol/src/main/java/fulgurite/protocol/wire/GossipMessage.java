package fulgurite.protocol.wire;

/** What nodes pass on about the network. @bolt 7 */
public sealed interface GossipMessage extends LightningMessage
        permits ChannelAnnouncement, NodeAnnouncement, ChannelUpdate {}
