package fulgurite.node.wallet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fulgurite.node.file.WholeFile;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.TxId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which coins of bitcoind's wallet this node has locked, and why; and which of its transactions the user made. It is
 * written before a coin is locked, so that whenever the node ends, the next start knows what to unlock. A file of the data
 * directory; what it holds of other wallets of bitcoind stays for when they are used again. Thread-safe.
 */
final class LockBook {
    /** What it is called in a data directory. */
    static final String NAME = "bitcoind-wallet.json";
    private static final int VERSION = 1;
    private static final int MOST_SENT = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(LockBook.class);

    private final Optional<Path> path;
    private final String wallet;
    private final SortedMap<Long, Hold> holds = new TreeMap<>();
    private final List<String> sent = new ArrayList<>();
    private final List<JsonNode> others = new ArrayList<>();
    private long next = 1;

    /**
     * Coins that are locked together.
     *
     * @param channel that they are to fund; empty for a payment
     * @param isOver whether they are wanted no more and only wait to be unlocked
     */
    record Hold(long id, Optional<Long> channel, List<OutPoint> coins, boolean isOver) {
        Hold {
            coins = List.copyOf(coins);
        }
    }

    private LockBook(Optional<Path> path, String wallet) {
        this.path = path;
        this.wallet = wallet;
    }

    /** Kept as long as the program runs. */
    static LockBook inMemory() {
        return new LockBook(Optional.empty(), "");
    }

    /** @param wallet bitcoind's name of it @throws UncheckedIOException when it cannot be read */
    static LockBook in(Path dataDirectory, String wallet) {
        Path path = dataDirectory.resolve(NAME);
        var book = new LockBook(Optional.of(path), wallet);
        if (!Files.exists(path)) return book;
        try {
            JsonNode all = JSON.readTree(path.toFile());
            if (all.path("version").asInt() != VERSION)
                throw new IOException("it is of version " + all.path("version") + ", not " + VERSION);
            for (JsonNode part : all.path("wallets"))
                if (part.path("name").asText().equals(wallet)) book.read(part);
                else book.others.add(part);
            return book;
        } catch (IOException | RuntimeException e) {
            throw new UncheckedIOException("cannot read " + path + ", which says what coins of bitcoind's wallet this"
                    + " node has locked: mend it, or move it away and look at 'bitcoin-cli listlockunspent'",
                    e instanceof IOException io ? io : new IOException(e));
        }
    }

    private void read(JsonNode part) {
        for (JsonNode hold : part.path("holds")) {
            var coins = new ArrayList<OutPoint>();
            for (JsonNode coin : hold.path("coins"))
                coins.add(new OutPoint(TxId.fromText(coin.path(0).asText()), coin.path(1).asInt()));
            Optional<Long> channel = hold.has("channel")
                    ? Optional.of(hold.path("channel").asLong())
                    : Optional.empty();
            put(new Hold(next++, channel, coins, hold.path("over").asBoolean()));
        }
        for (JsonNode txid : part.path("sent")) sent.add(txid.asText());
    }

    /** In the order of their beginning. */
    synchronized List<Hold> holds() {
        return List.copyOf(holds.values());
    }

    /** @throws UncheckedIOException when it cannot be written: then nothing may be locked */
    synchronized Hold hold(Optional<Long> channel, List<OutPoint> coins) {
        var hold = new Hold(next++, channel, coins, false);
        put(hold);
        try {
            write();
        } catch (UncheckedIOException e) {
            holds.remove(hold.id());
            throw e;
        }
        return hold;
    }

    /** The coins are wanted no more. Lost by a crash, it is found out again. */
    synchronized void over(Hold hold) {
        if (!holds.containsKey(hold.id())) return;
        put(new Hold(hold.id(), hold.channel(), hold.coins(), true));
    }

    /** The coins are unlocked or spent. */
    synchronized void drop(Hold hold) {
        if (holds.remove(hold.id()) != null) tryToWrite();
    }

    /** A payment of the user's, which another may replace. */
    synchronized void markSent(TxId txid) {
        sent.add(txid.toString());
        if (sent.size() > MOST_SENT) sent.removeFirst();
        tryToWrite();
    }

    synchronized boolean isSent(TxId txid) {
        return sent.contains(txid.toString());
    }

    private void put(Hold hold) {
        holds.put(hold.id(), hold);
    }

    /** What is not written is only found out again, or not known as replaceable any more. */
    private void tryToWrite() {
        try {
            write();
        } catch (UncheckedIOException e) {
            LOG.warn("{}", e.getMessage(), e);
        }
    }

    private void write() {
        if (path.isEmpty()) return;
        ObjectNode all = JSON.createObjectNode().put("version", VERSION);
        ArrayNode wallets = all.putArray("wallets").addAll(others);
        ObjectNode part = wallets.addObject().put("name", wallet);
        ArrayNode written = part.putArray("holds");
        for (Hold hold : holds.values()) {
            ObjectNode one = written.addObject();
            hold.channel().ifPresent(index -> one.put("channel", index));
            ArrayNode coins = one.putArray("coins");
            hold.coins().forEach(coin -> coins.addArray().add(coin.txid().toString()).add(coin.index()));
            one.put("over", hold.isOver());
        }
        ArrayNode ids = part.putArray("sent");
        sent.forEach(ids::add);
        try {
            // Durably: an old one that comes back after a power cut would have a locked coin forgotten.
            WholeFile.replace(path.get(), all.toPrettyString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path.get(), e);
        }
    }
}
