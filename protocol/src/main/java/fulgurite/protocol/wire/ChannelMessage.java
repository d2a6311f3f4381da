package fulgurite.protocol.wire;

import fulgurite.protocol.units.ChannelId;

/** Messages of a channel that has its id. @bolt 2 */
public sealed interface ChannelMessage extends LightningMessage
        permits UpdateMessage, ChannelReady, Stfu, Shutdown, ClosingComplete, ClosingSig, ClosingSigned,
        CommitmentSigned, RevokeAndAck, ChannelReestablish, AnnouncementSignatures {
    /** The channel that the message is about. */
    ChannelId channelId();
}
