package fulgurite.protocol.bitcoin;

import static org.bitcoinj.script.ScriptOpCodes.OP_0;
import static org.bitcoinj.script.ScriptOpCodes.OP_CHECKMULTISIG;
import static org.bitcoinj.script.ScriptOpCodes.OP_CHECKSIG;
import static org.bitcoinj.script.ScriptOpCodes.OP_DUP;
import static org.bitcoinj.script.ScriptOpCodes.OP_EQUALVERIFY;
import static org.bitcoinj.script.ScriptOpCodes.OP_HASH160;
import static org.bitcoinj.script.ScriptOpCodes.OP_RETURN;

import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import java.util.List;
import org.bitcoinj.script.ScriptBuilder;

/** The scripts and witnesses that every room above shares. Scripts are raw, without their length in front. */
public final class Scripts {
    /** The element that MINIMALIF takes for true. */
    public static final Bytes TRUE = Bytes.fromHex("01");

    private static final Bytes PAY_TO_ANCHOR = Bytes.fromHex("51024e73");

    private Scripts() {}

    /** The output script that locks to the SHA-256 of a witness script: 34 bytes. */
    public static Bytes payToWitnessScriptHash(Bytes witnessScript) {
        return witnessProgram(0, Hashes.sha256(witnessScript).bytes());
    }

    /** The output script that locks to a compressed key's hash: 22 bytes. */
    public static Bytes payToWitnessKeyHash(PublicKey key) {
        return witnessProgram(0, Hashes.hash160(key.bytes()));
    }

    /** The output script that locks to a taproot output key (x only): 34 bytes. */
    public static Bytes payToTaproot(Bytes32 outputKey) {
        return witnessProgram(1, outputKey.bytes());
    }

    /** Any witness program. @param version 0..16; @param program 2..40 bytes */
    public static Bytes witnessProgram(int version, Bytes program) {
        if (version < 0 || version > 16 || program.size() < 2 || program.size() > 40)
            throw new IllegalArgumentException(
                    "no witness program of version " + version + " and " + program.size() + " bytes exists");
        byte[] script = new byte[2 + program.size()];
        script[0] = (byte) (version == 0 ? 0 : 0x50 + version);
        script[1] = (byte) program.size();
        program.copyTo(script, 2);
        return Bytes.ofOwned(script);
    }

    /** 2-of-2, the lesser key first. @bolt 3, Funding Transaction Output */
    public static Bytes multisig(PublicKey a, PublicKey b) {
        boolean ordered = a.compareTo(b) <= 0;
        return build(
                new ScriptBuilder()
                        .smallNum(2)
                        .data((ordered ? a : b).toByteArray())
                        .data((ordered ? b : a).toByteArray())
                        .smallNum(2)
                        .op(OP_CHECKMULTISIG));
    }

    /** The witness of {@link #multisig}: signatures (with their sighash byte) in the keys' order. */
    public static List<Bytes> multisigWitness(
            PublicKey a, Signature byA, PublicKey b, Signature byB, SighashType type) {
        Bytes first = Sighash.toWitness(byA, type);
        Bytes second = Sighash.toWitness(byB, type);
        boolean ordered = a.compareTo(b) <= 0;
        return List.of(Bytes.EMPTY, ordered ? first : second, ordered ? second : first, multisig(a, b));
    }

    /** What a P2WPKH input signs in the place of a witness script (BIP 143). */
    public static Bytes keyHashScriptCode(PublicKey key) {
        return build(
                new ScriptBuilder()
                        .op(OP_DUP)
                        .op(OP_HASH160)
                        .data(Hashes.hash160(key.bytes()).toByteArray())
                        .op(OP_EQUALVERIFY)
                        .op(OP_CHECKSIG));
    }

    /** The least amount that nodes relay to this script. @bolt 3, Dust Limits */
    public static Satoshi dustLimit(Bytes script) {
        int size = script.size();
        if (size > 0 && script.unsigned(0) == OP_RETURN) return Satoshi.ZERO;
        if (size == 25 && script.unsigned(0) == OP_DUP) return new Satoshi(546);
        if (size == 23 && script.unsigned(0) == OP_HASH160) return new Satoshi(540);
        if (size == 22 && script.unsigned(0) == OP_0) return new Satoshi(294);
        if (size == 34 && script.unsigned(0) == OP_0) return new Satoshi(330);
        if (size == 4 && script.equals(PAY_TO_ANCHOR)) return new Satoshi(240);
        return new Satoshi(354);
    }

    /** A number as the shortest push: an opcode for 0..16, else a minimal little-endian script number. */
    public static Bytes pushNumber(long number) {
        return build(new ScriptBuilder().number(number));
    }

    /** Data as the shortest push. @param data at most 520 bytes */
    public static Bytes push(Bytes data) {
        return build(new ScriptBuilder().data(data.toByteArray()));
    }

    /** The raw script that a bitcoinj builder describes. */
    public static Bytes build(ScriptBuilder builder) {
        return Bytes.ofOwned(builder.build().program());
    }
}
