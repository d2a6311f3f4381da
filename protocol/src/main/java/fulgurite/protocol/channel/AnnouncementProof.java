package fulgurite.protocol.channel;

import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;

/** The peer's two signatures of the channel_announcement. @bolt 7, The announcement_signatures Message */
public record AnnouncementProof(ShortChannelId shortChannelId, Signature node, Signature bitcoin) {}
