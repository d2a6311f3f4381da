package fulgurite.simulator.chain;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.acinq.bitcoin.Crypto;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.math.BigDecimal;
import java.util.List;

/** Blocks, transactions and amounts as bitcoind writes them in JSON, without its disassembled scripts and descriptors. */
final class ChainJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Amounts keep their eight decimals and never become binary fractions. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .nodeFactory(NODES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private ChainJson() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    static ArrayNode array() {
        return NODES.arrayNode();
    }

    /** As people and bitcoind write hashes: reversed. */
    static String text(Bytes32 hash) {
        return hash.bytes().reversed().toHex();
    }

    static BigDecimal bitcoin(Satoshi amount) {
        return BigDecimal.valueOf(amount.sat(), 8);
    }

    /** In bitcoin for a thousand virtual bytes. */
    static BigDecimal perKvb(FeeratePerKw feerate) {
        return BigDecimal.valueOf(4 * feerate.satPerKw(), 8);
    }

    static ObjectNode header(ForgedBlock block, ChainState chain) {
        ObjectNode json = object().put("hash", text(block.hash()))
                .put("confirmations", chain.height() - block.height() + 1)
                .put("height", block.height())
                .put("version", block.header().version)
                .put("versionHex", String.format("%08x", block.header().version))
                .put("merkleroot", Bytes.copyOf(block.header().hashMerkleRoot.toByteArray()).reversed().toHex())
                .put("time", block.header().time)
                .put("mediantime", chain.medianTimePast(block.height()))
                .put("nonce", block.header().nonce)
                .put("bits", String.format("%08x", block.header().bits))
                .put("difficulty", new BigDecimal("4.656542373906925e-10"))
                .put("nTx", block.transactions().size());
        chain.block(block.height() - 1).ifPresent(previous -> json.put("previousblockhash", text(previous.hash())));
        chain.block(block.height() + 1).ifPresent(next -> json.put("nextblockhash", text(next.hash())));
        return json;
    }

    /** @param decoded whether transactions are written out, or only named */
    static ObjectNode block(ForgedBlock block, ChainState chain, boolean decoded) {
        ObjectNode json = header(block, chain).put("size", block.raw().size()).put("weight", block.weight());
        ArrayNode transactions = json.putArray("tx");
        for (ParsedTx tx : block.transactions())
            if (decoded) transactions.add(transaction(tx));
            else transactions.add(tx.txid().toString());
        return json;
    }

    static ObjectNode transaction(ParsedTx parsed) {
        ObjectNode json = object().put("txid", parsed.txid().toString())
                .put("hash", witnessTxid(parsed))
                .put("version", parsed.tx().version())
                .put("size", parsed.raw().size())
                .put("vsize", parsed.virtualSize())
                .put("weight", parsed.weight())
                .put("locktime", parsed.tx().lockTime());
        ArrayNode inputs = json.putArray("vin");
        for (TxInput input : parsed.tx().inputs()) inputs.add(input(input, parsed.isCoinbase()));
        ArrayNode outputs = json.putArray("vout");
        for (TxOutput output : parsed.tx().outputs())
            outputs.add(object().put("value", bitcoin(output.amount()))
                    .put("n", outputs.size())
                    .set("scriptPubKey", script(output.script())));
        return json.put("hex", parsed.raw().toHex());
    }

    static ObjectNode script(Bytes script) {
        ObjectNode json = object().put("hex", script.toHex());
        Address.ofScript(script, BitcoinNetwork.REGTEST).ifPresent(address -> json.put("address", address.toString()));
        return json.put("type", typeOf(script));
    }

    static String witnessTxid(ParsedTx parsed) {
        return Bytes.copyOf(Crypto.hash256(parsed.raw().toByteArray())).reversed().toHex();
    }

    private static ObjectNode input(TxInput input, boolean coinbase) {
        ObjectNode json = object();
        if (coinbase) {
            json.put("coinbase", input.scriptSig().toHex());
        } else {
            json.put("txid", input.outPoint().txid().toString())
                    .put("vout", input.outPoint().index())
                    .set("scriptSig", object().put("hex", input.scriptSig().toHex()));
        }
        List<Bytes> witness = input.witness();
        if (!witness.isEmpty()) {
            ArrayNode items = json.putArray("txinwitness");
            for (Bytes item : witness) items.add(item.toHex());
        }
        return json.put("sequence", input.sequence());
    }

    private static String typeOf(Bytes script) {
        if (!script.isEmpty() && script.unsigned(0) == 0x6a) return "nulldata";
        return Address.ofScript(script, BitcoinNetwork.REGTEST).map(address -> switch (address.version()) {
            case 0 -> address.program().size() == 20 ? "witness_v0_keyhash" : "witness_v0_scripthash";
            case 1 -> address.program().size() == 32 ? "witness_v1_taproot" : "anchor";
            default -> "witness_unknown";
        }).orElse("nonstandard");
    }
}
