package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.channel.ActiveChannel;
import fulgurite.protocol.channel.commitment.CommitmentSigning;
import fulgurite.protocol.channel.commitment.Htlc;
import fulgurite.protocol.channel.commitment.Side;
import fulgurite.protocol.channel.commitment.View;
import fulgurite.protocol.sweep.Hurry;
import fulgurite.protocol.sweep.Wanted;
import fulgurite.protocol.transactions.ChannelKeys;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.Commitment;
import fulgurite.protocol.transactions.CommitmentOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Satoshi;
import java.util.Optional;

/** Paying for our commitment through our anchor, and how much hurry there is. @bolt 5, Unilateral Close Handling: Local Commitment Transaction */
final class Anchoring {
    /** Blocks before the first deadline of its HTLCs at which bidding for the commitment begins to rise. */
    private static final int WINDOW = 18;

    private Anchoring() {}

    /** The child of our commitment, if {@code published} is our latest and has our anchor. */
    static Optional<Wanted> child(ActiveChannel c, ChannelKeys keys, Tx published) {
        Commitment ours = CommitmentSigning.local(keys, c, View.LOCAL_CURRENT, c.chain().localNumber());
        if (!ours.tx().txid().equals(published.txid())) return Optional.empty();
        for (int i = 0; i < ours.outputs().size(); i++)
            if (ours.outputs().get(i) instanceof CommitmentOutput.LocalAnchor) {
                Satoshi fee = c.terms().capacity();
                for (TxOutput output : published.outputs()) fee = fee.minus(output.amount());
                return Optional.of(new Wanted.Anchor(published, fee,
                        Claim.ofAnchor(ours, published.txid(), i, keys), hurry(c, ours)));
            }
        return Optional.empty();
    }

    /** What waits for the commitment: HTLCs that we can claim until they expire, and those that we must take back soon after. */
    private static Hurry hurry(ActiveChannel c, Commitment ours) {
        Optional<Hurry> all = Optional.empty();
        for (CommitmentOutput output : ours.outputs())
            if (output instanceof CommitmentOutput.Htlc o) {
                long deadline = switch (o.htlc().direction()) {
                    case OFFERED -> o.htlc().expiry().height() + Resolving.TIMEOUT_WINDOW;
                    case RECEIVED -> o.htlc().expiry().height();
                };
                boolean lost = switch (o.htlc().direction()) {
                    case OFFERED -> false;
                    case RECEIVED -> c.ledger().find(Side.REMOTE, o.htlc().id()).flatMap(Htlc::preimage).isEmpty();
                };
                if (lost) continue;
                var at = new BlockHeight(Math.toIntExact(deadline));
                Hurry one = Hurry.until(new BlockHeight(Math.max(0, at.height() - WINDOW)), at,
                        o.htlc().amount().toSatoshi());
                all = Optional.of(all.map(one::and).orElse(one));
            }
        return all.orElseGet(() -> Hurry.none(new BlockHeight(0), balance(ours)));
    }

    /** Without HTLCs nothing is lost by waiting, and no more than what is ours may be paid. */
    private static Satoshi balance(Commitment ours) {
        Satoshi balance = Satoshi.ZERO;
        for (CommitmentOutput output : ours.outputs())
            if (output instanceof CommitmentOutput.ToLocal o) balance = balance.plus(o.output().amount());
        return balance;
    }
}
