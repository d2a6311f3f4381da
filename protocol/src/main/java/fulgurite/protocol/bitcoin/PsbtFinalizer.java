package fulgurite.protocol.bitcoin;

import fulgurite.protocol.units.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes the transaction out of a PSBT: inputs that are final already, and those of one key that has signed. */
final class PsbtFinalizer {
    private PsbtFinalizer() {}

    static Optional<Tx> extract(Psbt psbt) {
        Tx unsigned = psbt.unsigned();
        var inputs = new ArrayList<TxInput>();
        for (int i = 0; i < unsigned.inputs().size(); i++) {
            TxInput bare = unsigned.inputs().get(i);
            Bytes scriptSig = psbt.value(i, PsbtField.FINAL_SCRIPT_SIG).orElse(Bytes.EMPTY);
            Optional<List<Bytes>> witness = psbt.value(i, PsbtField.FINAL_WITNESS).map(PsbtFinalizer::readStack);
            if (witness.isEmpty() && scriptSig.isEmpty()) witness = ofOneKey(psbt, i);
            if (witness.isEmpty() && scriptSig.isEmpty()) return Optional.empty();
            inputs.add(new TxInput(bare.outPoint(), scriptSig, bare.sequence(), witness.orElse(List.of())));
        }
        return Optional.of(new Tx(unsigned.version(), inputs, unsigned.outputs(), unsigned.lockTime()));
    }

    /** P2WPKH with the signature of its key, or P2TR with one of the output's key. */
    private static Optional<List<Bytes>> ofOneKey(Psbt psbt, int input) {
        Optional<Bytes> script = psbt.spent(input).map(TxOutput::script);
        if (script.isEmpty()) return Optional.empty();
        if (script.get().size() == 34 && script.get().unsigned(0) == 0x51)
            return psbt.value(input, PsbtField.TAP_KEY_SIG).map(List::of);
        return psbt.inputs()
                .get(input)
                .stream()
                .filter(pair -> pair.type() == PsbtField.PARTIAL_SIG && pair.key().size() == 34)
                .filter(pair -> script.get().equals(keyHashScript(pair.key().slice(1, 34))))
                .findFirst()
                .map(pair -> List.of(pair.value(), pair.key().slice(1, 34)));
    }

    private static Bytes keyHashScript(Bytes key) {
        return Bytes.concat(Bytes.fromHex("0014"), fulgurite.protocol.crypto.Hashes.hash160(key));
    }

    private static List<Bytes> readStack(Bytes value) {
        ByteBuffer in = ByteBuffer.wrap(value.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        var stack = new ArrayList<Bytes>();
        try {
            for (int left = Psbt.readSize(in); left > 0; left--) stack.add(Psbt.readBytes(in));
        } catch (BufferUnderflowException e) {
            throw new fulgurite.protocol.codec.MalformedException("a PSBT's witness is cut short");
        }
        return stack;
    }
}
