package fulgurite.simulator.chain;

import fr.acinq.bitcoin.Script;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.util.List;
import java.util.Optional;

/**
 * What the mempool asks beyond consensus, with Bitcoin Core 28's default settings. Each rule answers empty, or the
 * reason in bitcoind's words. Left out: bare multisig and pay-to-public-key count as nonstandard here, sizes are not
 * adjusted for signature operations, and version 3 has no rules of its own.
 */
final class Policy {
    static final int MAX_STANDARD_WEIGHT = 400_000;
    private static final int MAX_STANDARD_VERSION = 3;
    private static final int MAX_SCRIPT_SIG = 1650;
    private static final int MAX_NULL_DATA = 83;
    private static final int MIN_STRIPPED_SIZE = 65;
    private static final int MAX_WITNESS_SCRIPT = 3600;
    private static final int MAX_WITNESS_ITEMS = 100;
    private static final int MAX_WITNESS_ITEM = 80;
    private static final int DUST_SAT_PER_KVB = 3000;

    private Policy() {}

    static Optional<String> checkStandard(ParsedTx parsed) {
        Tx tx = parsed.tx();
        if (tx.version() < 1 || tx.version() > MAX_STANDARD_VERSION) return Optional.of("version");
        if (parsed.weight() > MAX_STANDARD_WEIGHT) return Optional.of("tx-size");
        for (TxInput input : tx.inputs()) {
            if (input.scriptSig().size() > MAX_SCRIPT_SIG) return Optional.of("scriptsig-size");
            if (!isPushOnly(input.scriptSig())) return Optional.of("scriptsig-not-pushonly");
        }
        int dataOutputs = 0;
        for (TxOutput output : tx.outputs()) {
            if (!isStandardScript(output.script())) return Optional.of("scriptpubkey");
            if (isNullData(output.script())) dataOutputs++;
            else if (output.amount().lessThan(dustThreshold(output.script()))) return Optional.of("dust");
        }
        if (dataOutputs > 1) return Optional.of("multi-op-return");
        return parsed.forScripts().baseSize() < MIN_STRIPPED_SIZE ? Optional.of("tx-size-small") : Optional.empty();
    }

    /** Limits on what the witnesses of P2WSH and taproot inputs carry. */
    static Optional<String> checkWitnesses(Tx tx, List<Coin> coins) {
        for (int i = 0; i < coins.size(); i++) {
            List<Bytes> witness = tx.inputs().get(i).witness();
            byte[] script = coins.get(i).output().script().toByteArray();
            if (witness.isEmpty()) continue;
            if (Script.isPay2wsh(script)) {
                if (witness.getLast().size() > MAX_WITNESS_SCRIPT || witness.size() - 1 > MAX_WITNESS_ITEMS
                        || isAnyLarge(witness.subList(0, witness.size() - 1)))
                    return Optional.of("bad-witness-nonstandard");
            } else if (Script.isPay2tr(script) && witness.size() > 1) {
                boolean annex = !witness.getLast().isEmpty() && witness.getLast().unsigned(0) == 0x50;
                if (annex || isAnyLarge(witness.subList(0, witness.size() - 2)))
                    return Optional.of("bad-witness-nonstandard");
            }
        }
        return Optional.empty();
    }

    /** Below this an output costs more to spend than it is worth, at 3 sat/vB. */
    static Satoshi dustThreshold(Bytes script) {
        int outputSize = 8 + (script.size() < 253 ? 1 : 3) + script.size();
        int inputSize = isWitnessProgram(script) ? 32 + 4 + 1 + 107 / 4 + 4 : 32 + 4 + 1 + 107 + 4;
        return new Satoshi((long) (outputSize + inputSize) * DUST_SAT_PER_KVB / 1000);
    }

    /** The fee of a transaction at a feerate as bitcoind reckons it: by virtual bytes, rounded up. */
    static Satoshi feeFor(FeeratePerKw feerate, long virtualSize) {
        return new Satoshi((Math.multiplyExact(feerate.satPerKw() * 4, virtualSize) + 999) / 1000);
    }

    private static boolean isAnyLarge(List<Bytes> items) {
        return items.stream().anyMatch(item -> item.size() > MAX_WITNESS_ITEM);
    }

    private static boolean isStandardScript(Bytes script) {
        byte[] raw = script.toByteArray();
        return isWitnessProgram(script) && !(script.get(0) == 0 && script.size() != 22 && script.size() != 34)
                || isNullData(script) || isP2pkh(script) || Script.isPay2sh(raw);
    }

    private static boolean isP2pkh(Bytes script) {
        return script.size() == 25 && script.slice(0, 3).equals(Bytes.fromHex("76a914"))
                && script.slice(23, 25).equals(Bytes.fromHex("88ac"));
    }

    private static boolean isNullData(Bytes script) {
        return !script.isEmpty() && script.unsigned(0) == 0x6a && script.size() <= MAX_NULL_DATA
                && isPushOnly(script.slice(1, script.size()));
    }

    private static boolean isWitnessProgram(Bytes script) {
        if (script.size() < 4 || script.size() > 42 || script.unsigned(1) != script.size() - 2) return false;
        int opcode = script.unsigned(0);
        return opcode == 0 || opcode >= 0x51 && opcode <= 0x60;
    }

    private static boolean isPushOnly(Bytes script) {
        try {
            return Script.isPushOnly(Script.parse(script.toByteArray()));
        } catch (RuntimeException e) {
            return false;
        }
    }
}
