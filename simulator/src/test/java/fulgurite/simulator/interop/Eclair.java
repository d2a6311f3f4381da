package fulgurite.simulator.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.units.NodeId;
import fulgurite.simulator.node.Village;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An eclair node, over its HTTP API, with its coins in a wallet of bitcoind's. */
final class Eclair implements OtherNode {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "interop";
    private final Program program;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int api = Program.freePort();
    private final int tcp = Program.freePort();
    private final Map<String, String> hashes = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();
    private final NodeId id;

    /** Skips the test where it is missing, before anything is started. */
    static Path require() {
        return Program.orSkip("eclair-node.sh", "ECLAIR");
    }

    Eclair(Path directory, BitcoinCore chain) {
        Path script = require();
        String wallet = "eclair" + tcp;
        chain.createWallet(wallet);
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("eclair.conf"), settings(chain, wallet));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.program = new Program(List.of(script.toString(), "-Declair.datadir=" + directory,
                "-Declair.printToConsole=false"), directory.resolve("printed.txt"));
        start();
        this.id = NodeId.fromHex(call("getinfo").path("nodeId").asText());
    }

    /** Its delays, which spread the work of a large node, would make each block of a test wait. */
    private String settings(BitcoinCore chain, String wallet) {
        return String.join("\n", "eclair.chain = regtest", "eclair.server.port = " + tcp,
                "eclair.server.binding-ip = \"127.0.0.1\"", "eclair.api.enabled = true",
                "eclair.api.password = " + PASSWORD, "eclair.api.port = " + api,
                "eclair.bitcoind.host = \"127.0.0.1\"",
                "eclair.bitcoind.rpcport = " + chain.port(), "eclair.bitcoind.rpcuser = " + BitcoinCore.USER,
                "eclair.bitcoind.rpcpassword = " + BitcoinCore.PASSWORD, "eclair.bitcoind.wallet = " + wallet,
                "eclair.bitcoind.zmqblock = \"" + chain.blocksEndpoint() + "\"",
                "eclair.bitcoind.zmqtx = \"" + chain.transactionsEndpoint() + "\"",
                "eclair.bitcoind.startup-locked-utxos-behavior = unlock",
                "eclair.channel.to-remote-delay-blocks = 24", "eclair.channel.max-restart-watch-delay = 1 millis",
                "eclair.channel.max-block-processing-delay = 1 millis",
                "eclair.channel.max-tx-publish-retry-delay = 1 second", "eclair.channel.min-depth-blocks = 6",
                "eclair.channel.max-htlc-value-in-flight-percent = 100", "eclair.router.broadcast-interval = 1 second",
                "eclair.router.watch-spent-window = 1 second", "");
    }

    @Override
    public void start() {
        program.start();
        Village.until("eclair answers", () -> {
            if (!program.isAlive()) throw new IllegalStateException("eclair has ended: " + program.printed());
            try {
                return call("getinfo").has("nodeId");
            } catch (UncheckedIOException e) {
                return false;
            }
        });
    }

    @Override
    public void kill() {
        program.kill();
    }

    /** @param parameters names and values in turn */
    JsonNode call(String method, Object... parameters) {
        var form = new StringJoiner("&");
        for (int i = 0; i < parameters.length; i += 2)
            form.add(parameters[i] + "=" + URLEncoder.encode(parameters[i + 1].toString(), StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api + "/" + method))
                .header("Authorization", "Basic "
                        + Base64.getEncoder().encodeToString((":" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) throw new IllegalStateException(method + ": " + answer.body());
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public NodeId id() {
        return id;
    }

    @Override
    public String tcpUri() {
        return id + "@127.0.0.1:" + tcp;
    }

    @Override
    public String newAddress() {
        return call("getnewaddress").asText();
    }

    @Override
    public int height() {
        return call("getinfo").path("blockHeight").asInt();
    }

    @Override
    public long onChainSat() {
        return call("onchainbalance").path("confirmed").asLong();
    }

    @Override
    public void connect(String uri) {
        call("connect", "uri", uri);
    }

    @Override
    public void open(NodeId peer, long sat, long pushSat) {
        call("open", "nodeId", peer, "fundingSatoshis", sat, "pushMsat", pushSat * 1000, "announceChannel", true,
                "fundingFeeBudgetSatoshis", 10_000);
    }

    /** The newest one that is not closed. */
    JsonNode channel(NodeId peer) {
        JsonNode all = call("channels", "nodeId", peer);
        return all.path(all.size() - 1);
    }

    private String state(NodeId peer) {
        return channel(peer).path("state").asText();
    }

    @Override
    public boolean isUsable(NodeId peer) {
        return state(peer).equals("NORMAL");
    }

    @Override
    public boolean isConnected(NodeId peer) {
        return isUsable(peer);
    }

    @Override
    public boolean isClosed(NodeId peer) {
        return state(peer).isEmpty() || state(peer).equals("CLOSED");
    }

    @Override
    public int knownChannels() {
        return call("allupdates").size() / 2;
    }

    @Override
    public int pending(NodeId peer) {
        return spec(peer).path("htlcs").size();
    }

    @Override
    public long toUsMsat(NodeId peer) {
        return spec(peer).path("toLocal").asLong();
    }

    private JsonNode spec(NodeId peer) {
        return channel(peer).path("data").path("commitments").path("active").path(0).path("localCommit").path("spec");
    }

    @Override
    public String invoice(long msat, String label) {
        JsonNode invoice = call("createinvoice", "amountMsat", msat, "description", label);
        hashes.put(label, invoice.path("paymentHash").asText());
        return invoice.path("serialized").asText();
    }

    @Override
    public void forget(String label) {
        call("deleteinvoice", "paymentHash", hashes.get(label));
    }

    @Override
    public boolean pay(String bolt11) {
        boolean paid = call("payinvoice", "invoice", bolt11, "blocking", true).path("type")
                .asText()
                .equals("payment-sent");
        if (paid) made.incrementAndGet();
        return paid;
    }

    @Override
    public int paid() {
        return made.get();
    }

    @Override
    public void closeByAgreement(NodeId peer) {
        call("close", "channelId", channel(peer).path("channelId").asText());
    }

    @Override
    public void closeAlone(NodeId peer) {
        call("forceclose", "channelId", channel(peer).path("channelId").asText());
    }

    @Override
    public void close() {
        kill();
        http.close();
    }
}
