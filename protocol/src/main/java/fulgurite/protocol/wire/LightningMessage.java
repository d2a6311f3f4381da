package fulgurite.protocol.wire;

/** Everything that two peers say to each other. The numbers are in {@link Messages}. @bolt 1, Lightning Message Format */
public sealed interface LightningMessage
        permits SetupMessage, OpeningMessage, ChannelMessage, GossipMessage, GossipQuery, UnknownMessage {}
