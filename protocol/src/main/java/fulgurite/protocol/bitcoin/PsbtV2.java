package fulgurite.protocol.bitcoin;

import fulgurite.protocol.bitcoin.Psbt.Pair;
import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * PSBTs of version 2 (BIP 370), which say the transaction in parts: they are read as the version 0 that says the same.
 * Those whose inputs ask for a lock time of their own are refused.
 */
final class PsbtV2 {
    private static final int TX_VERSION = 0x02;
    private static final int FALLBACK_LOCKTIME = 0x03;
    private static final int INPUT_COUNT = 0x04;
    private static final int OUTPUT_COUNT = 0x05;
    private static final int TX_MODIFIABLE = 0x06;
    private static final int VERSION = 0xfb;
    private static final int PREVIOUS_TXID = 0x0e;
    private static final int OUTPUT_INDEX = 0x0f;
    private static final int SEQUENCE = 0x10;
    private static final int TIME_LOCKTIME = 0x11;
    private static final int HEIGHT_LOCKTIME = 0x12;
    private static final int AMOUNT = 0x03;
    private static final int SCRIPT = 0x04;
    private static final long FINAL = 0xffffffffL;

    private PsbtV2() {}

    static boolean isIt(List<Pair> globals) {
        return find(globals, VERSION).filter(value -> u32(value) == 2).isPresent();
    }

    /** @throws MalformedException when one of version 0 has what only version 2 has */
    static void refuseIn(Psbt psbt) {
        boolean some = hasAny(psbt.globals(), TX_VERSION, FALLBACK_LOCKTIME, INPUT_COUNT, OUTPUT_COUNT, TX_MODIFIABLE);
        for (List<Pair> map : psbt.inputs())
            some |= hasAny(map, PREVIOUS_TXID, OUTPUT_INDEX, SEQUENCE, TIME_LOCKTIME, HEIGHT_LOCKTIME);
        for (List<Pair> map : psbt.outputs()) some |= hasAny(map, AMOUNT, SCRIPT);
        if (some) throw new MalformedException("a PSBT of version 0 has what only version 2 has");
    }

    private static boolean hasAny(List<Pair> map, int... types) {
        for (int type : types) if (find(map, type).isPresent()) return true;
        return false;
    }

    /** @param input reads the next map of an input; @param output of an output, after all inputs */
    static Psbt read(List<Pair> globals, Supplier<List<Pair>> input, Supplier<List<Pair>> output) {
        if (find(globals, PsbtField.UNSIGNED_TX).isPresent())
            throw new MalformedException("a PSBT of version 2 has no unsigned transaction");
        var inputs = new ArrayList<List<Pair>>();
        var spent = new ArrayList<TxInput>();
        for (int left = count(globals, INPUT_COUNT); left > 0; left--) {
            List<Pair> map = input.get();
            if (find(map, TIME_LOCKTIME).isPresent() || find(map, HEIGHT_LOCKTIME).isPresent())
                throw new MalformedException("a PSBT whose inputs ask for a lock time is not understood");
            var from = new OutPoint(new TxId(sized(needed(map, PREVIOUS_TXID), 32)),
                    (int) u32(needed(map, OUTPUT_INDEX)));
            spent.add(TxInput.unsigned(from, find(map, SEQUENCE).map(PsbtV2::u32).orElse(FINAL)));
            inputs.add(without(map, PREVIOUS_TXID, OUTPUT_INDEX, SEQUENCE));
        }
        var outputs = new ArrayList<List<Pair>>();
        var paid = new ArrayList<TxOutput>();
        for (int left = count(globals, OUTPUT_COUNT); left > 0; left--) {
            List<Pair> map = output.get();
            long amount = little(sized(needed(map, AMOUNT), 8)).getLong();
            if (amount < 0) throw new MalformedException("an amount is below zero");
            paid.add(new TxOutput(new Satoshi(amount), needed(map, SCRIPT)));
            outputs.add(without(map, AMOUNT, SCRIPT));
        }
        var tx = new Tx(u32(needed(globals, TX_VERSION)), spent, paid,
                find(globals, FALLBACK_LOCKTIME).map(PsbtV2::u32).orElse(0L));
        return new Psbt(tx, without(globals, TX_VERSION, FALLBACK_LOCKTIME, INPUT_COUNT, OUTPUT_COUNT, TX_MODIFIABLE,
                VERSION), inputs, outputs);
    }

    private static int count(List<Pair> globals, int type) {
        return Psbt.readSize(little(needed(globals, type)));
    }

    private static Optional<Bytes> find(List<Pair> map, int type) {
        return map.stream()
                .filter(pair -> pair.type() == type && pair.key().size() == 1)
                .findFirst()
                .map(Pair::value);
    }

    private static Bytes needed(List<Pair> map, int type) {
        return find(map, type).orElseThrow(() -> new MalformedException("a PSBT of version 2 lacks type " + type));
    }

    private static List<Pair> without(List<Pair> map, int... types) {
        SortedSet<Integer> gone = new TreeSet<>();
        for (int type : types) gone.add(type);
        return map.stream().filter(pair -> !gone.contains(pair.type())).toList();
    }

    private static long u32(Bytes value) {
        return Integer.toUnsignedLong(little(sized(value, 4)).getInt());
    }

    private static Bytes sized(Bytes value, int size) {
        if (value.size() != size) throw new MalformedException("a PSBT has a value of a wrong size");
        return value;
    }

    private static ByteBuffer little(Bytes value) {
        return ByteBuffer.wrap(value.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }
}
