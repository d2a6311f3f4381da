package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import fulgurite.node.chain.bitcoind.BitcoindWallet.Entry;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.TxId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code listsinceblock} says of each output, put together by transactions. Of one that spends the wallet's coins it
 * lists every output as sent, with change, and those that pay to the wallet as received once more.
 */
final class WalletEntries {
    private WalletEntries() {}

    /** Oldest first, those that wait last. */
    static List<Entry> of(JsonNode listed) {
        Map<String, List<JsonNode>> byId = new LinkedHashMap<>();
        for (JsonNode one : listed) {
            if (!isVoid(one)) byId.computeIfAbsent(one.path("txid").asText(), id -> new ArrayList<>()).add(one);
        }
        return byId.values()
                .stream()
                .sorted(Comparator.comparingInt(WalletEntries::height)
                        .thenComparing(parts -> parts.getFirst().path("time").asLong()))
                .map(WalletEntries::entry)
                .toList();
    }

    /** Displaced by a block or in the mempool, or given up. */
    private static boolean isVoid(JsonNode one) {
        int confirmations = one.path("confirmations").asInt();
        boolean isDisplaced = one.has("replaced_by_txid") || !one.path("mempoolconflicts").isEmpty();
        return confirmations < 0 || confirmations == 0 && isDisplaced || one.path("abandoned").asBoolean()
                || one.path("category").asText().equals("orphan");
    }

    private static int height(List<JsonNode> parts) {
        return parts.getFirst().path("blockheight").asInt(Integer.MAX_VALUE);
    }

    private static Entry entry(List<JsonNode> parts) {
        Satoshi received = Satoshi.ZERO;
        Satoshi sent = Satoshi.ZERO;
        Optional<Satoshi> fee = Optional.empty();
        for (JsonNode part : parts) {
            Satoshi amount = BitcoindBackend.satoshi(positive(part.path("amount")));
            if (part.path("category").asText().equals("send")) {
                sent = sent.plus(amount);
                fee = Optional.of(BitcoindBackend.satoshi(positive(part.path("fee"))));
            } else {
                received = received.plus(amount);
            }
        }
        int height = height(parts);
        return new Entry(TxId.fromText(parts.getFirst().path("txid").asText()),
                height == Integer.MAX_VALUE ? Optional.empty() : Optional.of(height), received,
                fee.map(sent::plus).orElse(Satoshi.ZERO), fee);
    }

    private static JsonNode positive(JsonNode bitcoin) {
        return DecimalNode
                .valueOf(bitcoin.isNumber() ? bitcoin.decimalValue().abs() : BigDecimal.ZERO);
    }
}
