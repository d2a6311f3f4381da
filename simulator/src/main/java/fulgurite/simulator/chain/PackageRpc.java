package fulgurite.simulator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.protocol.units.FeeratePerKw;
import java.util.ArrayList;
import java.util.List;

/** bitcoind's submitpackage: what became of each transaction, by its witness id. */
final class PackageRpc {
    private static final int MAX_COUNT = 25;

    private PackageRpc() {}

    /** @throws RpcErrorException when it is not a child with parents */
    static JsonNode submit(RegtestChain chain, RpcParams p) {
        var transactions = new ArrayList<ParsedTx>();
        JsonNode raw = p.get("package");
        if (raw.size() < 2 || raw.size() > MAX_COUNT)
            throw new RpcErrorException(RpcErrorException.INVALID_PARAMETER,
                    "Array must contain between 2 and " + MAX_COUNT + " transactions.");
        for (JsonNode each : raw) transactions.add(ParsedTx.of(RpcParams.transaction(each.asText())));
        if (!PackageSubmission.isChildWithParents(transactions))
            throw new RpcErrorException(RpcErrorException.VERIFY, PackageSubmission.NOT_A_CHILD_WITH_PARENTS);
        PackageSubmission submission = chain.submitPackage(transactions);
        ObjectNode answer = ChainJson.object().put("package_msg", submission.message());
        ObjectNode results = answer.putObject("tx-results");
        for (int i = 0; i < transactions.size(); i++) {
            ParsedTx tx = transactions.get(i);
            ObjectNode result = results.putObject(ChainJson.witnessTxid(tx)).put("txid", tx.txid().toString());
            describe(submission.results().get(i), tx, result);
        }
        ArrayNode replaced = answer.putArray("replaced-transactions");
        submission.replaced().forEach(txid -> replaced.add(txid.toString()));
        return answer;
    }

    private static void describe(PackageSubmission.Result result, ParsedTx tx, ObjectNode json) {
        switch (result) {
            case PackageSubmission.Result.InMempool(var entry, var together) -> {
                json.put("vsize", tx.virtualSize());
                ObjectNode fees = json.putObject("fees").put("base", ChainJson.bitcoin(entry.fee()));
                fees.put("effective-feerate", ChainJson.perKvb(feerate(together)));
                ArrayNode includes = fees.putArray("effective-includes");
                together.forEach(each -> includes.add(ChainJson.witnessTxid(each.tx())));
            }
            case PackageSubmission.Result.OtherWitness(var entry) ->
                json.put("other-wtxid", ChainJson.witnessTxid(entry.tx()));
            case PackageSubmission.Result.Refused(String reason) -> json.put("error", reason);
            case PackageSubmission.Result.NotTried not -> json.put("error", "package-not-validated");
        }
    }

    private static FeeratePerKw feerate(List<Mempool.Entry> together) {
        return new FeeratePerKw(Mempool.fees(together).sat() * 250 / Mempool.virtualSize(together));
    }
}
