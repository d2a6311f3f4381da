package fulgurite.protocol.channel.commitment;

import fulgurite.protocol.units.FeeratePerKw;

/** A feerate on its way into both commitments; always sent by the funder. @bolt 2, Updating Fees */
public record FeeUpdate(FeeratePerKw feerate, long sequence, Stage stage) {}
