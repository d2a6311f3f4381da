package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Tx;
import java.util.List;

/**
 * A commitment transaction and what its outputs are.
 *
 * @param tx unsigned
 * @param number 0..2^48-1
 * @param outputs one for each of the transaction's outputs, in its order
 * @param htlcTransactions one for each HTLC output, in the order of commitment_signed's signatures
 */
public record Commitment(
        Tx tx,
        long number,
        CommitmentParameters parameters,
        CommitmentKeys keys,
        List<CommitmentOutput> outputs,
        List<HtlcTransaction> htlcTransactions) {
    public Commitment {
        outputs = List.copyOf(outputs);
        htlcTransactions = List.copyOf(htlcTransactions);
    }
}
