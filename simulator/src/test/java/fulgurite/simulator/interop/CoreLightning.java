package fulgurite.simulator.interop;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fulgurite.protocol.units.NodeId;
import fulgurite.simulator.node.Village;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A lightningd, over its JSON-RPC on a socket of the file system. */
final class CoreLightning implements OtherNode {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Program program;
    private final Path socket;
    final Path log;
    final int tcp = Program.freePort();
    final int webSocket = Program.freePort();
    final NodeId id;

    /** Skips the test where a program is missing, before anything is started. */
    static void require() {
        Program.orSkip("bitcoin-cli");
        Program.orSkip("lightningd");
    }

    CoreLightning(Path directory, BitcoinCore chain) {
        Path cli = Program.orSkip("bitcoin-cli");
        this.socket = directory.resolve("regtest/lightning-rpc");
        this.log = directory.resolve("log");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.program = new Program(List.of(Program.orSkip("lightningd").toString(), "--network=regtest",
                "--lightning-dir="
                        + directory,
                "--bitcoin-cli=" + cli, "--bitcoin-datadir=" + chain.directory, "--bitcoin-rpcport="
                        + chain.port(),
                "--bitcoin-rpcuser=" + BitcoinCore.USER, "--bitcoin-rpcpassword="
                        + BitcoinCore.PASSWORD,
                "--developer", "--dev-fast-gossip", "--dev-bitcoind-poll=1",
                "--bind-addr=127.0.0.1:" + tcp, "--bind-addr=ws:127.0.0.1:" + webSocket, "--force-feerates=2500",
                "--ignore-fee-limits=true", "--log-level=debug", "--log-file=" + log),
                directory.resolve("printed.txt"));
        start();
        this.id = NodeId.fromHex(call("getinfo").path("id").asText());
    }

    @Override
    public void start() {
        program.start();
        Village.until("lightningd answers", () -> {
            try {
                return call("getinfo").has("id");
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
        var named = JSON.createObjectNode();
        for (int i = 0; i < parameters.length; i += 2)
            named.set((String) parameters[i], JSON.valueToTree(parameters[i + 1]));
        var request = JSON.valueToTree(Map.of("jsonrpc", "2.0", "id", "fulgurite", "method", method, "params", named));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(request.toString().getBytes(StandardCharsets.UTF_8)));
            try (JsonParser parser = JSON.getFactory().createParser(Channels.newInputStream(channel))) {
                JsonNode answer = parser.readValueAsTree();
                if (answer == null) throw new IOException("lightningd hung up");
                if (answer.has("error")) throw new IllegalStateException(method + ": " + answer.path("error"));
                return answer.path("result");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String tcpUri() {
        return id + "@127.0.0.1:" + tcp;
    }

    @Override
    public NodeId id() {
        return id;
    }

    @Override
    public String newAddress() {
        return call("newaddr", "addresstype", "p2tr").path("p2tr").asText();
    }

    @Override
    public void connect(String uri) {
        call("connect", "id", uri);
    }

    @Override
    public void open(NodeId peer, long sat, long pushSat) {
        call("fundchannel", "id", peer.toString(), "amount", sat, "push_msat", pushSat * 1000, "announce", true);
    }

    @Override
    public boolean isUsable(NodeId peer) {
        return state(peer).equals("CHANNELD_NORMAL") && isConnected(peer);
    }

    @Override
    public boolean isConnected(NodeId peer) {
        return channel(peer).path("peer_connected").asBoolean();
    }

    @Override
    public boolean isClosed(NodeId peer) {
        return state(peer).equals("ONCHAIN") || state(peer).isEmpty() || state(peer).equals("CLOSED");
    }

    @Override
    public int knownChannels() {
        return call("listchannels").path("channels").size() / 2;
    }

    @Override
    public int pending(NodeId peer) {
        return channel(peer).path("htlcs").size();
    }

    @Override
    public long toUsMsat(NodeId peer) {
        return channel(peer).path("to_us_msat").asLong();
    }

    @Override
    public boolean pay(String bolt11) {
        try {
            return call("pay", "bolt11", bolt11).path("status").asText().equals("complete");
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Override
    public void forget(String label) {
        call("delinvoice", "label", label, "status", "unpaid");
    }

    @Override
    public int paid() {
        int complete = 0;
        for (JsonNode pay : call("listpays").path("pays"))
            if (pay.path("status").asText().equals("complete")) complete++;
        return complete;
    }

    @Override
    public void closeByAgreement(NodeId peer) {
        call("close", "id", peer.toString());
    }

    @Override
    public void closeAlone(NodeId peer) {
        call("dev-fail", "id", peer.toString());
    }

    String webSocketUri() {
        return id + "@ws://127.0.0.1:" + webSocket;
    }

    JsonNode channel(NodeId peer) {
        JsonNode all = call("listpeerchannels", "id", peer.toString()).path("channels");
        return all.path(all.size() - 1);
    }

    String state(NodeId peer) {
        return channel(peer).path("state").asText();
    }

    @Override
    public String invoice(long msat, String label) {
        return call("invoice", "amount_msat", msat, "label", label, "description", label).path("bolt11").asText();
    }

    @Override
    public long onChainSat() {
        long sat = 0;
        for (JsonNode output : call("listfunds").path("outputs"))
            if (output.path("status").asText().equals("confirmed")) sat += output.path("amount_msat").asLong() / 1000;
        return sat;
    }

    @Override
    public int height() {
        return call("getinfo").path("blockheight").asInt();
    }

    @Override
    public void close() {
        kill();
    }
}
