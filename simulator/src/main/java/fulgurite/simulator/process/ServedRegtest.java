package fulgurite.simulator.process;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.BitcoindRpcServer;
import fulgurite.simulator.chain.ChainSettings;
import fulgurite.simulator.chain.RegtestChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The simulator's own chain, served by this process. */
final class ServedRegtest implements SharedChain {
    private final RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "chain", ConfigFactory.load());
    private final BitcoindRpcServer.Bound served;
    private final Path password;

    /** @param home where the file with its password is written */
    ServedRegtest(Path home) throws IOException {
        this.password = Files.writeString(home.resolve("password"), "secret\n");
        this.served = BitcoindRpcServer
                .start(system, chain, new RpcCredentials.Password("chain", "secret"), "127.0.0.1", 0, () -> {})
                .toCompletableFuture()
                .join();
    }

    @Override
    public List<String> options() {
        return List.of("--chain", "http://127.0.0.1:" + served.port(), "--chain-user", "chain", "--chain-password-file",
                password.toString());
    }

    @Override
    public void fund(Address address, Satoshi amount) {
        chain.faucet(address.script(), amount);
    }

    @Override
    public int mine() {
        chain.mine(1);
        return chain.tip().height().height();
    }

    @Override
    public void close() {
        served.stop().toCompletableFuture().join();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
