package fulgurite.protocol.channel.closing;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PaymentPreimage;
import java.util.Optional;

/** Preimages in witnesses: in every script that takes one it stands alone on the stack. @bolt 5, HTLC Output Handling */
final class Preimages {
    private Preimages() {}

    /** The preimage of {@code hash} that the input shows. */
    static Optional<PaymentPreimage> shownBy(TxInput input, PaymentHash hash) {
        for (Bytes item : input.witness())
            if (item.size() == PaymentPreimage.SIZE && Hashes.sha256(item).bytes().equals(hash.bytes()))
                return Optional.of(new PaymentPreimage(item));
        return Optional.empty();
    }

    /** The preimage of {@code hash} that any input of the transaction shows. */
    static Optional<PaymentPreimage> shownBy(Tx tx, PaymentHash hash) {
        for (TxInput input : tx.inputs()) {
            Optional<PaymentPreimage> shown = shownBy(input, hash);
            if (shown.isPresent()) return shown;
        }
        return Optional.empty();
    }
}
