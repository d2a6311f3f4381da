package fulgurite.protocol.transactions;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentPreimage;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;

/**
 * An output that our key alone can spend, and how. Its text form hides the secret.
 *
 * @param scriptCode what the signature covers: the witness script, or a P2WPKH's script code
 */
public record Claim(OutPoint outPoint, Satoshi amount, Bytes scriptCode, Unlock unlock, PrivateKey secret) {

    /** What the script wants besides our signature. */
    public sealed interface Unlock {}

    /** Our to_local or second-stage output, {@code blocks} after its confirmation. @bolt 3, to_local Output */
    public record Delayed(int blocks) implements Unlock {}

    /** The peer's revoked to_local or second-stage output. @bolt 3, to_local Output */
    public record Revoked() implements Unlock {}

    /** An HTLC output of the peer's revoked commitment. @bolt 3, Offered HTLC Outputs */
    public record RevokedHtlc(PublicKey revocationKey) implements Unlock {}

    /** An HTLC that the peer's commitment offers us. @bolt 3, Offered HTLC Outputs */
    public record Fulfilled(CommitmentFormat format, PaymentPreimage preimage) implements Unlock {}

    /** An HTLC that we offered, in the peer's commitment, once expired. @bolt 3, Received HTLC Outputs */
    public record TimedOut(CommitmentFormat format, CltvExpiry expiry) implements Unlock {}

    /** Our balance in the peer's commitment with anchors, a block after its confirmation. @bolt 3, to_remote Output */
    public record OneBlockOld() implements Unlock {}

    /** Our anchor. @bolt 3, to_local_anchor and to_remote_anchor Output */
    public record OwnAnchor() implements Unlock {}

    /** A P2WPKH output: our balance in the peer's commitment without anchors, or the wallet's. */
    public record KeyHash(PublicKey key) implements Unlock {}

    /** Our delayed balance. @param c our commitment @param index of the output in it @param txid of the commitment */
    public static Claim ofToLocal(Commitment c, TxId txid, int index, ChannelKeys keys) {
        return of(c, txid, index, new Delayed(c.parameters().toSelfDelay()), delayedSecret(c, keys));
    }

    /** The output of our own HTLC transaction. @param output where it is, after others' inputs may have changed the id */
    public static Claim ofSecondStage(Commitment c, HtlcTransaction h, OutPoint output, ChannelKeys keys) {
        Satoshi amount = h.tx().outputs().getFirst().amount();
        return new Claim(
                output, amount, h.outputScript(), new Delayed(c.parameters().toSelfDelay()), delayedSecret(c, keys));
    }

    /** Our anchor in either side's commitment. */
    public static Claim ofAnchor(Commitment c, TxId txid, int index, ChannelKeys keys) {
        return of(c, txid, index, new OwnAnchor(), keys.funding());
    }

    /** An HTLC that we are offered, from the peer's commitment. @param c the peer's */
    public static Claim ofFulfilled(
            Commitment c, TxId txid, int index, PaymentPreimage preimage, ChannelKeys keys) {
        return of(c, txid, index, new Fulfilled(c.parameters().format(), preimage), htlcSecret(c, keys));
    }

    /** An HTLC that we offered, from the peer's commitment. @param c the peer's */
    public static Claim ofTimedOut(Commitment c, TxId txid, int index, CltvExpiry expiry, ChannelKeys keys) {
        return of(c, txid, index, new TimedOut(c.parameters().format(), expiry), htlcSecret(c, keys));
    }

    /** Our balance in the peer's commitment. */
    public static Claim ofToRemote(
            CommitmentFormat format, CommitmentOutput.ToRemote output, OutPoint at, ChannelKeys keys) {
        Unlock unlock = switch (format) {
            case STATIC_REMOTEKEY -> new KeyHash(keys.basepoints().payment());
            case ANCHORS_ZERO_FEE_HTLC_TX -> new OneBlockOld();
        };
        return new Claim(at, output.output().amount(), output.scriptCode(), unlock, keys.payment());
    }

    /** Our HTLC secret in a commitment of either side. */
    public static PrivateKey htlcSecret(Commitment c, ChannelKeys keys) {
        return KeyDerivation.secret(keys.htlc(), keys.basepoints().htlc(), c.keys().perCommitmentPoint());
    }

    private static PrivateKey delayedSecret(Commitment ours, ChannelKeys keys) {
        return KeyDerivation.secret(
                keys.delayedPayment(), keys.basepoints().delayedPayment(), ours.keys().perCommitmentPoint());
    }

    private static Claim of(Commitment c, TxId txid, int index, Unlock unlock, PrivateKey secret) {
        CommitmentOutput output = c.outputs().get(index);
        return new Claim(
                new OutPoint(txid, index), output.output().amount(), output.scriptCode(), unlock, secret);
    }
}
