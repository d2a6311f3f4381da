package fulgurite.node.wallet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.chain.BlockFollower.Known;
import fulgurite.node.file.WholeFile;
import fulgurite.node.wallet.WalletKeys.Branch;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.crypto.Hashes;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scan point in a file of the data directory: the checksum of the rest, then one JSON object. What is damaged, or of
 * another wallet or version, counts as not there. Nobody but the wallet needs it, and it holds no secret.
 */
public final class ScanFile implements ScanStore {
    /** What it is called in a data directory. */
    public static final String NAME = "wallet.scan";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(ScanFile.class);

    private final Path path;
    private final String wallet;

    /** @param keys of the wallet: another one's scan point is of no use */
    public ScanFile(Path dataDirectory, WalletKeys keys) {
        this.path = dataDirectory.resolve(NAME);
        this.wallet = keys.fingerprint();
    }

    @Override
    public Optional<ScanPoint> read() {
        if (!Files.exists(path)) return Optional.empty();
        try {
            String text = Files.readString(path);
            int line = text.indexOf('\n');
            String body = text.substring(line + 1);
            if (line < 0 || !text.substring(0, line).equals(checksum(body))) return spoiled("it is damaged");
            JsonNode node = JSON.readTree(body);
            if (node.path("version").asInt() != VERSION || !node.path("wallet").asText().equals(wallet))
                return spoiled("it is another wallet's, or of another version");
            return Optional.of(point(node));
        } catch (IOException | RuntimeException e) {
            return spoiled(String.valueOf(e.getMessage()));
        }
    }

    private Optional<ScanPoint> spoiled(String why) {
        LOG.warn("{} is of no use, and the wallet scans from its birth: {}", path, why);
        return Optional.empty();
    }

    private static ScanPoint point(JsonNode node) {
        var blocks = new ArrayList<Known>();
        for (JsonNode block : node.path("blocks"))
            blocks.add(new Known(new BlockHeight(block.path(0).asInt()), Bytes32.fromHex(block.path(1).asText())));
        var transactions = new ArrayList<ScanPoint.Confirmed>();
        for (JsonNode tx : node.path("transactions"))
            transactions.add(new ScanPoint.Confirmed(new BlockHeight(tx.path(0).asInt()),
                    Tx.parse(Bytes.fromHex(tx.path(1).asText()))));
        var used = new TreeMap<Branch, Integer>();
        for (Branch branch : Branch.values()) used.put(branch, node.path("used").path(branch.name()).asInt());
        return new ScanPoint(new BlockHeight(node.path("next").asInt()), blocks, transactions, used);
    }

    /** A failure is told and leaves the old one: the next start scans more. */
    @Override
    public void write(ScanPoint point) {
        try {
            String body = JSON.writeValueAsString(json(point)) + "\n";
            WholeFile.replace(path, checksum(body) + "\n" + body);
        } catch (IOException e) {
            LOG.warn("cannot write how far the wallet has scanned to {}: {}", path, e.getMessage());
        }
    }

    private ObjectNode json(ScanPoint point) {
        ObjectNode node = JSON.createObjectNode().put("version", VERSION).put("wallet", wallet);
        node.put("next", point.next().height());
        ObjectNode used = node.putObject("used");
        for (Branch branch : Branch.values()) used.put(branch.name(), point.used().getOrDefault(branch, 0));
        ArrayNode blocks = node.putArray("blocks");
        for (Known block : point.blocks()) blocks.addArray().add(block.height().height()).add(block.hash().toHex());
        ArrayNode transactions = node.putArray("transactions");
        for (ScanPoint.Confirmed found : point.transactions())
            transactions.addArray().add(found.height().height()).add(found.tx().toBytes().toHex());
        return node;
    }

    private static String checksum(String body) {
        return Hashes.sha256(Bytes.ofOwned(body.getBytes(StandardCharsets.UTF_8))).toHex();
    }
}
