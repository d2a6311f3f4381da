package fulgurite.protocol.bitcoin;

import fulgurite.protocol.bitcoin.Psbt.Pair;
import fulgurite.protocol.codec.MalformedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The types of a PSBT's keys that are understood, and how their keys must look (BIP 174, BIP 371). */
final class PsbtField {
    static final int UNSIGNED_TX = 0x00;
    static final int NON_WITNESS_UTXO = 0x00;
    static final int WITNESS_UTXO = 0x01;
    static final int PARTIAL_SIG = 0x02;
    static final int SIGHASH_TYPE = 0x03;
    static final int FINAL_SCRIPT_SIG = 0x07;
    static final int FINAL_WITNESS = 0x08;
    static final int TAP_KEY_SIG = 0x13;

    /** Which map a key is in. */
    enum Place {
        GLOBAL, INPUT, OUTPUT
    }

    private PsbtField() {}

    /** @throws MalformedException when a type that is understood has another key or value */
    static void check(Place place, Pair pair) {
        boolean isRight = switch (place) {
            case GLOBAL -> pair.type() != UNSIGNED_TX || isAlone(pair);
            case INPUT -> isInput(pair);
            case OUTPUT -> switch (pair.type()) {
                case 0x00, 0x01 -> isAlone(pair);
                case 0x02 -> hasKey(pair);
                default -> true;
            };
        };
        if (!isRight)
            throw new MalformedException("a PSBT has a wrong key or value of type " + pair.type() + " for the "
                    + place.name().toLowerCase(java.util.Locale.ROOT));
    }

    private static boolean isInput(Pair pair) {
        return switch (pair.type()) {
            case NON_WITNESS_UTXO -> isAlone(pair) && isTx(pair);
            case WITNESS_UTXO -> isAlone(pair) && isOutput(pair);
            case PARTIAL_SIG, 0x06 -> hasKey(pair);
            case SIGHASH_TYPE -> isAlone(pair) && pair.value().size() == 4;
            case 0x04, 0x05, FINAL_SCRIPT_SIG, FINAL_WITNESS -> isAlone(pair);
            case TAP_KEY_SIG -> isAlone(pair) && (pair.value().size() == 64 || pair.value().size() == 65);
            default -> true;
        };
    }

    private static boolean isAlone(Pair pair) {
        return pair.key().size() == 1;
    }

    private static boolean hasKey(Pair pair) {
        return pair.key().size() == 34 || pair.key().size() == 66;
    }

    private static boolean isTx(Pair pair) {
        Tx.parse(pair.value());
        return true;
    }

    private static boolean isOutput(Pair pair) {
        ByteBuffer in = ByteBuffer.wrap(pair.value().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        try {
            Psbt.readOutput(in);
            return !in.hasRemaining();
        } catch (BufferUnderflowException e) {
            return false;
        }
    }
}
