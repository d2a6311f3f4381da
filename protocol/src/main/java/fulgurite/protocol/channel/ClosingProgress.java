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
 * @param isSilent whether the peer has proved that we are behind: then nothing of ours is ever published
 * @param fundingSpentBy what the chain has confirmed as the funding's spender
 * @param spends confirmed spends of the outputs that came after it, in the order we were told
 * @param settledHtlcs ids of those that we offered and whose result the chain has decided
 */
public record ClosingProgress(
        String reason,
        Optional<Tx> published,
        boolean mutual,
        boolean isSilent,
        Optional<FundingSpend> fundingSpentBy,
        List<OutputSpend> spends,
        List<Long> settledHtlcs) {
    public ClosingProgress {
        spends = List.copyOf(spends);
        settledHtlcs = List.copyOf(settledHtlcs);
    }

    /** A confirmed spend of the funding output. */
    public record FundingSpend(Tx tx, BlockHeight height) {}

    /** A confirmed spend of another output. */
    public record OutputSpend(OutPoint outPoint, Tx tx, BlockHeight height) {}

    /** The spend of that output, if the chain has confirmed one. */
    public Optional<OutputSpend> spendOf(OutPoint outPoint) {
        return spends.stream().filter(spend -> spend.outPoint().equals(outPoint)).findFirst();
    }

    static ClosingProgress mutual(Tx tx) {
        return begun("closed by both", Optional.of(tx), true, false);
    }

    static ClosingProgress unilateral(String reason, Optional<Tx> commitment) {
        return begun(reason, commitment, false, commitment.isEmpty());
    }

    static ClosingProgress byPeer() {
        return begun("the peer spent the funding", Optional.empty(), false, false);
    }

    private static ClosingProgress begun(
            String reason, Optional<Tx> published, boolean mutual, boolean silent) {
        return new ClosingProgress(reason, published, mutual, silent, Optional.empty(), List.of(), List.of());
    }

    /** Closed by us after all, whatever began it. What was settled stays settled. */
    ClosingProgress closedBy(String newReason, Optional<Tx> commitment) {
        return new ClosingProgress(newReason, commitment, false, commitment.isEmpty(), fundingSpentBy, spends,
                settledHtlcs);
    }

    /** A later spend of the funding replaces an earlier one: the chain was reorganised. */
    ClosingProgress spent(Tx tx, BlockHeight height) {
        return withFundingSpend(Optional.of(new FundingSpend(tx, height)));
    }

    /** The spend of the funding is in no block any more. */
    ClosingProgress undone() {
        return withFundingSpend(Optional.empty());
    }

    private ClosingProgress withFundingSpend(Optional<FundingSpend> spend) {
        return new ClosingProgress(reason, published, mutual, isSilent, spend, spends, settledHtlcs);
    }

    /** A later spend of the same output replaces an earlier one: the chain was reorganised. */
    ClosingProgress spent(OutPoint outPoint, Tx tx, BlockHeight height) {
        var next = without(outPoint);
        next.add(new OutputSpend(outPoint, tx, height));
        return withSpends(next);
    }

    /** The spend of that output is in no block any more. */
    ClosingProgress undone(OutPoint outPoint) {
        return withSpends(without(outPoint));
    }

    private List<OutputSpend> without(OutPoint outPoint) {
        var next = new ArrayList<>(spends);
        next.removeIf(spend -> spend.outPoint().equals(outPoint));
        return next;
    }

    private ClosingProgress withSpends(List<OutputSpend> next) {
        return new ClosingProgress(reason, published, mutual, isSilent, fundingSpentBy, next, settledHtlcs);
    }

    ClosingProgress settled(long htlcId) {
        var next = new ArrayList<>(settledHtlcs);
        next.add(htlcId);
        return new ClosingProgress(reason, published, mutual, isSilent, fundingSpentBy, spends, next);
    }
}
