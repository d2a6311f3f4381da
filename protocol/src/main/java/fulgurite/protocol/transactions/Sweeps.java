package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Sighash;
import fulgurite.protocol.bitcoin.SighashType;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Transactions that bring claimed outputs home, and the weights that decide their fees. @bolt 5, Penalty Transactions Weight Calculation */
public final class Sweeps {
    /** Replaceable, and without a relative lock (BIP 125, BIP 68). */
    private static final long REPLACEABLE = 0xfffffffdL;
    private static final int INPUT_WEIGHT = 4 * 41;
    private static final int SIGNATURE_SIZE = 1 + 73;

    private Sweeps() {}

    /**
     * One transaction that spends all the claims to one script. It is final only when every claim's delay and expiry
     * has passed, so claims that wait differently belong in different sweeps.
     *
     * @param claims one or more
     * @return signed; nothing when what is left after the fee is dust
     */
    public static Optional<Tx> sweep(List<Claim> claims, Bytes toScript, FeeratePerKw feerate) {
        if (claims.isEmpty()) throw new IllegalArgumentException("a sweep spends one output at least");
        var inputs = new ArrayList<TxInput>(claims.size());
        Satoshi total = Satoshi.ZERO;
        long lockTime = 0;
        long witnesses = 2;
        for (Claim claim : claims) {
            inputs.add(input(claim));
            total = total.plus(claim.amount());
            lockTime = Math.max(lockTime, lockTime(claim.unlock()));
            witnesses += witnessSize(claim);
        }
        var draft = new Tx(2, inputs, List.of(new TxOutput(total, toScript)), lockTime);
        Satoshi left = total.minus(feerate.feeFor(draft.weight() + witnesses));
        if (left.lessThan(Scripts.dustLimit(toScript))) return Optional.empty();
        return Optional.of(sign(new Tx(2, inputs, List.of(new TxOutput(left, toScript)), lockTime), claims));
    }

    /** Whether a transaction that spends the claim alone leaves more than dust. */
    public static boolean isWorth(Claim claim, Bytes toScript, FeeratePerKw feerate) {
        long weight = 4L * (10 + 9 + toScript.size()) + 2 + inputWeight(claim);
        return claim.amount().minus(feerate.feeFor(weight)).atLeast(Scripts.dustLimit(toScript));
    }

    /** The claim's input, not signed. */
    public static TxInput input(Claim claim) {
        return TxInput.unsigned(claim.outPoint(), sequence(claim.unlock()));
    }

    /** Signs the inputs that spend the claims: input i spends claim i; inputs behind them stay as they are. */
    public static Tx sign(Tx tx, List<Claim> claims) {
        var inputs = new ArrayList<>(tx.inputs());
        for (int i = 0; i < claims.size(); i++) {
            TxInput unsigned = inputs.get(i);
            inputs.set(
                    i, new TxInput(unsigned.outPoint(), unsigned.scriptSig(), unsigned.sequence(),
                            witness(tx, i, claims.get(i))));
        }
        return new Tx(tx.version(), inputs, tx.outputs(), tx.lockTime());
    }

    /** The expected size of a claim's witness, signatures at their longest of 73 bytes. @bolt 5, Appendix A: Expected Weights */
    public static int witnessSize(Claim claim) {
        int script = 1 + claim.scriptCode().size();
        return 1 + SIGNATURE_SIZE + switch (claim.unlock()) {
            case Claim.Delayed d -> 1 + script;
            case Claim.Revoked r -> 2 + script;
            case Claim.RevokedHtlc r -> 34 + script;
            case Claim.Fulfilled f -> 33 + script;
            case Claim.TimedOut t -> 1 + script;
            case Claim.OneBlockOld o -> script;
            case Claim.OwnAnchor a -> script;
            case Claim.KeyHash k -> 34;
        };
    }

    /** The expected weight that a claim adds to a transaction. @bolt 5, Penalty Transactions Weight Calculation */
    public static int inputWeight(Claim claim) {
        return INPUT_WEIGHT + witnessSize(claim);
    }

    private static long sequence(Claim.Unlock unlock) {
        return switch (unlock) {
            case Claim.Delayed d -> d.blocks();
            case Claim.Revoked r -> REPLACEABLE;
            case Claim.RevokedHtlc r -> REPLACEABLE;
            case Claim.Fulfilled f -> f.format().htlcSequence();
            case Claim.TimedOut t -> t.format().htlcSequence();
            case Claim.OneBlockOld o -> 1;
            case Claim.OwnAnchor a -> REPLACEABLE;
            case Claim.KeyHash k -> REPLACEABLE;
        };
    }

    private static long lockTime(Claim.Unlock unlock) {
        return unlock instanceof Claim.TimedOut t ? t.expiry().height() : 0;
    }

    private static List<Bytes> witness(Tx tx, int input, Claim claim) {
        Bytes script = claim.scriptCode();
        Bytes signature = Sighash.toWitness(
                Sighash.sign(tx, input, script, claim.amount(), SighashType.ALL, claim.secret()), SighashType.ALL);
        return switch (claim.unlock()) {
            case Claim.Delayed d -> List.of(signature, Bytes.EMPTY, script);
            case Claim.Revoked r -> List.of(signature, Scripts.TRUE, script);
            case Claim.RevokedHtlc r -> List.of(signature, r.revocationKey().bytes(), script);
            case Claim.Fulfilled f -> List.of(signature, f.preimage().bytes(), script);
            case Claim.TimedOut t -> List.of(signature, Bytes.EMPTY, script);
            case Claim.OneBlockOld o -> List.of(signature, script);
            case Claim.OwnAnchor a -> List.of(signature, script);
            case Claim.KeyHash k -> List.of(signature, k.key().bytes());
        };
    }
}
