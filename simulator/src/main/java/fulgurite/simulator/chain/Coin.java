package fulgurite.simulator.chain;

import fulgurite.protocol.bitcoin.TxOutput;

/** An unspent output. @param height of its block, or of the next block while it is in the mempool */
record Coin(TxOutput output, int height, boolean coinbase) {}
