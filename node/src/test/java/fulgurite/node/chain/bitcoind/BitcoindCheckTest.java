package fulgurite.node.chain.bitcoind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import fulgurite.node.chain.ChainStanding;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of a bitcoind before it is used, and what is made of its estimates. */
class BitcoindCheckTest {
    private final FakeBitcoind bitcoind = new FakeBitcoind();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private BitcoindBackend backend = new BitcoindBackend(bitcoind.settings(), now::get);

    @AfterEach
    void end() {
        backend.close();
        bitcoind.close();
    }

    @Test
    void a_bitcoin_core_28_of_the_right_network_is_asked_who_it_is_once() {
        assertThat(get(backend.tip()).height()).isEqualTo(new BlockHeight(0));
        get(backend.tip());
        assertThat(bitcoind.calls.stream().filter("getnetworkinfo"::equals)).hasSize(1);
        ChainStanding standing = backend.standing();
        assertThat(standing.isReachable()).isTrue();
        assertThat(standing.since()).contains(Instant.EPOCH);
        assertThat(standing.blocksBehind()).isEqualTo(7);
    }

    @Test
    void an_older_one_is_refused() {
        bitcoind.answers("getnetworkinfo", "{\"version\":270100,\"subversion\":\"/Satoshi:27.1.0/\"}");
        assertThatThrownBy(() -> get(backend.tip())).isInstanceOf(ChainUnavailableException.class)
                .hasMessageContaining("Satoshi:27.1.0")
                .hasMessageContaining("Bitcoin Core 28");
    }

    @Test
    void another_network_is_refused_and_another_chain_of_the_same_name() {
        bitcoind.answers("getblockhash", "\"" + "ab".repeat(32) + "\"");
        assertThatThrownBy(() -> get(backend.tip())).hasMessageContaining("genesis block is abab");
        bitcoind.answers("getblockchaininfo", "{\"chain\":\"main\",\"blocks\":1}");
        assertThatThrownBy(() -> get(backend.tip())).hasMessageContaining("on the network \"main\"")
                .hasMessageContaining("this node on \"regtest\"");
        assertThat(backend.standing().problem()).hasValueSatisfying(why -> assertThat(why).contains("main"));
    }

    @Test
    void who_was_away_is_asked_again() {
        backend.close();
        backend = new BitcoindBackend(bitcoind.settings().withTimeout(Duration.ofMillis(300)), now::get);
        get(backend.tip());
        bitcoind.mute(true);
        now.set(Instant.ofEpochSecond(60));
        assertThatThrownBy(() -> get(backend.tip())).isInstanceOf(ChainUnavailableException.class)
                .hasMessageContaining("does not answer within 300 ms");
        assertThat(backend.standing().problem()).isPresent();
        assertThat(backend.standing().since()).contains(Instant.ofEpochSecond(60));
        bitcoind.mute(false);
        bitcoind.answers("getblockchaininfo", "{\"chain\":\"signet\",\"blocks\":1}");
        assertThatThrownBy(() -> get(backend.tip())).hasMessageContaining("on the network \"signet\"");
    }

    @Test
    void pruned_too_far_is_told_by_height() {
        bitcoind.answers("getblockchaininfo",
                "{\"chain\":\"regtest\",\"blocks\":900,\"headers\":900,\"pruned\":true,\"pruneheight\":600}");
        assertThat(get(backend.requireBlocksFrom(new BlockHeight(600)))).isNull();
        assertThatThrownBy(() -> get(backend.requireBlocksFrom(new BlockHeight(599))))
                .isInstanceOf(ChainUnavailableException.class)
                .hasMessageContaining("up to 600")
                .hasMessageContaining("from 599 on");
    }

    @Test
    void what_was_estimated_last_stands_for_a_day_then_the_fallback_does() {
        bitcoind.answers("estimatesmartfee", "{\"feerate\":0.00020000,\"blocks\":6}");
        assertThat(get(backend.estimateFee(6))).isEqualTo(new FeeratePerKw(5_000));
        bitcoind.answers("estimatesmartfee", "{\"errors\":[\"Insufficient data or no feerate found\"],\"blocks\":0}");
        now.set(Instant.EPOCH.plus(Duration.ofHours(23)));
        assertThat(get(backend.estimateFee(6))).isEqualTo(new FeeratePerKw(5_000));
        assertThat(get(backend.estimateFee(12))).as("another target").isEqualTo(new FeeratePerKw(1_000));
        now.set(Instant.EPOCH.plus(Duration.ofHours(25)));
        assertThat(get(backend.estimateFee(6))).isEqualTo(new FeeratePerKw(1_000));
    }

    @Test
    void an_estimate_is_at_least_what_the_mempool_takes_and_never_beyond_the_bounds() {
        bitcoind.answers("estimatesmartfee", "{\"feerate\":0.00000100,\"blocks\":2}");
        assertThat(get(backend.estimateFee(2))).isEqualTo(FeeratePerKw.FLOOR);
        bitcoind.answers("getmempoolinfo", "{\"mempoolminfee\":0.00008001,\"minrelaytxfee\":0.00001000}");
        assertThat(get(backend.estimateFee(2))).isEqualTo(new FeeratePerKw(2_001));
        bitcoind.answers("estimatesmartfee", "{\"feerate\":0.10000000,\"blocks\":2}");
        assertThat(get(backend.estimateFee(2))).isEqualTo(new FeeratePerKw(100_000));
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw e;
        }
    }
}
