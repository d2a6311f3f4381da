package fulgurite.protocol.bitcoin;

import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import java.util.List;

/** One input. @param sequence 0..2^32-1; @param witness the stack, first pushed first; empty when there is none */
public record TxInput(OutPoint outPoint, Bytes scriptSig, long sequence, List<Bytes> witness) {
    public TxInput {
        witness = List.copyOf(witness);
    }

    public static TxInput unsigned(OutPoint outPoint, long sequence) {
        return new TxInput(outPoint, Bytes.EMPTY, sequence, List.of());
    }
}
