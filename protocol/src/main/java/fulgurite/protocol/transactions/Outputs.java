package fulgurite.protocol.transactions;

import fulgurite.protocol.bitcoin.TxOutput;
import java.util.Comparator;

/** The order of outputs in the transactions that both sides must build alike. @bolt 3, Transaction Output Ordering */
final class Outputs {
    /** Smallest amount first, then scripts byte by byte, a prefix first. */
    static final Comparator<TxOutput> ORDER = Comparator.comparing(TxOutput::amount).thenComparing(TxOutput::script);

    private Outputs() {}
}
