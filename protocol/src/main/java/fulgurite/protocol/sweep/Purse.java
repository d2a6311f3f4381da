package fulgurite.protocol.sweep;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;

/**
 * The wallet as it is needed for fees: confirmed coins alone, because a replacement may not bring new unconfirmed ones
 * (BIP 125).
 */
public interface Purse {
    /** What one coin and change for it weigh about, to reckon a bid. */
    long COIN_WEIGHT = 4 * 41 + 109 + 4 * 31;

    /** Where what is brought home goes to; the same until something has arrived there. */
    Bytes script();

    /**
     * The draft with coins behind its inputs and change behind its outputs, so that it pays {@code feerate}.
     *
     * @param purpose for which they are kept: what it was given before is taken first
     * @param draft inputs and outputs that stay in front
     * @param weight of the draft once its own inputs are signed, and of what else it must pay for
     * @param surplus what is there for the fee beside the coins, perhaps below zero
     * @return unsigned; nothing when there are not enough coins
     */
    Optional<Tx> pay(OutPoint purpose, Tx draft, long weight, Satoshi surplus, FeeratePerKw feerate);

    /**
     * The transaction with its own inputs signed; the others stay as they are.
     *
     * @param spent what the draft's inputs spend, which stand in front: a taproot coin's signature covers it
     */
    Tx sign(Tx tx, List<TxOutput> spent);

    /** The coins kept for the purpose are free again. */
    void release(OutPoint purpose);
}
