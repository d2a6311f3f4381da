package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.P2tr;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Psbt;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A funding transaction that another wallet has made and signed, before the peer hears of it. Whoever pays must not be
 * able to lose: so the transaction pays the channel, its id cannot change any more, and it can be relayed.
 */
public final class OutsideFunding {
    private OutsideFunding() {}

    /** What is to be said of it. */
    public sealed interface Checked {
        /** @param index of the output that is the channel */
        record Fits(Tx tx, int index) implements Checked {}

        /** @param reason for a person */
        record Wrong(String reason) implements Checked {}
    }

    /** @param psbt signed; @param channel the output that it must have */
    public static Checked check(Psbt psbt, TxOutput channel) {
        int index = psbt.unsigned().outputs().indexOf(channel);
        if (index < 0)
            return new Checked.Wrong("no output of it pays exactly " + channel.amount() + " to the channel's script");
        if (index != psbt.unsigned().outputs().lastIndexOf(channel))
            return new Checked.Wrong("two outputs of it pay the channel");
        if (psbt.unsigned().inputs().isEmpty()) return new Checked.Wrong("it has no inputs");
        Satoshi in = Satoshi.ZERO;
        for (int i = 0; i < psbt.inputs().size(); i++) {
            Optional<TxOutput> spent = psbt.spent(i);
            if (spent.isEmpty()) return new Checked.Wrong("it does not say what its input " + i + " spends");
            if (!isWitnessProgram(spent.get().script()))
                return new Checked.Wrong("its input " + i + " is not of native segwit: whoever relays it could change"
                        + " its id, and the channel would be lost");
            in = in.plus(spent.get().amount());
        }
        Optional<Tx> signed = psbt.signed();
        if (signed.isEmpty()) return new Checked.Wrong("an input of it is not signed");
        return checkSigned(psbt, signed.get(), in, index);
    }

    private static Checked checkSigned(Psbt psbt, Tx tx, Satoshi in, int index) {
        List<TxOutput> spent = IntStream.range(0, tx.inputs().size())
                .mapToObj(i -> psbt.spent(i).orElseThrow())
                .toList();
        for (int i = 0; i < tx.inputs().size(); i++) {
            if (!tx.inputs().get(i).scriptSig().isEmpty() || tx.inputs().get(i).witness().isEmpty())
                return new Checked.Wrong("its input " + i + " is not signed as native segwit is");
            if (!isSigned(tx, i, spent)) return new Checked.Wrong("the signature of its input " + i + " is wrong");
        }
        Satoshi out = Satoshi.ZERO;
        for (TxOutput output : tx.outputs()) out = out.plus(output.amount());
        Satoshi least = FeeratePerKw.FLOOR.feeFor(tx.weight());
        if (in.lessThan(out.plus(least)))
            return new Checked.Wrong("it pays a fee of " + in.minus(out) + ", and " + least
                    + " is the least that is relayed");
        return new Checked.Fits(tx, index);
    }

    /** What is spent by other scripts is taken to be right. */
    private static boolean isSigned(Tx tx, int input, List<TxOutput> spent) {
        Bytes script = spent.get(input).script();
        if (isKeyHash(script)) return P2wpkh.isSigned(tx, input, spent.get(input));
        boolean byKeyPath = P2tr.isScript(script) && tx.inputs().get(input).witness().size() == 1;
        return !byKeyPath || P2tr.isSigned(tx, input, spent);
    }

    private static boolean isWitnessProgram(Bytes script) {
        int size = script.size();
        if (size < 4 || size > 42 || script.unsigned(1) != size - 2) return false;
        return script.unsigned(0) == 0 || script.unsigned(0) >= 0x51 && script.unsigned(0) <= 0x60;
    }

    private static boolean isKeyHash(Bytes script) {
        return script.size() == 22 && script.unsigned(0) == 0;
    }
}
