package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;

/** What an output of a commitment transaction is. "Local" is the transaction's owner. @bolt 3, Commitment Transaction Outputs */
public sealed interface CommitmentOutput {
    TxOutput output();

    /** What its spender signs: the witness script, or a P2WPKH's script code. */
    Bytes scriptCode();

    /** The owner's balance, delayed. */
    record ToLocal(TxOutput output, Bytes scriptCode) implements CommitmentOutput {}

    /** The other side's balance. */
    record ToRemote(TxOutput output, Bytes scriptCode) implements CommitmentOutput {}

    record LocalAnchor(TxOutput output, Bytes scriptCode) implements CommitmentOutput {}

    record RemoteAnchor(TxOutput output, Bytes scriptCode) implements CommitmentOutput {}

    record Htlc(TxOutput output, Bytes scriptCode, CommittedHtlc htlc) implements CommitmentOutput {}
}
