package fulgurite.simulator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** bitcoind's methods, answered by a {@link RegtestChain} in its formats and its error codes. */
final class ChainRpc {
    private static final int VERSION = 280000;
    private static final int MAX_TARGET = 1008;
    private final RegtestChain chain;
    private final Runnable onStop;
    private final SortedMap<String, Method> methods = new TreeMap<>();

    private record Method(List<String> parameters, Function<RpcParams, JsonNode> answer) {}

    ChainRpc(RegtestChain chain, Runnable onStop) {
        this.chain = chain;
        this.onStop = onStop;
        add("getblockchaininfo", List.of(), p -> chain.read((state, mempool) -> blockchainInfo(state)));
        add("getblockcount", List.of(), p -> IntNode.valueOf(chain.tip().height().height()));
        add("getbestblockhash", List.of(), p -> TextNode.valueOf(ChainJson.text(chain.tip().hash())));
        add("getblockhash", List.of("height"), this::blockHash);
        add("getblock", List.of("blockhash", "verbosity"), this::block);
        add("getblockheader", List.of("blockhash", "verbose"), this::blockHeader);
        add("getrawtransaction", List.of("txid", "verbosity", "blockhash"), this::rawTransaction);
        add("sendrawtransaction", List.of("hexstring", "maxfeerate", "maxburnamount"), this::sendRawTransaction);
        add("submitpackage", List.of("package", "maxfeerate", "maxburnamount"), p -> PackageRpc.submit(chain, p));
        add("testmempoolaccept", List.of("rawtxs", "maxfeerate"), this::testMempoolAccept);
        add("gettxout", List.of("txid", "n", "include_mempool"), this::txOut);
        add("gettxspendingprevout", List.of("outputs"), this::txSpendingPrevout);
        add("estimatesmartfee", List.of("conf_target", "estimate_mode"), this::estimateSmartFee);
        add("getmempoolinfo", List.of(), p -> chain.read((state, mempool) -> mempoolInfo(mempool)));
        add("getrawmempool", List.of("verbose", "mempool_sequence"), this::rawMempool);
        add("getnetworkinfo", List.of(), p -> networkInfo());
        add("generatetoaddress", List.of("nblocks", "address", "maxtries"), this::generateToAddress);
        add("sendtoaddress", List.of("address", "amount"), this::sendToAddress);
        add("invalidateblock", List.of("blockhash"), this::invalidateBlock);
        add("stop", List.of(), p -> stop());
        add("help", List.of(), p -> TextNode.valueOf(String.join("\n", methods.keySet())));
    }

    /** @throws RpcErrorException when the call is refused */
    JsonNode call(String method, JsonNode parameters) {
        Method known = methods.get(method);
        if (known == null) throw new RpcErrorException(RpcErrorException.METHOD_NOT_FOUND, "Method not found");
        return known.answer().apply(new RpcParams(parameters, known.parameters()));
    }

    private void add(String name, List<String> parameters, Function<RpcParams, JsonNode> answer) {
        methods.put(name, new Method(parameters, answer));
    }

    private static JsonNode blockchainInfo(ChainState state) {
        return ChainJson.object()
                .put("chain", BitcoinNetwork.REGTEST.bitcoindName())
                .put("blocks", state.height())
                .put("headers", state.height())
                .put("bestblockhash", ChainJson.text(state.top().hash()))
                .put("time", state.top().header().time)
                .put("mediantime", state.medianTimePast(state.height()))
                .put("verificationprogress", 1)
                .put("initialblockdownload", false)
                .put("pruned", false)
                .put("warnings", "");
    }

    private JsonNode blockHash(RpcParams p) {
        return chain.read((state, mempool) -> state.block(p.number("height"))
                .map(block -> TextNode.valueOf(ChainJson.text(block.hash())))
                .orElseThrow(() -> new RpcErrorException(RpcErrorException.INVALID_PARAMETER,
                        "Block height out of range")));
    }

    private JsonNode block(RpcParams p) {
        int verbosity = p.verbosity("verbosity", 1);
        return chain.read((state, mempool) -> {
            ForgedBlock block = find(state, p);
            return verbosity == 0
                    ? TextNode.valueOf(block.raw().toHex())
                    : ChainJson.block(block, state, verbosity >= 2);
        });
    }

    private JsonNode blockHeader(RpcParams p) {
        boolean verbose = p.flag("verbose", true);
        return chain.read((state, mempool) -> {
            ForgedBlock block = find(state, p);
            return verbose ? ChainJson.header(block, state) : TextNode.valueOf(block.raw().slice(0, 80).toHex());
        });
    }

    private static ForgedBlock find(ChainState state, RpcParams p) {
        return state.block(p.hash("blockhash"))
                .orElseThrow(
                        () -> new RpcErrorException(RpcErrorException.INVALID_ADDRESS_OR_KEY, "Block not found"));
    }

    private JsonNode rawTransaction(RpcParams p) {
        TxId txid = p.txid("txid");
        int verbosity = p.verbosity("verbosity", 0);
        return chain.read((state, mempool) -> {
            Optional<ForgedBlock> block = state.blockWith(txid);
            ParsedTx tx = mempool.find(txid)
                    .map(Mempool.Entry::tx)
                    .or(() -> block.flatMap(found -> found.find(txid)))
                    .orElseThrow(() -> new RpcErrorException(RpcErrorException.INVALID_ADDRESS_OR_KEY,
                            "No such mempool or blockchain transaction. Use gettransaction for wallet transactions."));
            if (verbosity == 0) return TextNode.valueOf(tx.raw().toHex());
            ObjectNode json = ChainJson.transaction(tx);
            block.ifPresent(found -> json.put("blockhash", ChainJson.text(found.hash()))
                    .put("confirmations", state.height() - found.height() + 1)
                    .put("time", found.header().time)
                    .put("blocktime", found.header().time));
            return json;
        });
    }

    private JsonNode sendRawTransaction(RpcParams p) {
        Tx tx = RpcParams.transaction(p.text("hexstring"));
        boolean confirmed = chain.read((state, mempool) -> state.hasUnspentOutput(ParsedTx.of(tx)));
        if (confirmed)
            throw new RpcErrorException(RpcErrorException.ALREADY_IN_CHAIN, "Transaction outputs already in utxo set");
        return switch (chain.publish(tx)) {
            case Published.Accepted accepted -> TextNode.valueOf(tx.txid().toString());
            case Published.Rejected(String reason) -> throw new RpcErrorException(
                    reason.equals("bad-txns-inputs-missingorspent")
                            ? RpcErrorException.VERIFY
                            : RpcErrorException.VERIFY_REJECTED,
                    reason);
        };
    }

    private JsonNode testMempoolAccept(RpcParams p) {
        ArrayNode results = ChainJson.array();
        for (JsonNode raw : p.get("rawtxs")) {
            ParsedTx tx = ParsedTx.of(RpcParams.transaction(raw.asText()));
            ObjectNode result = results.addObject()
                    .put("txid", tx.txid().toString())
                    .put("wtxid", ChainJson.witnessTxid(tx));
            switch (chain.test(tx.tx())) {
                case Published.Accepted accepted -> result.put("allowed", true).put("vsize", tx.virtualSize());
                case Published.Rejected(String reason) -> result.put("allowed", false).put("reject-reason", reason);
            }
        }
        return results;
    }

    private JsonNode txOut(RpcParams p) {
        var outPoint = new OutPoint(p.txid("txid"), p.number("n"));
        boolean withMempool = p.flag("include_mempool", true);
        return chain.read((state, mempool) -> {
            Optional<Coin> coin = state.find(outPoint);
            if (withMempool && coin.isEmpty())
                coin = mempool.output(outPoint).map(output -> new Coin(output, state.height() + 1, false));
            if (coin.isEmpty() || withMempool && mempool.spender(outPoint).isPresent()) return NullNode.getInstance();
            return ChainJson.object()
                    .put("bestblock", ChainJson.text(state.top().hash()))
                    .put("confirmations", state.height() - coin.get().height() + 1)
                    .put("value", ChainJson.bitcoin(coin.get().output().amount()))
                    .<ObjectNode>set("scriptPubKey", ChainJson.script(coin.get().output().script()))
                    .put("coinbase", coin.get().coinbase());
        });
    }

    private JsonNode txSpendingPrevout(RpcParams p) {
        ArrayNode results = ChainJson.array();
        for (JsonNode output : p.get("outputs")) {
            var named = new RpcParams(output, List.of("txid", "vout"));
            var outPoint = new OutPoint(named.txid("txid"), named.number("vout"));
            ObjectNode result = results.addObject()
                    .put("txid", outPoint.txid().toString())
                    .put("vout", outPoint.index());
            chain.mempoolSpender(outPoint).ifPresent(tx -> result.put("spendingtxid", tx.txid().toString()));
        }
        return results;
    }

    private JsonNode estimateSmartFee(RpcParams p) {
        int target = p.number("conf_target");
        if (target < 1 || target > MAX_TARGET)
            throw new RpcErrorException(RpcErrorException.INVALID_PARAMETER,
                    "Invalid conf_target, must be between 1 and " + MAX_TARGET);
        FeeratePerKw feerate = chain.estimatedFeerate(target);
        return ChainJson.object().put("feerate", ChainJson.perKvb(feerate)).put("blocks", target);
    }

    private JsonNode mempoolInfo(Mempool mempool) {
        Satoshi fees = Satoshi.ZERO;
        long bytes = 0;
        for (Mempool.Entry entry : mempool.entries()) {
            fees = fees.plus(entry.fee());
            bytes += entry.tx().virtualSize();
        }
        FeeratePerKw relay = chain.settings().minRelayFeerate();
        FeeratePerKw minimum = chain.market().mempoolMinimum();
        return ChainJson.object()
                .put("loaded", true)
                .put("size", mempool.entries().size())
                .put("bytes", bytes)
                .put("total_fee", ChainJson.bitcoin(fees))
                .put("mempoolminfee", ChainJson.perKvb(minimum.lessThan(relay) ? relay : minimum))
                .put("minrelaytxfee", ChainJson.perKvb(relay))
                .put("incrementalrelayfee", ChainJson.perKvb(new FeeratePerKw(250)))
                .put("fullrbf", true);
    }

    private JsonNode rawMempool(RpcParams p) {
        boolean verbose = p.flag("verbose", false);
        return chain.read((state, mempool) -> {
            ArrayNode ids = ChainJson.array();
            ObjectNode entries = ChainJson.object();
            for (Mempool.Entry entry : mempool.entries()) {
                ids.add(entry.tx().txid().toString());
                entries.putObject(entry.tx().txid().toString())
                        .put("vsize", entry.tx().virtualSize())
                        .put("weight", entry.tx().weight())
                        .putObject("fees")
                        .put("base", ChainJson.bitcoin(entry.fee()));
            }
            return verbose ? entries : ids;
        });
    }

    private JsonNode networkInfo() {
        return ChainJson.object()
                .put("version", VERSION)
                .put("subversion", "/Fulgurite:0.1.0(simulated)/")
                .put("protocolversion", 70016)
                .put("localrelay", true)
                .put("networkactive", false)
                .put("connections", 0)
                .put("relayfee", ChainJson.perKvb(chain.settings().minRelayFeerate()))
                .put("incrementalfee", ChainJson.perKvb(new FeeratePerKw(250)))
                .put("warnings", "");
    }

    private JsonNode generateToAddress(RpcParams p) {
        int count = p.number("nblocks");
        if (count < 0 || count > 10_000)
            throw new RpcErrorException(RpcErrorException.INVALID_PARAMETER, "nblocks must be 0 to 10000");
        ArrayNode hashes = ChainJson.array();
        for (var block : chain.mine(count, p.address("address").script())) hashes.add(ChainJson.text(block.hash()));
        return hashes;
    }

    /** In bitcoind the wallet pays; here the chain's own miner does. */
    private JsonNode sendToAddress(RpcParams p) {
        var output = new TxOutput(p.amount("amount"), p.address("address").script());
        try {
            return TextNode.valueOf(chain.give(List.of(output)).txid().toString());
        } catch (IllegalArgumentException e) {
            throw new RpcErrorException(RpcErrorException.MISC, e.getMessage());
        }
    }

    private JsonNode invalidateBlock(RpcParams p) {
        chain.invalidate(p.hash("blockhash")).ifPresent(why -> {
            throw new RpcErrorException(RpcErrorException.INVALID_ADDRESS_OR_KEY, why);
        });
        return NullNode.getInstance();
    }

    private JsonNode stop() {
        onStop.run();
        return TextNode.valueOf("Fulgurite's chain stopping");
    }
}
