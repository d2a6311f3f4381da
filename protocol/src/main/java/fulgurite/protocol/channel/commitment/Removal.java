package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.channel.HtlcResult;

/** The update that takes an HTLC away again, sent by the side that received the HTLC. @param sequence its place among all updates of the channel */
public record Removal(HtlcResult result, long sequence, Stage stage) {}
