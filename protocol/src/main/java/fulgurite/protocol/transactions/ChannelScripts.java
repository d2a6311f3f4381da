package fulgurite.protocol.transactions;

import static org.bitcoinj.script.ScriptOpCodes.*;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PublicKey;
import org.bitcoinj.script.ScriptBuilder;

/** The witness scripts of a commitment transaction's outputs. @bolt 3, Commitment Transaction Outputs */
public final class ChannelScripts {
    private ChannelScripts() {}

    /** to_local, and the output of HTLC transactions. @param toSelfDelay blocks @bolt 3, to_local Output */
    public static Bytes delayed(PublicKey revocation, int toSelfDelay, PublicKey localDelayed) {
        return Scripts.build(
                new ScriptBuilder()
                        .op(OP_IF)
                        .data(revocation.toByteArray())
                        .op(OP_ELSE)
                        .number(toSelfDelay)
                        .op(OP_CHECKSEQUENCEVERIFY)
                        .op(OP_DROP)
                        .data(localDelayed.toByteArray())
                        .op(OP_ENDIF)
                        .op(OP_CHECKSIG));
    }

    /** to_remote with anchors: locked for one block. @bolt 3, to_remote Output */
    public static Bytes toRemoteWithAnchors(PublicKey remotePayment) {
        return Scripts.build(
                new ScriptBuilder()
                        .data(remotePayment.toByteArray())
                        .op(OP_CHECKSIGVERIFY)
                        .smallNum(1)
                        .op(OP_CHECKSEQUENCEVERIFY));
    }

    /** One side's anchor: anybody's after 16 blocks. @bolt 3, to_local_anchor and to_remote_anchor Output */
    public static Bytes anchor(PublicKey funding) {
        return Scripts.build(
                new ScriptBuilder()
                        .data(funding.toByteArray())
                        .op(OP_CHECKSIG)
                        .op(OP_IFDUP)
                        .op(OP_NOTIF)
                        .smallNum(16)
                        .op(OP_CHECKSEQUENCEVERIFY)
                        .op(OP_ENDIF));
    }

    /** An HTLC's output in the commitment whose keys are given. */
    public static Bytes htlc(CommitmentFormat format, CommitmentKeys keys, CommittedHtlc htlc) {
        return switch (htlc.direction()) {
            case OFFERED -> offered(format, keys, htlc.paymentHash());
            case RECEIVED -> received(format, keys, htlc.paymentHash(), htlc.expiry());
        };
    }

    /** @bolt 3, Offered HTLC Outputs */
    static Bytes offered(CommitmentFormat format, CommitmentKeys keys, PaymentHash hash) {
        ScriptBuilder script = revocationBranch(keys)
                .op(OP_NOTIF)
                .op(OP_DROP)
                .smallNum(2)
                .op(OP_SWAP)
                .data(keys.localHtlc().toByteArray())
                .smallNum(2)
                .op(OP_CHECKMULTISIG)
                .op(OP_ELSE)
                .op(OP_HASH160)
                .data(Hashes.ripemd160(hash.bytes()).toByteArray())
                .op(OP_EQUALVERIFY)
                .op(OP_CHECKSIG)
                .op(OP_ENDIF);
        return end(format, script);
    }

    /** @bolt 3, Received HTLC Outputs */
    static Bytes received(CommitmentFormat format, CommitmentKeys keys, PaymentHash hash, CltvExpiry expiry) {
        ScriptBuilder script = revocationBranch(keys)
                .op(OP_IF)
                .op(OP_HASH160)
                .data(Hashes.ripemd160(hash.bytes()).toByteArray())
                .op(OP_EQUALVERIFY)
                .smallNum(2)
                .op(OP_SWAP)
                .data(keys.localHtlc().toByteArray())
                .smallNum(2)
                .op(OP_CHECKMULTISIG)
                .op(OP_ELSE)
                .op(OP_DROP)
                .number(expiry.height())
                .op(OP_CHECKLOCKTIMEVERIFY)
                .op(OP_DROP)
                .op(OP_CHECKSIG)
                .op(OP_ENDIF);
        return end(format, script);
    }

    private static ScriptBuilder revocationBranch(CommitmentKeys keys) {
        return new ScriptBuilder()
                .op(OP_DUP)
                .op(OP_HASH160)
                .data(Hashes.hash160(keys.revocation().bytes()).toByteArray())
                .op(OP_EQUAL)
                .op(OP_IF)
                .op(OP_CHECKSIG)
                .op(OP_ELSE)
                .data(keys.remoteHtlc().toByteArray())
                .op(OP_SWAP)
                .op(OP_SIZE)
                .number(32)
                .op(OP_EQUAL);
    }

    private static Bytes end(CommitmentFormat format, ScriptBuilder script) {
        if (format.hasAnchors()) script.smallNum(1).op(OP_CHECKSEQUENCEVERIFY).op(OP_DROP);
        return Scripts.build(script.op(OP_ENDIF));
    }
}
