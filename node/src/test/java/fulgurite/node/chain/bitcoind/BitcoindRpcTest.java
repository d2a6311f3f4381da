package fulgurite.node.chain.bitcoind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.chain.ChainBackend.ChainUnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BitcoindRpcTest {
    private final FakeBitcoind bitcoind = new FakeBitcoind();
    private final BitcoindSettings settings = bitcoind.settings();
    private final BitcoindRpc rpc = new BitcoindRpc(settings.url(), settings.credentials(), Duration.ofSeconds(20));

    @AfterEach
    void stop() {
        rpc.close();
        bitcoind.close();
    }

    @Test
    void a_call_that_bitcoind_had_no_room_for_is_made_again() {
        bitcoind.answers("getblockcount", "7");
        bitcoind.isBusyFor(3);

        assertThat(rpc.call("getblockcount").toCompletableFuture().join().asInt()).isEqualTo(7);
        assertThat(bitcoind.calls).hasSize(4);
    }

    @Test
    void a_bitcoind_that_stays_busy_is_said_to_be() {
        bitcoind.isBusyFor(1_000);

        assertThatThrownBy(() -> rpc.call("getblockcount").toCompletableFuture().join())
                .hasCauseInstanceOf(ChainUnavailableException.class)
                .hasMessageContaining("rpcworkqueue");
    }
}
