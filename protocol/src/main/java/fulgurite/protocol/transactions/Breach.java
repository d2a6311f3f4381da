package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a revoked commitment of the peer gives us. It is recognised by its scripts, not rebuilt: nothing of its amounts
 * is remembered, only the secret that revoked it and which HTLCs the channel has ever had.
 *
 * @param keys of the revoked commitment
 * @param revocationSecret of {@code keys.revocation()}
 * @param parameters of the peer's commitments: the peer is the owner
 * @bolt 5, Revoked Transaction Close Handling
 */
public record Breach(CommitmentParameters parameters, CommitmentKeys keys, PrivateKey revocationSecret) {

    /** @param perCommitmentSecret that the peer revealed for the commitment @param ours our keys of the channel */
    public static Breach of(CommitmentParameters peers, PrivateKey perCommitmentSecret, ChannelKeys ours) {
        var keys = CommitmentKeys.derive(peers.owner(), peers.other(), Curve.publicKey(perCommitmentSecret));
        return new Breach(
                peers, keys, KeyDerivation.revocationSecret(
                        ours.revocation(), ours.basepoints().revocation(), perCommitmentSecret));
    }

    /** An HTLC output of the revoked commitment, and the claim on it. @param htlc seen from the peer */
    public record RevokedHtlcOutput(CommittedHtlc htlc, Claim claim) {}

    /** The claim on the peer's balance; nothing when it was trimmed. */
    public Optional<Claim> toLocal(Tx commitment) {
        return delayedOutputs(commitment).stream().findFirst();
    }

    /** The claims on the outputs of a transaction of the peer's second stage (or several batched in one). */
    public List<Claim> secondStage(Tx htlcTransaction) {
        return delayedOutputs(htlcTransaction);
    }

    /** The claims on the HTLC outputs. @param everHad all HTLCs that the channel has had, seen from the peer */
    public List<RevokedHtlcOutput> htlcs(Tx commitment, List<CommittedHtlc> everHad) {
        Map<Bytes, Candidate> byScript = new TreeMap<>();
        Set<Satoshi> amounts = new TreeSet<>();
        for (TxOutput output : commitment.outputs()) amounts.add(output.amount());
        for (CommittedHtlc htlc : everHad) {
            // A channel has had many HTLCs: scripts are made only for those of a right amount.
            if (!amounts.contains(htlc.amount().toSatoshi())) continue;
            Bytes script = ChannelScripts.htlc(parameters.format(), keys, htlc);
            byScript.put(Scripts.payToWitnessScriptHash(script), new Candidate(htlc, script));
        }
        TxId txid = commitment.txid();
        var found = new ArrayList<RevokedHtlcOutput>();
        for (int i = 0; i < commitment.outputs().size(); i++) {
            TxOutput output = commitment.outputs().get(i);
            if (!byScript.containsKey(output.script())) continue;
            Candidate candidate = byScript.get(output.script());
            var unlock = new Claim.RevokedHtlc(keys.revocation());
            found.add(new RevokedHtlcOutput(
                    candidate.htlc(), new Claim(new OutPoint(txid, i), output.amount(), candidate.script(), unlock,
                            revocationSecret)));
        }
        return found;
    }

    private List<Claim> delayedOutputs(Tx tx) {
        Bytes script = ChannelScripts.delayed(keys.revocation(), parameters.toSelfDelay(), keys.localDelayed());
        Bytes lock = Scripts.payToWitnessScriptHash(script);
        TxId txid = tx.txid();
        var claims = new ArrayList<Claim>();
        for (int i = 0; i < tx.outputs().size(); i++) {
            TxOutput output = tx.outputs().get(i);
            if (output.script().equals(lock))
                claims.add(new Claim(
                        new OutPoint(txid, i), output.amount(), script, new Claim.Revoked(), revocationSecret));
        }
        return claims;
    }

    @Override
    public String toString() {
        return "Breach(" + keys.perCommitmentPoint() + ")";
    }

    private record Candidate(CommittedHtlc htlc, Bytes script) {}
}
