package fulgurite.protocol.wire;

/** Messages of the channel establishment, version 1. @bolt 2, Channel Establishment v1 */
public sealed interface OpeningMessage extends LightningMessage
        permits OpenChannel, AcceptChannel, FundingCreated, FundingSigned {}
