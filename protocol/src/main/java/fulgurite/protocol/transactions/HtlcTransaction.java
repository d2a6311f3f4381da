package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Satoshi;

/**
 * The HTLC-timeout (offered) or HTLC-success (received) transaction of one HTLC output of the owner's commitment.
 *
 * @param tx unsigned, one input and one output
 * @param inputAmount of the HTLC output that it spends
 * @param inputScript that output's witness script
 * @param outputScript the witness script of its own output, delayed like to_local
 * @bolt 3, HTLC-Timeout and HTLC-Success Transactions
 */
public record HtlcTransaction(
        CommitmentFormat format, CommittedHtlc htlc, Tx tx, Satoshi inputAmount, Bytes inputScript,
        Bytes outputScript) {}
