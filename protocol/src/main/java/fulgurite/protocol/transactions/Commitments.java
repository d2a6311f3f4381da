package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Builds, signs and checks commitment transactions. @bolt 3, Commitment Transaction Construction */
public final class Commitments {
    /** The transactions' order: amount, script, and for HTLCs alike in both the expiry. @bolt 3, Transaction Output Ordering */
    private static final Comparator<CommitmentOutput> ORDER = Comparator
            .<CommitmentOutput, TxOutput>comparing(CommitmentOutput::output, Outputs.ORDER)
            .thenComparing(Commitments::expiry);

    private Commitments() {}

    /**
     * The commitment that {@code p}'s owner holds when the channel is in {@code spec}. A funder that cannot pay the
     * whole fee pays what it has.
     *
     * @param number 0..2^48-1
     * @param perCommitmentPoint the owner's, for this number
     */
    public static Commitment build(
            CommitmentParameters p, CommitmentSpec spec, long number, PublicKey perCommitmentPoint) {
        CommitmentKeys keys = CommitmentKeys.derive(p.owner(), p.other(), perCommitmentPoint);
        List<CommitmentOutput> outputs = outputs(p, spec, keys);
        long factor = p.obscuringFactor();
        var input = TxInput.unsigned(p.funding(), CommitmentNumber.sequence(number, factor));
        var tx = new Tx(2, List.of(input), outputs.stream().map(CommitmentOutput::output).toList(),
                CommitmentNumber.lockTime(number, factor));
        return new Commitment(tx, number, p, keys, outputs, htlcTransactions(p, spec, keys, tx, outputs));
    }

    /** The signature that the owner needs to publish it. @param otherFundingSecret of the side that does not own it */
    public static Signature signForOwner(Commitment c, PrivateKey otherFundingSecret) {
        return Funding.sign(
                c.tx(), c.parameters().fundingAmount(), c.keys().remoteFunding(), c.keys().localFunding(),
                otherFundingSecret);
    }

    /** Whether the signature of the side that does not own it is valid. */
    public static boolean verifyForOwner(Commitment c, Signature byOther) {
        return Funding.verify(
                c.tx(), c.parameters().fundingAmount(), c.keys().localFunding(), c.keys().remoteFunding(), byOther);
    }

    /** The transaction ready to publish. @param ownerFundingSecret of the owner */
    public static Tx complete(Commitment c, Signature byOther, PrivateKey ownerFundingSecret) {
        PublicKey owner = c.keys().localFunding();
        PublicKey other = c.keys().remoteFunding();
        Signature byOwner = Funding.sign(c.tx(), c.parameters().fundingAmount(), owner, other, ownerFundingSecret);
        return Funding.complete(c.tx(), owner, byOwner, other, byOther);
    }

    private static List<CommitmentOutput> outputs(CommitmentParameters p, CommitmentSpec spec, CommitmentKeys keys) {
        List<CommittedHtlc> untrimmed = spec.untrimmed(p.format(), p.dustLimit());
        Satoshi cost = p.format().commitmentFee(spec.feerate(), untrimmed.size()).plus(p.format().anchorsAmount());
        Satoshi local = spec.toLocal().toSatoshi();
        Satoshi remote = spec.toRemote().toSatoshi();
        if (p.ownerIsFunder())
            local = local.minus(cost).max(Satoshi.ZERO);
        else
            remote = remote.minus(cost).max(Satoshi.ZERO);

        var outputs = new ArrayList<CommitmentOutput>(untrimmed.size() + 4);
        for (CommittedHtlc htlc : untrimmed) {
            Bytes script = ChannelScripts.htlc(p.format(), keys, htlc);
            outputs.add(new CommitmentOutput.Htlc(locked(htlc.amount().toSatoshi(), script), script, htlc));
        }
        boolean hasLocal = local.atLeast(p.dustLimit());
        boolean hasRemote = remote.atLeast(p.dustLimit());
        if (hasLocal) {
            Bytes script = ChannelScripts.delayed(keys.revocation(), p.toSelfDelay(), keys.localDelayed());
            outputs.add(new CommitmentOutput.ToLocal(locked(local, script), script));
        }
        if (hasRemote) outputs.add(toRemote(p.format(), keys, remote));
        if (p.format().hasAnchors()) {
            if (hasLocal || !untrimmed.isEmpty()) {
                Bytes script = ChannelScripts.anchor(keys.localFunding());
                outputs.add(new CommitmentOutput.LocalAnchor(locked(CommitmentFormat.ANCHOR, script), script));
            }
            if (hasRemote || !untrimmed.isEmpty()) {
                Bytes script = ChannelScripts.anchor(keys.remoteFunding());
                outputs.add(new CommitmentOutput.RemoteAnchor(locked(CommitmentFormat.ANCHOR, script), script));
            }
        }
        outputs.sort(ORDER);
        return outputs;
    }

    private static CommitmentOutput toRemote(CommitmentFormat format, CommitmentKeys keys, Satoshi amount) {
        PublicKey key = keys.remotePayment();
        return switch (format) {
            case STATIC_REMOTEKEY -> new CommitmentOutput.ToRemote(
                    new TxOutput(amount, Scripts.payToWitnessKeyHash(key)), Scripts.keyHashScriptCode(key));
            case ANCHORS_ZERO_FEE_HTLC_TX -> {
                Bytes script = ChannelScripts.toRemoteWithAnchors(key);
                yield new CommitmentOutput.ToRemote(locked(amount, script), script);
            }
        };
    }

    private static List<HtlcTransaction> htlcTransactions(
            CommitmentParameters p, CommitmentSpec spec, CommitmentKeys keys, Tx tx, List<CommitmentOutput> outputs) {
        TxId txid = tx.txid();
        Bytes script = ChannelScripts.delayed(keys.revocation(), p.toSelfDelay(), keys.localDelayed());
        Bytes lock = Scripts.payToWitnessScriptHash(script);
        var all = new ArrayList<HtlcTransaction>();
        for (int i = 0; i < outputs.size(); i++)
            if (outputs.get(i) instanceof CommitmentOutput.Htlc(TxOutput spent, Bytes code, CommittedHtlc htlc)) {
                Satoshi amount = spent.amount().minus(p.format().htlcFee(spec.feerate(), htlc.direction()));
                var input = TxInput.unsigned(new OutPoint(txid, i), p.format().htlcSequence());
                long lockTime = switch (htlc.direction()) {
                    case OFFERED -> htlc.expiry().height();
                    case RECEIVED -> 0;
                };
                var second = new Tx(2, List.of(input), List.of(new TxOutput(amount, lock)), lockTime);
                all.add(new HtlcTransaction(p.format(), htlc, second, spent.amount(), code, script));
            }
        return all;
    }

    private static TxOutput locked(Satoshi amount, Bytes witnessScript) {
        return new TxOutput(amount, Scripts.payToWitnessScriptHash(witnessScript));
    }

    private static CltvExpiry expiry(CommitmentOutput output) {
        return output instanceof CommitmentOutput.Htlc h ? h.htlc().expiry() : new CltvExpiry(0);
    }
}
