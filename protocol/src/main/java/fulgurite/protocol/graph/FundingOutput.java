package fulgurite.protocol.graph;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;

/** The unspent output that a short_channel_id points at, as the chain knows it. @param script its scriptPubKey */
public record FundingOutput(OutPoint outPoint, Satoshi amount, Bytes script) {}
