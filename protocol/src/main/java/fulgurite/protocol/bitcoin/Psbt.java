package fulgurite.protocol.bitcoin;

import fulgurite.protocol.codec.MalformedException;
import fulgurite.protocol.units.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A transaction that is not signed by everybody yet, with what signers need to know and have said (BIP 174). Version 2
 * (BIP 370) is read too, and version 0 written. What is not understood is kept, in its order.
 *
 * @param unsigned without scriptSigs and witnesses
 * @param globals beside the transaction
 * @param inputs one map for each input; @param outputs one for each output
 */
public record Psbt(Tx unsigned, List<Pair> globals, List<List<Pair>> inputs, List<List<Pair>> outputs) {
    private static final Bytes MAGIC = Bytes.fromHex("70736274ff");
    private static final int MOST_PARTS = 100_000;

    /** A key with its value. @param key its type, and what stands behind it */
    public record Pair(Bytes key, Bytes value) {
        int type() {
            return key.unsigned(0);
        }
    }

    public Psbt {
        globals = List.copyOf(globals);
        inputs = inputs.stream().map(List::copyOf).toList();
        outputs = outputs.stream().map(List::copyOf).toList();
        if (inputs.size() != unsigned.inputs().size() || outputs.size() != unsigned.outputs().size())
            throw new IllegalArgumentException("a PSBT has a map for each input and output");
    }

    /** One that says nothing but what is to be paid; who has the coins adds inputs. */
    public static Psbt paying(List<TxOutput> outputs) {
        return new Psbt(new Tx(2, List.of(), outputs, 0), List.of(), List.of(),
                outputs.stream().map(output -> List.<Pair>of()).toList());
    }

    /** @throws MalformedException when it is none; the message says why */
    public static Psbt fromBase64(String text) {
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not base 64: " + e.getMessage());
        }
        return parse(Bytes.ofOwned(decoded));
    }

    /** @throws MalformedException as {@link #fromBase64} */
    public static Psbt parse(Bytes bytes) {
        if (bytes.size() < MAGIC.size() || !bytes.slice(0, MAGIC.size()).equals(MAGIC))
            throw new MalformedException("a PSBT begins with the letters psbt");
        ByteBuffer in = ByteBuffer.wrap(bytes.slice(MAGIC.size(), bytes.size()).toByteArray())
                .order(ByteOrder.LITTLE_ENDIAN);
        try {
            List<Pair> globals = readMap(in, PsbtField.Place.GLOBAL);
            if (PsbtV2.isIt(globals))
                return whole(in, PsbtV2.read(globals, () -> readMap(in, PsbtField.Place.INPUT),
                        () -> readMap(in, PsbtField.Place.OUTPUT)));
            Tx unsigned = globals.stream()
                    .filter(pair -> pair.type() == PsbtField.UNSIGNED_TX)
                    .findFirst()
                    .map(pair -> readUnsigned(pair.value()))
                    .orElseThrow(() -> new MalformedException("a PSBT has an unsigned transaction"));
            var inputs = new ArrayList<List<Pair>>();
            for (int i = 0; i < unsigned.inputs().size(); i++) inputs.add(readMap(in, PsbtField.Place.INPUT));
            var outputs = new ArrayList<List<Pair>>();
            for (int i = 0; i < unsigned.outputs().size(); i++) outputs.add(readMap(in, PsbtField.Place.OUTPUT));
            var read = new Psbt(unsigned,
                    globals.stream().filter(pair -> pair.type() != PsbtField.UNSIGNED_TX).toList(), inputs, outputs);
            PsbtV2.refuseIn(read);
            return whole(in, read);
        } catch (BufferUnderflowException e) {
            throw new MalformedException("a PSBT is cut short");
        }
    }

    private static Psbt whole(ByteBuffer in, Psbt read) {
        if (in.hasRemaining()) throw new MalformedException("a PSBT has " + in.remaining() + " bytes too many");
        return read;
    }

    private static List<Pair> readMap(ByteBuffer in, PsbtField.Place place) {
        var pairs = new ArrayList<Pair>();
        var seen = new TreeSet<Bytes>();
        for (Bytes key = readBytes(in); !key.isEmpty(); key = readBytes(in)) {
            var pair = new Pair(key, readBytes(in));
            if (!seen.add(key)) throw new MalformedException("a PSBT has a key twice");
            PsbtField.check(place, pair);
            pairs.add(pair);
        }
        return pairs;
    }

    /** As before segwit: a transaction without inputs cannot be told from one with witnesses. */
    private static Tx readUnsigned(Bytes bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        long version = Integer.toUnsignedLong(in.getInt());
        var inputs = new ArrayList<TxInput>();
        for (int left = readSize(in); left > 0; left--) {
            var from = TxBytes.readOutPoint(in);
            if (!readBytes(in).isEmpty()) throw new MalformedException("the transaction of a PSBT is signed");
            inputs.add(TxInput.unsigned(from, Integer.toUnsignedLong(in.getInt())));
        }
        var outputs = new ArrayList<TxOutput>();
        for (int left = readSize(in); left > 0; left--) outputs.add(readOutput(in));
        long lockTime = Integer.toUnsignedLong(in.getInt());
        if (in.hasRemaining()) throw new MalformedException("the transaction of a PSBT has bytes too many");
        return new Tx(version, inputs, outputs, lockTime);
    }

    static TxOutput readOutput(ByteBuffer in) {
        long amount = in.getLong();
        if (amount < 0) throw new MalformedException("an amount is below zero");
        return new TxOutput(new fulgurite.protocol.units.Satoshi(amount), readBytes(in));
    }

    static Bytes readBytes(ByteBuffer in) {
        byte[] read = new byte[Math.min(readSize(in), in.remaining() + 1)];
        in.get(read);
        return Bytes.ofOwned(read);
    }

    /** A CompactSize that counts bytes or parts. */
    static int readSize(ByteBuffer in) {
        int first = Byte.toUnsignedInt(in.get());
        long size = switch (first) {
            case 0xfd -> Short.toUnsignedLong(in.getShort());
            case 0xfe -> Integer.toUnsignedLong(in.getInt());
            case 0xff -> in.getLong();
            default -> first;
        };
        if (size < 0 || size > Math.max(in.remaining(), MOST_PARTS)) throw new BufferUnderflowException();
        return (int) size;
    }

    public Bytes toBytes() {
        var parts = new ArrayList<Bytes>();
        parts.add(MAGIC);
        var transaction = new Pair(Bytes.fromHex("00"), Bytes.ofOwned(TxBytes.write(unsigned, false)));
        write(parts, transaction);
        globals.forEach(pair -> write(parts, pair));
        parts.add(Bytes.zeros(1));
        for (List<List<Pair>> maps : List.of(inputs, outputs))
            for (List<Pair> map : maps) {
                map.forEach(pair -> write(parts, pair));
                parts.add(Bytes.zeros(1));
            }
        return Bytes.concat(parts.toArray(Bytes[]::new));
    }

    private static void write(List<Bytes> to, Pair pair) {
        for (Bytes bytes : List.of(pair.key(), pair.value())) {
            ByteBuffer size = ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN);
            TxBytes.putVarInt(size, bytes.size());
            to.add(Bytes.copyOf(size.array(), 0, size.position()));
            to.add(bytes);
        }
    }

    public String toBase64() {
        return Base64.getEncoder().encodeToString(toBytes().toByteArray());
    }

    /** The output that an input spends, as the PSBT says; empty when it does not, or what it says is of another transaction. */
    public Optional<TxOutput> spent(int input) {
        Optional<TxOutput> told = value(input, PsbtField.WITNESS_UTXO)
                .map(bytes -> readOutput(ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN)));
        if (told.isPresent()) return told;
        var from = unsigned.inputs().get(input).outPoint();
        return value(input, PsbtField.NON_WITNESS_UTXO).map(Tx::parse)
                .filter(parent -> parent.txid().equals(from.txid()) && from.index() >= 0
                        && from.index() < parent.outputs().size())
                .map(parent -> parent.outputs().get(from.index()));
    }

    Optional<Bytes> value(int input, int type) {
        return inputs.get(input)
                .stream()
                .filter(pair -> pair.type() == type && pair.key().size() == 1)
                .findFirst()
                .map(Pair::value);
    }

    /** The transaction with the signatures that are there; empty when an input lacks them. See {@link PsbtFinalizer}. */
    public Optional<Tx> signed() {
        return PsbtFinalizer.extract(this);
    }
}
