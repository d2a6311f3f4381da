package fulgurite.simulator.chain;

import static fr.acinq.bitcoin.ScriptFlags.SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY;
import static fr.acinq.bitcoin.ScriptFlags.SCRIPT_VERIFY_CHECKSEQUENCEVERIFY;
import static fr.acinq.bitcoin.ScriptFlags.SCRIPT_VERIFY_DERSIG;
import static fr.acinq.bitcoin.ScriptFlags.SCRIPT_VERIFY_NULLDUMMY;
import static fr.acinq.bitcoin.ScriptFlags.SCRIPT_VERIFY_P2SH;
import static fr.acinq.bitcoin.ScriptFlags.SCRIPT_VERIFY_TAPROOT;
import static fr.acinq.bitcoin.ScriptFlags.SCRIPT_VERIFY_WITNESS;
import static fr.acinq.bitcoin.ScriptFlags.STANDARD_SCRIPT_VERIFY_FLAGS;

import fr.acinq.bitcoin.OutPoint;
import fr.acinq.bitcoin.TxOut;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the scripts that a transaction's inputs must satisfy, by bitcoin-kmp's interpreter: legacy, segwit v0 and taproot. */
final class Scripts {
    private static final int CONSENSUS_FLAGS = SCRIPT_VERIFY_P2SH | SCRIPT_VERIFY_DERSIG | SCRIPT_VERIFY_NULLDUMMY
            | SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY | SCRIPT_VERIFY_CHECKSEQUENCEVERIFY | SCRIPT_VERIFY_WITNESS
            | SCRIPT_VERIFY_TAPROOT;

    private Scripts() {}

    /** The mempool's rules. @return why it is refused: consensus or only relay policy forbids it */
    static Optional<String> checkStandard(ParsedTx tx, List<Coin> coins) {
        Optional<String> refused = run(tx, coins, STANDARD_SCRIPT_VERIFY_FLAGS);
        if (refused.isEmpty()) return refused;
        return Optional
                .of(checkConsensus(tx, coins).orElse("non-mandatory-script-verify-flag (" + refused.get() + ")"));
    }

    /** A block's rules. */
    static Optional<String> checkConsensus(ParsedTx tx, List<Coin> coins) {
        return run(tx, coins, CONSENSUS_FLAGS).map(why -> "mandatory-script-verify-flag-failed (" + why + ")");
    }

    private static Optional<String> run(ParsedTx tx, List<Coin> coins, int flags) {
        Map<OutPoint, TxOut> spent = new LinkedHashMap<>();
        for (int i = 0; i < coins.size(); i++) {
            var output = coins.get(i).output();
            spent.put(tx.forScripts().txIn.get(i).outPoint,
                    new TxOut(new fr.acinq.bitcoin.Satoshi(output.amount().sat()), output.script().toByteArray()));
        }
        try {
            tx.forScripts().correctlySpends(spent, flags);
            return Optional.empty();
        } catch (RuntimeException e) {
            // The interpreter says no by exceptions of many types; whatever it throws, the script has not succeeded.
            String why = e.getMessage();
            return Optional.of(why == null || why.isBlank() ? e.getClass().getSimpleName() : why.strip());
        }
    }
}
