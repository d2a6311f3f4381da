package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a channel's end on chain: facts only. What follows from them is worked out anew at each block.
 *
 * @param reason for a person
 * @param published our transaction that spends the funding: a mutual close or our latest commitment; empty when we
 *        must not publish, because the peer has proved that we are behind
 * @param mutual whether {@code published} is a closing transaction that both have signed
 * @param fundingSpentBy what the chain has confirmed as the funding's spender
 * @param spends confirmed spends of the outputs that came after it, in the order we were told
 * @param htlcTransactions ours that the wallet pays for
 * @param settledHtlcs ids of those that we offered and whose result the chain has decided
 */
public record ClosingProgress(
        String reason,
        Optional<Tx> published,
        boolean mutual,
        Optional<FundingSpend> fundingSpentBy,
        List<OutputSpend> spends,
        List<FundedHtlcTransaction> htlcTransactions,
        List<Long> settledHtlcs) {
    public ClosingProgress {
        spends = List.copyOf(spends);
        htlcTransactions = List.copyOf(htlcTransactions);
        settledHtlcs = List.copyOf(settledHtlcs);
    }

    /** A confirmed spend of the funding output. */
    public record FundingSpend(Tx tx, BlockHeight height) {}

    /** A confirmed spend of another output. */
    public record OutputSpend(OutPoint outPoint, Tx tx, BlockHeight height) {}

    /** An HTLC transaction of ours, signed. @param parent the wallet's, that its second input spends */
    public record FundedHtlcTransaction(Tx parent, Tx tx) {
        /** The HTLC's output in our commitment. */
        public OutPoint htlcOutput() {
            return tx.inputs().getFirst().outPoint();
        }
    }

    /** The spend of that output, if the chain has confirmed one. */
    public Optional<OutputSpend> spendOf(OutPoint outPoint) {
        return spends.stream().filter(spend -> spend.outPoint().equals(outPoint)).findFirst();
    }

    /** Our funded transaction for that HTLC output. */
    public Optional<FundedHtlcTransaction> htlcTransactionFor(OutPoint htlcOutput) {
        return htlcTransactions.stream().filter(funded -> funded.htlcOutput().equals(htlcOutput)).findFirst();
    }

    static ClosingProgress mutual(Tx tx) {
        return begun("closed by both", Optional.of(tx), true);
    }

    static ClosingProgress unilateral(String reason, Optional<Tx> commitment) {
        return begun(reason, commitment, false);
    }

    private static ClosingProgress begun(String reason, Optional<Tx> published, boolean mutual) {
        return new ClosingProgress(reason, published, mutual, Optional.empty(), List.of(), List.of(), List.of());
    }

    /** A later spend of the funding replaces an earlier one: the chain was reorganised. */
    ClosingProgress spent(Tx tx, BlockHeight height) {
        return new ClosingProgress(reason, published, mutual, Optional.of(new FundingSpend(tx, height)), spends,
                htlcTransactions, settledHtlcs);
    }

    /** A later spend of the same output replaces an earlier one: the chain was reorganised. */
    ClosingProgress spent(OutPoint outPoint, Tx tx, BlockHeight height) {
        var next = new ArrayList<>(spends);
        next.removeIf(spend -> spend.outPoint().equals(outPoint));
        next.add(new OutputSpend(outPoint, tx, height));
        return new ClosingProgress(reason, published, mutual, fundingSpentBy, next, htlcTransactions, settledHtlcs);
    }

    ClosingProgress funded(Tx parent, Tx htlcTransaction) {
        var next = new ArrayList<>(htlcTransactions);
        next.add(new FundedHtlcTransaction(parent, htlcTransaction));
        return new ClosingProgress(reason, published, mutual, fundingSpentBy, spends, next, settledHtlcs);
    }

    ClosingProgress settled(long htlcId) {
        var next = new ArrayList<>(settledHtlcs);
        next.add(htlcId);
        return new ClosingProgress(reason, published, mutual, fundingSpentBy, spends, htlcTransactions, next);
    }
}
