package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainStanding;
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
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.bitcoind.Bitcoind;
import fulgurite.simulator.bitcoind.BitcoindChain;
import fulgurite.simulator.bitcoind.PlayedOn;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only a bitcoind of its own shows: restarts, ZeroMQ, other networks, pruning. */
class RealBitcoindTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(60);

    @BeforeEach
    void bitcoind_is_there() {
        PlayedOn.BITCOIND.assumePresent();
    }

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @Test
    void zmq_tells_of_blocks_and_transactions_without_anybody_looking() {
        try (var chain = BitcoindChain.start();
                var backend = new BitcoindBackend(chain.settings().withPollInterval(NEVER), InstantSource.system())) {
            Spendable coin = coin(chain);
            TestProbe<ChainEvent> events = events(backend);
            // Connecting takes a moment, and what is published before is lost: mine until one is heard.
            awaitHearing(events, chain);
            assertThat(backend.standing().heardBy()).isEqualTo("zmq");
            Tx tx = spend(coin, 500);
            chain.publish(tx);
            ChainEvent heard = events.receiveMessage(LONG);
            while (!(heard instanceof ChainEvent.MempoolAccepted)) heard = events.receiveMessage(LONG);
            assertThat(heard).isEqualTo(new ChainEvent.MempoolAccepted(tx));
            var block = new ChainEvent.BlockConnected(chain.mine(1).getFirst());
            assertThat(events.receiveMessage(LONG)).isEqualTo(block);
        }
    }

    @Test
    void a_zmq_that_is_silent_is_noticed_and_the_chain_is_polled() {
        try (var chain = BitcoindChain.start();
                var backend = new BitcoindBackend(chain.settings()
                        .withPollInterval(SOON)
                        .withZmq(new BitcoindSettings.Zmq.At("tcp://127.0.0.1:1", "")), InstantSource.system())) {
            coin(chain);
            TestProbe<ChainEvent> events = events(backend);
            for (int i = 0; i < 3; i++) {
                var mined = new ChainEvent.BlockConnected(chain.mine(1).getFirst());
                assertThat(events.receiveMessage(LONG)).isEqualTo(mined);
            }
            events.awaitAssert(LONG, () -> {
                assertThat(backend.standing().heardBy()).isEqualTo("polling, zmq is silent");
                return Optional.empty();
            });
        }
    }

    @Test
    void a_watcher_follows_through_a_restart_and_the_standing_says_so() {
        try (var chain = BitcoindChain.start();
                var backend = new BitcoindBackend(chain.settings().withPollInterval(SOON), InstantSource.system())) {
            Spendable coin = coin(chain);
            Tx tx = spend(coin, 500);
            var watcher = AKKA.spawn(ChainWatcher.create(backend));
            TestProbe<ConfirmedNotice> confirmed = AKKA.createTestProbe();
            TestProbe<SpentNotice> spent = AKKA.createTestProbe();
            watcher.tell(new ChainWatcher.WatchConfirmed(tx.txid(), 2, new BlockHeight(0), confirmed.ref()));
            watcher.tell(new ChainWatcher.WatchSpent(coin.outPoint(), new BlockHeight(0), spent.ref()));
            chain.publish(tx);
            assertThat(spent.receiveMessage(LONG).height()).isEmpty();
            assertThat(backend.standing().isReachable()).isTrue();

            // As an operator stops it, then as the machine dies; with another cookie each time.
            chain.bitcoind().stop();
            AKKA.createTestProbe().awaitAssert(LONG, () -> {
                assertThat(backend.standing().problem()).isPresent();
                return Optional.empty();
            });
            ChainStanding gone = backend.standing();
            chain.bitcoind().startAgain("-disablewallet", "-blockmintxfee=0");
            chain.mine(1);
            chain.bitcoind().kill();
            chain.bitcoind().startAgain("-disablewallet", "-blockmintxfee=0");
            chain.lookAgain();
            chain.mine(3);
            assertThat(confirmed.receiveMessage(LONG).tx()).isEqualTo(tx);
            assertThat(spent.receiveMessage(LONG).height()).isPresent();
            AKKA.createTestProbe().awaitAssert(LONG, () -> {
                assertThat(backend.standing().isReachable()).isTrue();
                return Optional.empty();
            });
            assertThat(gone.since()).isPresent();
            assertThat(backend.standing().since().orElseThrow()).isAfterOrEqualTo(gone.since().orElseThrow());
            assertThat(backend.standing().lastProblem()).isPresent();
        }
    }

    @Test
    void estimates_fall_back_and_stay_within_their_bounds() {
        try (var chain = BitcoindChain.start()) {
            var fees = new BitcoindSettings.Fees(new FeeratePerKw(3_000), new FeeratePerKw(500),
                    new FeeratePerKw(50_000));
            try (var backend = new BitcoindBackend(chain.settings().withFees(fees), InstantSource.system())) {
                assertThat(get(backend.estimateFee(6))).isEqualTo(new FeeratePerKw(3_000));
            }
        }
    }

    @Test
    void what_bitcoind_has_pruned_is_told_at_the_start_and_later(@TempDir Path directory) {
        try (var bitcoind = Bitcoind.start(directory, "-disablewallet", "-prune=1", "-fastprune=1")) {
            bitcoind.call("generatetoaddress", 1_000, "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080");
            bitcoind.call("pruneblockchain", 500);
            try (var backend = new BitcoindBackend(settings(bitcoind, BitcoinNetwork.REGTEST),
                    InstantSource.system())) {
                assertThat(get(backend.block(new BlockHeight(1_000)))).isPresent();
                assertThatThrownBy(() -> get(backend.block(new BlockHeight(10))))
                        .isInstanceOf(ChainUnavailableException.class)
                        .hasMessageContaining("has pruned block 10");
                assertThatThrownBy(() -> get(backend.requireBlocksFrom(new BlockHeight(10))))
                        .isInstanceOf(ChainUnavailableException.class)
                        .hasMessageContaining("needs them from 10 on");
                assertThat(get(backend.requireBlocksFrom(new BlockHeight(990)))).isNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MAINNET", "TESTNET4", "SIGNET"})
    void every_network_is_known_by_its_name_and_its_genesis_block(BitcoinNetwork network, @TempDir Path directory) {
        try (var bitcoind = Bitcoind.startOn(network, directory);
                var right = new BitcoindBackend(settings(bitcoind, network), InstantSource.system());
                var wrong = new BitcoindBackend(settings(bitcoind, BitcoinNetwork.REGTEST), InstantSource.system())) {
            assertThat(get(right.tip()).hash()).isEqualTo(network.chainHash());
            assertThatThrownBy(() -> get(wrong.tip())).isInstanceOf(ChainUnavailableException.class)
                    .hasMessageContaining("on the network \"" + network.bitcoindName() + "\"");
        }
    }

    @Test
    void wrong_credentials_are_told(@TempDir Path directory) {
        try (var bitcoind = Bitcoind.start(directory, "-disablewallet", "-rpcuser=alice", "-rpcpassword=secret");
                var right = backend(bitcoind, "secret");
                var wrong = backend(bitcoind, "guess")) {
            assertThat(get(right.tip()).height()).isEqualTo(new BlockHeight(0));
            assertThatThrownBy(() -> get(wrong.tip())).isInstanceOf(ChainUnavailableException.class)
                    .hasMessageContaining("refuses the sign-in")
                    .hasMessageNotContaining("guess");
            assertThat(wrong.standing().problem()).isPresent();
        }
    }

    private static BitcoindBackend backend(Bitcoind bitcoind, String password) {
        return new BitcoindBackend(BitcoindSettings.of(bitcoind.url(), new RpcCredentials.Password("alice", password),
                BitcoinNetwork.REGTEST), InstantSource.system());
    }

    private static BitcoindSettings settings(Bitcoind bitcoind, BitcoinNetwork network) {
        return BitcoindSettings.of(bitcoind.url(), bitcoind.credentials(), network);
    }

    private static Spendable coin(BitcoindChain chain) {
        Tx tx = chain.faucet(ChainFixture.SCRIPT, new Satoshi(100_000));
        return new Spendable(new OutPoint(tx.txid(), 0), tx.outputs().getFirst());
    }

    private static TestProbe<ChainEvent> events(BitcoindBackend backend) {
        TestProbe<ChainEvent> events = AKKA.createTestProbe();
        backend.subscribe(events.ref()::tell);
        events.expectMessageClass(ChainEvent.BlockConnected.class, LONG);
        return events;
    }

    /** Mines until a block is heard, and hears all that was mined. */
    private static void awaitHearing(TestProbe<ChainEvent> events, BitcoindChain chain) {
        ChainEvent.BlockConnected last = events.awaitAssert(LONG, () -> {
            chain.mine(1);
            return events.expectMessageClass(ChainEvent.BlockConnected.class, SOON);
        });
        while (!last.block().hash().equals(chain.tip().hash()))
            last = events.expectMessageClass(ChainEvent.BlockConnected.class, LONG);
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
