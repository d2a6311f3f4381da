package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import java.util.Optional;

/**
 * What is known of a channel's end on chain.
 *
 * @param reason for a person
 * @param published our transaction that spends the funding: a mutual close or our latest commitment; empty when we
 *        must not publish, because the peer has proved that we are behind
 * @param mutual whether {@code published} is a closing transaction that both have signed
 * @param fundingSpentBy what the chain has confirmed as the funding's spender
 */
public record ClosingProgress(
        String reason,
        Optional<Tx> published,
        boolean mutual,
        Optional<FundingSpend> fundingSpentBy) {
    /** A confirmed spend of the funding output. */
    public record FundingSpend(Tx tx, BlockHeight height) {}

    static ClosingProgress mutual(Tx tx) {
        return new ClosingProgress("closed by both", Optional.of(tx), true, Optional.empty());
    }

    static ClosingProgress unilateral(String reason, Optional<Tx> commitment) {
        return new ClosingProgress(reason, commitment, false, Optional.empty());
    }

    ClosingProgress spent(Tx tx, BlockHeight height) {
        return new ClosingProgress(reason, published, mutual, Optional.of(new FundingSpend(tx, height)));
    }
}
