package fulgurite.protocol.channel.opening;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.ChannelContext;
import fulgurite.protocol.channel.ChannelEffect;
import fulgurite.protocol.channel.ChannelState.Opening;
import fulgurite.protocol.channel.closing.Failing;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommitmentSpec;
import fulgurite.protocol.transactions.Commitments;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.wire.ChannelType;
import fulgurite.protocol.wire.Feature;
import java.util.ArrayList;
import java.util.List;

/** The funding output and the first commitments that spend it: what funder and fundee both need. */
public final class FundingOutput {
    private FundingOutput() {}

    static CommitmentFormat format(ChannelType type) {
        return type.has(Feature.ANCHORS)
                ? CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX
                : CommitmentFormat.STATIC_REMOTEKEY;
    }

    /** Commitment number 0 of {@code owner}. */
    static Commitment firstCommitment(ChannelContext context, Opening o, Side owner, OutPoint funding) {
        MilliSatoshi rest = o.terms().capacity().toMilliSatoshi().minus(o.push());
        boolean ownerFunds = o.terms().funder() == owner;
        var spec = new CommitmentSpec(o.feerate(), ownerFunds ? rest : o.push(), ownerFunds ? o.push() : rest,
                List.of());
        PublicKey point = owner == Side.LOCAL ? context.keys().perCommitmentPoint(0) : o.remotePoint();
        return Commitments.build(o.terms().commitmentsOf(owner, funding), spec, 0, point);
    }

    /** Whether the transaction has the channel's output, in script and amount, where the funding outpoint says. */
    public static boolean isIn(Tx tx, ActiveChannel c) {
        TxOutput expected = Funding.output(c.terms().ours().basepoints().funding(),
                c.terms().theirs().basepoints().funding(), c.terms().capacity());
        int index = c.funding().index();
        return index < tx.outputs().size() && tx.outputs().get(index).equals(expected);
    }

    /** Tell us when the funding has that many confirmations. */
    public static ChannelEffect watchConfirmed(ActiveChannel c, int depth) {
        return new ChannelEffect.WatchConfirmed(c.funding().txid(), Failing.fundingScript(c), Math.max(depth, 1));
    }

    /** What the funding transaction spends, where it is known. Every coinbase spends the same nothing, so that is left out. */
    public static List<OutPoint> inputs(ActiveChannel c) {
        return c.fundingTx()
                .map(tx -> tx.inputs()
                        .stream()
                        .map(input -> input.outPoint())
                        .filter(at -> !at.txid().bytes().isAllZero())
                        .toList())
                .orElse(List.of());
    }

    /** Tell us when somebody else spends what the funding transaction spends. */
    public static List<ChannelEffect> watchInputs(ActiveChannel c) {
        var watches = new ArrayList<ChannelEffect>();
        for (OutPoint at : inputs(c)) watches.add(new ChannelEffect.WatchSpent(at, Bytes.EMPTY));
        return watches;
    }

    /** Tell us when the channel ends on chain. */
    public static ChannelEffect watchSpent(ActiveChannel c) {
        return new ChannelEffect.WatchSpent(c.funding(), Failing.fundingScript(c));
    }
}
