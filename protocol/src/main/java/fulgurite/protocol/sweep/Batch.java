package fulgurite.protocol.sweep;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import java.util.List;
import java.util.Optional;

/**
 * A transaction that stands for some of what is wanted, published until a block decides.
 *
 * @param wants one or more, all of one kind
 * @param tx signed
 * @param feerate that it bids; of an anchor's, both transactions together
 * @param bidAt the height at which it was made
 * @param toldAt the height at which it was last published
 * @param refusal the chain's last word, when it was no
 */
record Batch(List<Wanted> wants, Tx tx, FeeratePerKw feerate, BlockHeight bidAt, BlockHeight toldAt,
        Optional<String> refusal) {
    Batch {
        wants = List.copyOf(wants);
    }

    static Batch made(List<Wanted> wants, Tx tx, FeeratePerKw feerate, BlockHeight now) {
        return new Batch(wants, tx, feerate, now, now, Optional.empty());
    }

    /** For which the purse keeps coins. */
    OutPoint purpose() {
        return wants.getFirst().outPoint();
    }

    Hurry hurry() {
        return hurry(wants);
    }

    static Hurry hurry(List<Wanted> wants) {
        return wants.stream().map(Wanted::hurry).reduce(Hurry::and).orElseThrow();
    }

    /** What is to be published together, parents first. */
    List<Tx> publication() {
        return wants.getFirst() instanceof Wanted.Anchor anchor ? List.of(anchor.commitment(), tx) : List.of(tx);
    }

    Batch toldAt(BlockHeight now) {
        return new Batch(wants, tx, feerate, bidAt, now, refusal);
    }

    Batch refused(String reason) {
        return new Batch(wants, tx, feerate, bidAt, toldAt, Optional.of(reason));
    }

    Batch accepted() {
        return new Batch(wants, tx, feerate, bidAt, toldAt, Optional.empty());
    }

    /** Whether a higher fee may change the chain's mind: the words are bitcoind's. */
    boolean isOutbid() {
        return refusal.filter(reason -> reason.contains("fee") || reason.contains("replacement")
                || reason.contains("conflict")).isPresent();
    }
}
