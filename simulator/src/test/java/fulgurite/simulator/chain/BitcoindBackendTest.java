package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainBackend.Tip;
import fulgurite.node.chain.ChainWatcher.ConfirmedNotice;
import fulgurite.node.chain.ChainWatcher.SpentNotice;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend of a node in another process against the server of the simulated chain, over HTTP. */
class BitcoindBackendTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final RpcCredentials.Password CREDENTIALS = new RpcCredentials.Password("alice", "correct horse");
    private final ChainFixture fixture = new ChainFixture();
    private final RegtestChain chain = fixture.chain;
    private final Spendable coin = fixture.coin(100_000);
    private BitcoindRpcServer.Bound server = serve(0);
    private final BitcoindBackend backend = backend(CREDENTIALS, BitcoinNetwork.REGTEST);

    @AfterEach
    void stopServer() {
        backend.close();
        server.stop().toCompletableFuture().join();
    }

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @Test
    void reads_the_tip_and_every_block_as_they_are() {
        assertThat(get(backend.tip())).isEqualTo(chain.tip());
        for (int height = 0; height <= chain.tip().height().height(); height++) {
            Optional<Block> expected = chain.block(new BlockHeight(height));
            assertThat(get(backend.block(new BlockHeight(height)))).isEqualTo(expected);
        }
        assertThat(get(backend.block(new BlockHeight(103)))).isEmpty();
    }

    @Test
    void publishes_once_and_again_and_passes_the_reason_of_a_refusal_on() {
        Tx tx = spend(coin, 500);
        assertThat(get(backend.publish(tx))).isEqualTo(new Published.Accepted());
        assertThat(get(backend.publish(tx))).isEqualTo(new Published.Accepted());
        assertThat(get(backend.publish(spend(coin, 501)))).isEqualTo(new Published.Rejected("insufficient fee"));
        chain.mine(1);
        assertThat(get(backend.publish(tx))).isEqualTo(new Published.Accepted());
        assertThat(get(backend.publish(spend(coin, 9_000))))
                .isEqualTo(new Published.Rejected("bad-txns-inputs-missingorspent"));
        assertThat(get(backend.publish(new Tx(2, List.of(), List.of(), 0))))
                .isInstanceOfSatisfying(Published.Rejected.class,
                        refused -> assertThat(refused.reason()).startsWith("TX decode failed"));
    }

    @Test
    void publishes_packages_once_and_again_and_with_a_parent_in_a_block() {
        chain.setMempoolMinimum(new FeeratePerKw(2_500));
        Tx parent = spend(coin, 150);
        Tx child = spend(output(parent, 0), 5_000);
        assertThat(get(backend.publishPackage(List.of(parent, child)))).isEqualTo(new Published.Accepted());
        assertThat(chain.mempool()).containsExactly(parent, child);
        assertThat(get(backend.publishPackage(List.of(parent, child)))).isEqualTo(new Published.Accepted());
        chain.mineExactly(List.of(parent));
        assertThat(get(backend.publishPackage(List.of(parent, child)))).isEqualTo(new Published.Accepted());
        Tx better = spend(output(parent, 0), 9_000);
        assertThat(get(backend.publishPackage(List.of(parent, better)))).isEqualTo(new Published.Accepted());
        assertThat(chain.mempool()).containsExactly(better);
        chain.mine(1);
        assertThat(get(backend.publishPackage(List.of(parent, better)))).isEqualTo(new Published.Accepted());
    }

    @Test
    void refuses_packages_in_the_words_of_the_chain() {
        Tx parent = spend(coin, 150);
        Tx child = spend(output(parent, 0), 5_000);
        Tx rival = spend(coin, 20_000);
        chain.publish(rival);
        assertRefusedAlike(List.of(parent, child), "package RBF failed: insufficient anti-DoS fees");
        assertRefusedAlike(List.of(child, parent), PackageSubmission.NOT_A_CHILD_WITH_PARENTS);
        Tx early = spend(coin, 30_000, 9, 0);
        assertRefusedAlike(List.of(early, spend(output(early, 0), 5_000)), "non-BIP68-final");
        chain.mine(1);
        assertRefusedAlike(List.of(parent, child), "bad-txns-inputs-missingorspent");
        chain.setMempoolMinimum(new FeeratePerKw(25_000));
        Tx next = spend(output(rival, 0), 150);
        assertRefusedAlike(List.of(next, spend(output(next, 0), 5_000)), "mempool min fee not met");
    }

    private void assertRefusedAlike(List<Tx> transactions, String reason) {
        assertThat(get(backend.publishPackage(transactions))).isEqualTo(new Published.Rejected(reason));
        assertThat(chain.publishPackage(transactions)).isEqualTo(new Published.Rejected(reason));
    }

    @Test
    void reads_unspent_outputs_to_the_satoshi() {
        assertThat(get(backend.unspent(coin.outPoint()))).isEqualTo(chain.unspent(coin.outPoint())).isPresent();
        Spendable odd = fixture.coin(2_345_678_901L);
        assertThat(get(backend.unspent(odd.outPoint()))).isEqualTo(chain.unspent(odd.outPoint())).isPresent();
        chain.publish(spend(coin, 500));
        assertThat(get(backend.unspent(coin.outPoint()))).as("a spend in the mempool").isPresent();
        chain.mine(1);
        assertThat(get(backend.unspent(coin.outPoint()))).isEmpty();
        assertThat(get(backend.unspent(new OutPoint(coin.outPoint().txid(), 9)))).isEmpty();
    }

    @Test
    void finds_the_spender_in_the_mempool() {
        assertThat(get(backend.mempoolSpender(coin.outPoint()))).isEmpty();
        Tx tx = spend(coin, 500);
        chain.publish(tx);
        assertThat(get(backend.mempoolSpender(coin.outPoint()))).contains(tx);
    }

    @Test
    void turns_bitcoin_per_thousand_virtual_bytes_into_satoshi_per_thousand_weight_units() {
        assertThat(get(backend.estimateFee(6))).isEqualTo(new FeeratePerKw(1000));
        chain.setEstimatedFeerate(new FeeratePerKw(100));
        assertThat(get(backend.estimateFee(6))).isEqualTo(FeeratePerKw.FLOOR);
        chain.setEstimatedFeerates(new TreeMap<>(Map.of(1, new FeeratePerKw(7_777), 12, new FeeratePerKw(333))));
        assertThat(get(backend.estimateFee(6))).isEqualTo(new FeeratePerKw(7_777));
        assertThat(get(backend.estimateFee(12))).isEqualTo(new FeeratePerKw(333));
    }

    @Test
    void tells_blocks_transactions_and_a_reorganisation_in_order() {
        TestProbe<ChainEvent> events = AKKA.createTestProbe();
        backend.subscribe(events.ref()::tell);
        assertThat(height(events.receiveMessage())).isEqualTo("+102");
        Tx tx = spend(coin, 500);
        // The first look at the mempool only takes stock: offer until it is past.
        chain.mine(1);
        assertThat(height(events.receiveMessage())).isEqualTo("+103");
        chain.publish(tx);
        assertThat(events.receiveMessage()).isEqualTo(new ChainEvent.MempoolAccepted(tx));
        Block old = chain.mine(1).getFirst();
        assertThat(events.receiveMessage()).isEqualTo(new ChainEvent.BlockConnected(old));
        List<Block> branch = chain.reorganise(1, List.of());
        assertThat(List.of(events.receiveMessage(), events.receiveMessage(), events.receiveMessage())).containsExactly(
                new ChainEvent.BlockDisconnected(old), new ChainEvent.BlockConnected(branch.get(0)),
                new ChainEvent.BlockConnected(branch.get(1)));
    }

    @Test
    void tells_a_chain_that_became_shorter() {
        TestProbe<ChainEvent> events = AKKA.createTestProbe();
        backend.subscribe(events.ref()::tell);
        events.receiveMessage();
        chain.mine(2);
        assertThat(height(events.receiveMessage())).isEqualTo("+103");
        assertThat(height(events.receiveMessage())).isEqualTo("+104");
        chain.disconnect(2);
        assertThat(height(events.receiveMessage())).isEqualTo("-104");
        assertThat(height(events.receiveMessage())).isEqualTo("-103");
    }

    @Test
    void a_watcher_follows_through_a_restart_of_the_server() {
        var watcher = AKKA.spawn(ChainWatcher.create(backend));
        TestProbe<ConfirmedNotice> confirmed = AKKA.createTestProbe();
        TestProbe<SpentNotice> spent = AKKA.createTestProbe();
        Tx tx = spend(coin, 500);
        watcher.tell(new ChainWatcher.WatchConfirmed(tx.txid(), 2, new BlockHeight(0), confirmed.ref()));
        watcher.tell(new ChainWatcher.WatchSpent(coin.outPoint(), new BlockHeight(0), spent.ref()));
        chain.publish(tx);
        assertThat(spent.receiveMessage(Duration.ofSeconds(10)).height()).isEmpty();
        int port = server.port();
        server.stop().toCompletableFuture().join();
        chain.mine(3);
        server = serve(port);
        assertThat(confirmed.receiveMessage(Duration.ofSeconds(20)).height()).isEqualTo(new BlockHeight(103));
        assertThat(spent.receiveMessage(Duration.ofSeconds(20)).height()).contains(new BlockHeight(103));
    }

    @Test
    void a_wrong_password_says_where_to_look_and_holds_no_password() {
        try (BitcoindBackend wrong = backend(new RpcCredentials.Password("alice", "wrong-secret"),
                BitcoinNetwork.REGTEST)) {
            assertThatThrownBy(() -> get(wrong.tip())).isInstanceOf(ChainUnavailableException.class)
                    .hasMessageContaining("rpcpassword")
                    .hasMessageContaining("alice")
                    .hasMessageNotContaining("wrong-secret");
        }
        assertThat(CREDENTIALS.toString()).doesNotContain("correct horse");
    }

    @Test
    void a_bitcoind_of_another_network_is_refused_before_anything_is_published() {
        try (BitcoindBackend wrong = backend(CREDENTIALS, BitcoinNetwork.MAINNET)) {
            assertThatThrownBy(() -> get(wrong.publish(spend(coin, 500))))
                    .isInstanceOf(ChainUnavailableException.class)
                    .hasMessageContaining("\"regtest\"")
                    .hasMessageContaining("\"main\"");
            assertThat(chain.mempool()).isEmpty();
        }
    }

    @Test
    void nobody_at_the_address_says_to_start_bitcoind() {
        server.stop().toCompletableFuture().join();
        assertThatThrownBy(() -> get(backend.tip())).isInstanceOf(ChainUnavailableException.class)
                .hasMessageContaining("start bitcoind");
    }

    @Test
    void signs_in_with_the_cookie_and_reads_it_again_when_it_has_changed(@TempDir Path directory) throws IOException {
        Path cookie = directory.resolve(".cookie");
        try (BitcoindBackend signedIn = backend(new RpcCredentials.Cookie(cookie), BitcoinNetwork.REGTEST)) {
            assertThatThrownBy(() -> get(signedIn.tip())).isInstanceOf(ChainUnavailableException.class)
                    .hasMessageContaining("cookie");
            Files.writeString(cookie, "alice:correct horse\n");
            Tip tip = get(signedIn.tip());
            assertThat(tip).isEqualTo(chain.tip());
        }
    }

    private static String height(ChainEvent event) {
        return switch (event) {
            case ChainEvent.BlockConnected e -> "+" + e.block().height();
            case ChainEvent.BlockDisconnected e -> "-" + e.block().height();
            case ChainEvent.MempoolAccepted e -> "mempool";
        };
    }

    private BitcoindRpcServer.Bound serve(int port) {
        return BitcoindRpcServer.start(AKKA.system(), chain, CREDENTIALS, "127.0.0.1", port, () -> {})
                .toCompletableFuture()
                .join();
    }

    private BitcoindBackend backend(RpcCredentials credentials, BitcoinNetwork network) {
        URI url = URI.create("http://127.0.0.1:" + server.port());
        return new BitcoindBackend(BitcoindSettings.of(url, credentials, network)
                .withPollInterval(Duration.ofMillis(20)), InstantSource.system());
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
