package fulgurite.protocol.channel;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The closing transactions of both sides, each at its own expense. Several may be in the mempools; whichever confirms
 * is the end.
 *
 * @param wanted the feerate that our user asked for; else it is what an hour's patience costs who began, and a day's the other
 * @param unanswered ours that the peer has not signed on this connection
 * @param last that we proposed, signed or not: what comes after it must pay more, or be the same
 * @param ours the latest that the peer has signed
 * @param theirs the latest that we have signed for the peer
 * @bolt 2, Closing Negotiation: closing_complete and closing_sig
 */
public record ClosingOffers(Optional<FeeratePerKw> wanted, Optional<Offer> unanswered, Optional<Offer> last,
        Optional<Tx> ours, Optional<Tx> theirs) {
    static final ClosingOffers NONE = new ClosingOffers(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty(), Optional.empty());

    /** A closing transaction of ours. @param closer our script; @param closee the peer's; @param lockTime the height at which we proposed it */
    public record Offer(Bytes closer, Bytes closee, Satoshi fee, long lockTime) {}

    /** What both have signed and may confirm, ours first. */
    public List<Tx> toPublish() {
        return Stream.concat(ours.stream(), theirs.stream()).toList();
    }

    /** One that may confirm, preferably ours. */
    public Optional<Tx> latest() {
        return toPublish().stream().findFirst();
    }

    ClosingOffers wanting(FeeratePerKw feerate) {
        return new ClosingOffers(Optional.of(feerate), unanswered, last, ours, theirs);
    }

    ClosingOffers offered(Offer offer) {
        return new ClosingOffers(wanted, Optional.of(offer), Optional.of(offer), ours, theirs);
    }

    ClosingOffers signed(Tx tx) {
        return new ClosingOffers(wanted, Optional.empty(), last, Optional.of(tx), theirs);
    }

    ClosingOffers signedForPeer(Tx tx) {
        return new ClosingOffers(wanted, unanswered, last, ours, Optional.of(tx));
    }

    ClosingOffers disconnected() {
        return new ClosingOffers(wanted, Optional.empty(), last, ours, theirs);
    }
}
