package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The server's formats, as bitcoind's clients read them. */
class BitcoindRpcServerTest {
    private static final ActorTestKit AKKA = ActorTestKit.create();
    private static final RpcCredentials.Password CREDENTIALS = new RpcCredentials.Password("alice", "secret");
    private static final String ADDRESS = Address.ofScript(ChainFixture.SCRIPT, BitcoinNetwork.REGTEST)
            .orElseThrow()
            .toString();
    private final ChainFixture fixture = new ChainFixture();
    private final RegtestChain chain = fixture.chain;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final BitcoindRpcServer.Bound server = BitcoindRpcServer
            .start(AKKA.system(), chain, CREDENTIALS, "127.0.0.1", 0, () -> stopped.set(true))
            .toCompletableFuture()
            .join();

    @AfterEach
    void stopServer() {
        server.stop().toCompletableFuture().join();
    }

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @Test
    void tells_of_the_chain() throws Exception {
        JsonNode info = result("getblockchaininfo");
        assertThat(info.path("chain").asText()).isEqualTo("regtest");
        assertThat(info.path("bestblockhash").asText())
                .isEqualTo("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206");
        result("generatetoaddress", "3", "\"" + ADDRESS + "\"");
        assertThat(result("getblockcount").asInt()).isEqualTo(3);
        assertThat(result("getbestblockhash")).isEqualTo(result("getblockhash", "3"));
        JsonNode header = result("getblockheader", result("getblockhash", "2").toString());
        assertThat(header.path("height").asInt()).isEqualTo(2);
        assertThat(header.path("confirmations").asInt()).isEqualTo(2);
        assertThat(header.path("previousblockhash")).isEqualTo(result("getblockhash", "1"));
        assertThat(header.path("nextblockhash")).isEqualTo(result("getblockhash", "3"));
    }

    @Test
    void writes_blocks_raw_named_and_decoded_with_amounts_of_eight_decimals() throws Exception {
        result("generatetoaddress", "1", "\"" + ADDRESS + "\"");
        String hash = result("getbestblockhash").toString();
        String raw = result("getblock", hash, "0").asText();
        assertThat(raw).startsWith(result("getblockheader", hash, "false").asText());
        JsonNode named = result("getblock", hash);
        JsonNode decoded = result("getblock", hash, "2").path("tx").path(0);
        assertThat(decoded.path("txid")).isEqualTo(named.path("tx").path(0));
        assertThat(decoded.path("vin").path(0).has("coinbase")).isTrue();
        assertThat(decoded.path("vout").path(0).path("scriptPubKey").path("address").asText()).isEqualTo(ADDRESS);
        assertThat(post(call("getblock", hash, "2")).body()).contains("\"value\":50.00000000,");
        assertThat(decoded.path("hex").asText()).isEqualTo(
                chain.block(new BlockHeight(1)).orElseThrow().transactions().getFirst().toBytes().toHex());
    }

    @Test
    void tells_what_became_of_each_transaction_of_a_package() throws Exception {
        Tx parent = spend(fixture.coin(100_000), 110);
        Tx child = spend(output(parent, 0), 5_000);
        chain.setMempoolMinimum(new FeeratePerKw(2_500));
        JsonNode taken = result("submitpackage", array(parent, child));
        assertThat(taken.path("package_msg").asText()).isEqualTo("success");
        JsonNode first = taken.path("tx-results").path(ChainJson.witnessTxid(ParsedTx.of(parent)));
        assertThat(first.path("txid").asText()).isEqualTo(parent.txid().toString());
        assertThat(first.path("vsize").asInt()).isEqualTo(110);
        assertThat(first.path("fees").path("base").decimalValue()).isEqualByComparingTo("0.0000011");
        assertThat(first.path("fees").path("effective-includes")).hasSize(2);
        assertThat(first.path("fees").path("effective-feerate").decimalValue()).isGreaterThan(
                ChainJson.perKvb(new FeeratePerKw(5_000)));
        Tx better = spend(output(parent, 0), 9_000);
        assertThat(result("submitpackage", array(parent, better)).path("replaced-transactions").path(0).asText())
                .isEqualTo(child.txid().toString());
        Tx early = spend(output(better, 0), 500, 3, 0);
        JsonNode refused = result("submitpackage", array(early, spend(output(early, 0), 500)));
        assertThat(refused.path("package_msg").asText()).isEqualTo("transaction failed");
        assertThat(refused.path("tx-results")).extracting(each -> each.path("error").asText())
                .containsExactly("non-BIP68-final", "package-not-validated");
        assertError(call("submitpackage", array(child, parent)), 500, -25);
        assertError(call("submitpackage", array(parent)), 500, -8);
    }

    private static String array(Tx... transactions) {
        return Stream.of(transactions)
                .map(tx -> "\"" + tx.toBytes().toHex() + "\"")
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void pays_and_shows_the_mempool_and_outputs() throws Exception {
        String txid = result("sendtoaddress", "\"" + ADDRESS + "\"", "0.12345678").asText();
        assertThat(result("getrawmempool").path(0).asText()).isEqualTo(txid);
        assertThat(result("getmempoolinfo").path("size").asInt()).isEqualTo(1);
        assertThat(result("gettxout", "\"" + txid + "\"", "0").path("confirmations").asInt()).isZero();
        assertThat(result("gettxout", "\"" + txid + "\"", "0", "false").isNull()).isTrue();
        result("generatetoaddress", "1", "\"" + ADDRESS + "\"");
        assertThat(post(call("gettxout", "\"" + txid + "\"", "0")).body()).contains("\"value\":0.12345678,");
        JsonNode transaction = result("getrawtransaction", "\"" + txid + "\"", "true");
        assertThat(transaction.path("confirmations").asInt()).isEqualTo(1);
        assertThat(transaction.path("blockhash")).isEqualTo(result("getbestblockhash"));
    }

    @Test
    void tests_and_sends_transactions_with_bitcoinds_codes() throws Exception {
        Tx tx = spend(fixture.coin(100_000), 500);
        String hex = "\"" + tx.toBytes().toHex() + "\"";
        assertThat(result("testmempoolaccept", "[" + hex + "]").path(0).path("allowed").asBoolean()).isTrue();
        assertThat(result("sendrawtransaction", hex).asText()).isEqualTo(tx.txid().toString());
        assertThat(result("testmempoolaccept", "[" + hex + "]").path(0).path("reject-reason").asText())
                .isEqualTo("txn-already-in-mempool");
        chain.mine(1);
        assertError(call("sendrawtransaction", hex), 500, -27);
        Tx spentAgain = spend(output(tx, 7 % tx.outputs().size()), 10);
        assertError(call("sendrawtransaction", "\"" + spentAgain.toBytes().toHex() + "\""), 500, -26);
        assertError(call("sendrawtransaction", "\"00\""), 500, -22);
    }

    @Test
    void takes_a_block_back() throws Exception {
        chain.mine(3);
        result("invalidateblock", result("getblockhash", "2").toString());
        assertThat(result("getblockcount").asInt()).isEqualTo(1);
        assertError(call("getblockhash", "2"), 500, -8);
    }

    @Test
    void answers_by_name_and_in_batches_and_by_both_versions_of_json_rpc() throws Exception {
        String named = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"getblockhash\",\"params\":{\"height\":0}}";
        HttpResponse<String> second = post(named);
        JsonNode answer = ChainJson.JSON.readTree(second.body());
        assertThat(answer.path("jsonrpc").asText()).isEqualTo("2.0");
        assertThat(answer.path("id").asInt()).isEqualTo(7);
        assertThat(answer.has("error")).isFalse();
        JsonNode batch = ChainJson.JSON.readTree(post("[" + named + "," + call("nonsense") + "]").body());
        assertThat(batch.path(0)).isEqualTo(answer);
        assertThat(batch.path(1).path("error").path("code").asInt()).isEqualTo(-32601);
        assertThat(post(named.replace("getblockhash", "nonsense")).statusCode()).isEqualTo(200);
    }

    @Test
    void refuses_nonsense_with_bitcoinds_codes_and_statuses() throws Exception {
        assertError("{", 500, -32700);
        assertError("{\"method\":3}", 400, -32600);
        assertError("{\"method\":\"getblockcount\",\"params\":3}", 400, -32600);
        assertError(call("nonsense"), 404, -32601);
        assertError(call("getblockhash"), 500, -8);
        assertError(call("getblockhash", "\"x\""), 500, -8);
        assertError(call("getblock", "\"" + "00".repeat(32) + "\""), 500, -5);
        assertError(call("getblock", "\"zz\""), 500, -8);
        assertError(call("getblockcount", "1"), 500, -1);
        assertError(call("generatetoaddress", "1", "\"bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu\""), 500, -5);
        assertError(call("generatetoaddress", "99999999", "\"" + ADDRESS + "\""), 500, -8);
        assertError(call("sendtoaddress", "\"" + ADDRESS + "\"", "0.123456789"), 500, -8);
        assertError(call("sendtoaddress", "\"" + ADDRESS + "\"", "1e30"), 500, -8);
    }

    @Test
    void lets_nobody_in_without_the_password() throws Exception {
        HttpRequest.Builder request = request(call("getblockcount"));
        HttpResponse<String> refused = send(request.setHeader("Authorization",
                new RpcCredentials.Password("alice", "guess").authorization()));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(send(request(call("getblockcount")).setHeader("Origin", "http://example.com")).statusCode())
                .isEqualTo(403);
    }

    @Test
    void stops_when_told_to() throws Exception {
        result("stop");
        assertThat(stopped).isTrue();
    }

    private JsonNode result(String method, String... parameters) throws Exception {
        HttpResponse<String> response = post(call(method, parameters));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = ChainJson.JSON.readTree(response.body());
        assertThat(answer.path("error").isNull()).isTrue();
        return answer.path("result");
    }

    private void assertError(String body, int status, int code) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(ChainJson.JSON.readTree(response.body()).path("error").path("code").asInt()).isEqualTo(code);
    }

    private static String call(String method, String... parameters) {
        return "{\"jsonrpc\":\"1.0\",\"id\":\"test\",\"method\":\"" + method + "\",\"params\":["
                + String.join(",", parameters) + "]}";
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send(request(body));
    }

    private HttpRequest.Builder request(String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()))
                .header("Authorization", CREDENTIALS.authorization())
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
