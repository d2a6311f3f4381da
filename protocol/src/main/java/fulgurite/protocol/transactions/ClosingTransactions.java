package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The transaction of a mutual close; signed and completed by {@link Funding}. @bolt 3, Legacy Closing Transaction */
public final class ClosingTransactions {
    private static final long FINAL_SEQUENCE = 0xffffffffL;
    private static final int WITNESS_WEIGHT = 2 + 222;

    private ClosingTransactions() {}

    /** What one side takes out. @param script from its shutdown message */
    public record Payout(MilliSatoshi balance, Bytes script) {}

    /**
     * The closing transaction: both balances rounded down, the fee taken from the funder's, dust left out.
     *
     * @param dustLimit of the side whose view this is
     * @return unsigned; nothing when no output is worth making
     */
    public static Optional<Tx> build(
            OutPoint funding, Payout funder, Payout accepter, Satoshi fee, Satoshi dustLimit) {
        Satoshi funderAmount = funder.balance().toSatoshi().minus(fee);
        Satoshi accepterAmount = accepter.balance().toSatoshi();
        var outputs = new ArrayList<TxOutput>(2);
        if (funderAmount.atLeast(dustLimit)) outputs.add(new TxOutput(funderAmount, funder.script()));
        if (accepterAmount.atLeast(dustLimit)) outputs.add(new TxOutput(accepterAmount, accepter.script()));
        if (outputs.isEmpty()) return Optional.empty();
        outputs.sort(Outputs.ORDER);
        return Optional.of(new Tx(2, List.of(TxInput.unsigned(funding, FINAL_SEQUENCE)), outputs, 0));
    }

    /** The fee at a feerate, whole satoshis rounded down, for a transaction that pays both scripts. */
    public static Satoshi fee(FeeratePerKw feerate, Bytes oneScript, Bytes otherScript) {
        var outputs = List.of(new TxOutput(Satoshi.ZERO, oneScript), new TxOutput(Satoshi.ZERO, otherScript));
        var input = TxInput.unsigned(new OutPoint(new TxId(Bytes.zeros(32)), 0), 0);
        return feerate.feeFor(new Tx(2, List.of(input), outputs, 0).weight() + WITNESS_WEIGHT);
    }
}
