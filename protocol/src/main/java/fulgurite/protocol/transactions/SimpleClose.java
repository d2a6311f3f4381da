package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.transactions.ClosingTransactions.Payout;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A closing transaction that one side, the closer, proposes and pays for; in up to three forms.
 *
 * @param fee taken from the closer's output, or given up with it
 * @param lockTime a height, 0..499,999,999, or a time
 * @bolt 3, Closing Transaction
 */
public record SimpleClose(OutPoint funding, Payout closer, Payout closee, Satoshi fee, long lockTime) {
    private static final long REPLACEABLE = 0xfffffffdL;
    private static final int OP_RETURN = 0x6a;
    private static final Bytes PAY_TO_ANCHOR = Bytes.fromHex("51024e73");

    /** Which outputs the transaction has. */
    public enum Form {
        CLOSER_ONLY, CLOSEE_ONLY, BOTH
    }

    /**
     * The transaction in that form.
     *
     * @return unsigned; nothing when the closer has not got the fee
     */
    public Optional<Tx> tx(Form form) {
        if (fee.isNegative() || closer.balance().toSatoshi().lessThan(fee)) return Optional.empty();
        var outputs = new ArrayList<TxOutput>(2);
        if (form != Form.CLOSEE_ONLY) outputs.add(closerOutput());
        if (form != Form.CLOSER_ONLY) outputs.add(closeeOutput());
        outputs.sort(Outputs.ORDER);
        return Optional.of(new Tx(2, List.of(TxInput.unsigned(funding, REPLACEABLE)), outputs, lockTime));
    }

    /** The forms that the closer signs; none when no output would be worth making. @bolt 2, Closing Negotiation: closing_complete and closing_sig */
    public List<Form> forms() {
        boolean closerIsDust = isDust(closerOutput());
        boolean closeeIsDust = isDust(closeeOutput());
        if (closer.balance().lessThan(closee.balance())) {
            if (closeeIsDust) return List.of();
            return List.of(closerIsDust ? Form.CLOSEE_ONLY : Form.BOTH);
        }
        if (closerIsDust) return List.of();
        return closeeIsDust ? List.of(Form.CLOSER_ONLY) : List.of(Form.CLOSER_ONLY, Form.BOTH);
    }

    /** Whether the closee's output could not be relayed. */
    public boolean isCloseeDust() {
        return isDust(closeeOutput());
    }

    /** The most that the closer can pay and still have an output when it may not leave it out. Negative: nothing at all. */
    public static Satoshi mostFee(Payout closer, Payout closee) {
        Satoshi all = closer.balance().toSatoshi();
        boolean mayLeaveOut = closer.balance().lessThan(closee.balance()) || isOpReturn(closer.script());
        return mayLeaveOut ? all : all.minus(dustThreshold(closer.script()));
    }

    /** Whether the script keeps nothing: all that it would be paid is given up for fees. */
    public static boolean isOpReturn(Bytes script) {
        return !script.isEmpty() && script.unsigned(0) == OP_RETURN;
    }

    /** Below this an output is not relayed. @bolt 3, Dust Limits */
    public static Satoshi dustThreshold(Bytes script) {
        if (isOpReturn(script)) return Satoshi.ZERO;
        if (script.equals(PAY_TO_ANCHOR)) return new Satoshi(240);
        return switch (script.size()) {
            case 22 -> new Satoshi(294);
            case 34 -> new Satoshi(330);
            default -> new Satoshi(354);
        };
    }

    private TxOutput closerOutput() {
        return output(closer.balance().toSatoshi().minus(fee), closer.script());
    }

    private TxOutput closeeOutput() {
        return output(closee.balance().toSatoshi(), closee.script());
    }

    private static TxOutput output(Satoshi amount, Bytes script) {
        return new TxOutput(isOpReturn(script) ? Satoshi.ZERO : amount, script);
    }

    private static boolean isDust(TxOutput output) {
        return output.amount().lessThan(dustThreshold(output.script()));
    }
}
