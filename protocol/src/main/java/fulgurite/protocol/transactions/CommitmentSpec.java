package fulgurite.protocol.transactions;

import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.Satoshi;
import java.util.List;

/**
 * What a commitment transaction must pay, before fees, anchors and trimming. "Local" is the transaction's owner.
 *
 * @param toLocal the owner's balance, without HTLCs
 * @param toRemote the other side's balance, without HTLCs
 * @param htlcs in any order
 */
public record CommitmentSpec(
        FeeratePerKw feerate, MilliSatoshi toLocal, MilliSatoshi toRemote, List<CommittedHtlc> htlcs) {
    public CommitmentSpec {
        htlcs = List.copyOf(htlcs);
    }

    /** The HTLCs large enough for an output. @param dustLimit of the owner @bolt 3, Trimmed Outputs */
    public List<CommittedHtlc> untrimmed(CommitmentFormat format, Satoshi dustLimit) {
        Satoshi offered = format.trimThreshold(feerate, CommittedHtlc.Direction.OFFERED, dustLimit);
        Satoshi received = format.trimThreshold(feerate, CommittedHtlc.Direction.RECEIVED, dustLimit);
        return htlcs.stream().filter(htlc -> htlc.amount().toSatoshi().atLeast(switch (htlc.direction()) {
            case OFFERED -> offered;
            case RECEIVED -> received;
        })).toList();
    }

    /** What the funder pays for this commitment: base fee and anchors. @param dustLimit of the owner @bolt 3, Fee Payment */
    public Satoshi funderCost(CommitmentFormat format, Satoshi dustLimit) {
        int outputs = untrimmed(format, dustLimit).size();
        return format.commitmentFee(feerate, outputs).plus(format.anchorsAmount());
    }

    /** The amounts of the HTLCs too small for an output. @param dustLimit of the owner @bolt 2, Bounding exposure to trimmed in-flight HTLCs */
    public MilliSatoshi dustExposure(CommitmentFormat format, Satoshi dustLimit) {
        MilliSatoshi all = MilliSatoshi.ZERO;
        for (CommittedHtlc htlc : htlcs) all = all.plus(htlc.amount());
        for (CommittedHtlc htlc : untrimmed(format, dustLimit)) all = all.minus(htlc.amount());
        return all;
    }
}
