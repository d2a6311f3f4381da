package fulgurite.protocol.bitcoin;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;

/** One output: an amount locked by a script (scriptPubKey). */
public record TxOutput(Satoshi amount, Bytes script) {}
