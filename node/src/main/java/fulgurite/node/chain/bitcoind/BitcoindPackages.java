package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.bitcoind.BitcoindRpc.RpcErrorException;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Packages by bitcoind's submitpackage. It refuses a package with a parent that a block holds: that one is left out then
 * and the rest offered again. A bitcoind that does not know the call is given the transactions one by one.
 */
final class BitcoindPackages {
    private static final String IN_A_BLOCK = "txn-already-known";
    private static final String FAILED = "transaction failed";
    private static final String NOT_TRIED = "package-not-validated";

    private final BitcoindBackend bitcoind;

    BitcoindPackages(BitcoindBackend bitcoind) {
        this.bitcoind = bitcoind;
    }

    CompletionStage<Published> publish(List<Tx> transactions) {
        if (transactions.size() == 1) return bitcoind.publish(transactions.getFirst());
        List<String> raw = transactions.stream().map(tx -> tx.toBytes().toHex()).toList();
        // 0 lifts bitcoind's own limit on fees: what a fee may be is decided before.
        return bitcoind.call("submitpackage", raw, 0)
                .thenCompose(answer -> read(answer, transactions))
                .exceptionallyCompose(failure -> {
                    if (!(BitcoindBackend.unwrap(failure) instanceof RpcErrorException error))
                        return CompletableFuture.failedStage(failure);
                    return switch (error.code()) {
                        case BitcoindBackend.METHOD_NOT_FOUND -> oneByOne(transactions);
                        case BitcoindBackend.DESERIALIZATION_ERROR,
                                BitcoindBackend.VERIFY_ERROR,
                                BitcoindBackend.VERIFY_REJECTED,
                                BitcoindBackend.INVALID_PARAMETER ->
                            CompletableFuture.completedStage(new Published.Rejected(error.getMessage()));
                        default -> CompletableFuture.failedStage(failure);
                    };
                });
    }

    private CompletionStage<Published> read(JsonNode answer, List<Tx> transactions) {
        var left = new ArrayList<Tx>();
        String asOne = answer.path("package_msg").asText();
        // When they fail for what they are together, the single errors are only what each would be alone.
        Optional<String> reason = asOne.equals(FAILED) ? Optional.empty() : Optional.of(asOne);
        for (Tx tx : transactions) {
            String error = error(answer, tx.txid());
            boolean child = tx == transactions.getLast();
            if (child && (error.isEmpty() || error.startsWith(IN_A_BLOCK)))
                return CompletableFuture.completedStage(new Published.Accepted());
            if (child || !error.startsWith(IN_A_BLOCK)) left.add(tx);
            if (reason.isEmpty() && !error.isEmpty() && !error.equals(NOT_TRIED)) reason = Optional.of(error);
        }
        if (left.size() < transactions.size()) return publish(left);
        return CompletableFuture.completedStage(new Published.Rejected(reason.orElse(asOne)));
    }

    /** Empty when the transaction is in the mempool now. */
    private static String error(JsonNode answer, TxId txid) {
        for (JsonNode result : answer.path("tx-results"))
            if (result.path("txid").asText().equals(txid.toString())) return result.path("error").asText("");
        return NOT_TRIED;
    }

    /** @return what was said to the first that was refused, or to the child */
    private CompletionStage<Published> oneByOne(List<Tx> transactions) {
        CompletionStage<Published> said = CompletableFuture.completedStage(new Published.Accepted());
        for (Tx tx : transactions)
            said = said.thenCompose(before -> switch (before) {
                case Published.Accepted accepted -> bitcoind.publish(tx);
                case Published.Rejected rejected -> CompletableFuture.completedStage(rejected);
            });
        return said;
    }
}
