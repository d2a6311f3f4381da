package fulgurite.protocol.wire;

/** Updates that wait for a commitment_signed. @bolt 2, Normal Operation */
public sealed interface UpdateMessage extends ChannelMessage
        permits UpdateAddHtlc, UpdateFulfillHtlc, UpdateFailHtlc, UpdateFailMalformedHtlc, UpdateFee {}
