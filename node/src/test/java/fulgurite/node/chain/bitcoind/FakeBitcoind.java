package fulgurite.node.chain.bitcoind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Something that answers as a bitcoind does, with what a test gives it to say. */
final class FakeBitcoind implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Map<String, String> answers = new ConcurrentHashMap<>(Map.of(
            "getblockchaininfo", """
                    {"chain":"regtest","blocks":0,"headers":7,"pruned":false,"bestblockhash":"%s"}"""
                    .formatted("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
            "getblockhash", "\"0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206\"",
            "getnetworkinfo", "{\"version\":280000,\"subversion\":\"/Satoshi:28.0.0/\"}",
            "getmempoolinfo", "{\"mempoolminfee\":0.00001000,\"minrelaytxfee\":0.00001000}"));
    private final Map<String, ObjectNode> refusals = new ConcurrentHashMap<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean mute;
    private final AtomicInteger busy = new AtomicInteger();

    FakeBitcoind() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.start();
    }

    BitcoindSettings settings() {
        return BitcoindSettings.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                new RpcCredentials.Password("alice", "secret"), BitcoinNetwork.REGTEST);
    }

    /** From now on. @param result JSON */
    FakeBitcoind answers(String method, String result) {
        answers.put(method, result);
        refusals.remove(method);
        return this;
    }

    /** From now on. */
    FakeBitcoind refuses(String method, int code, String message) {
        refusals.put(method, JsonNodeFactory.instance.objectNode().put("code", code).put("message", message));
        return this;
    }

    /** It takes calls and says nothing. */
    void mute(boolean silent) {
        mute = silent;
    }

    /** Of so many calls it says that too many wait. */
    void isBusyFor(int calls) {
        busy.set(calls);
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode call = JSON.readTree(exchange.getRequestBody());
        String method = call.path("method").asText();
        calls.add(method);
        if (mute) {
            awaitClose();
            return;
        }
        if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        String result = answers.get(method);
        if (refusals.containsKey(method)) answer.set("error", refusals.get(method));
        else if (result == null) answer.putObject("error").put("code", -32601).put("message", "Method not found");
        else answer.set("result", JSON.readTree(result));
        byte[] body = answer.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(result == null ? 404 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void awaitClose() {
        try {
            closed.await(Duration.ofMinutes(1).toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
