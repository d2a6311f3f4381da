package fulgurite.simulator.chain;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import java.net.URI;
import java.time.Duration;

/** A simulated chain behind bitcoind's JSON-RPC. */
final class ServedChain implements AutoCloseable {
    private static final RpcCredentials.Password CREDENTIALS = new RpcCredentials.Password("alice", "secret");
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "served", ConfigFactory.load());
    private final BitcoindRpcServer.Bound bound;

    ServedChain(RegtestChain chain) {
        bound = BitcoindRpcServer.start(system, chain, CREDENTIALS, "127.0.0.1", 0, () -> {})
                .toCompletableFuture()
                .join();
    }

    BitcoindSettings settings() {
        return BitcoindSettings
                .of(URI.create("http://127.0.0.1:" + bound.port()), CREDENTIALS, BitcoinNetwork.REGTEST)
                .withPollInterval(Duration.ofMillis(20));
    }

    @Override
    public void close() {
        bound.stop().toCompletableFuture().join();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
