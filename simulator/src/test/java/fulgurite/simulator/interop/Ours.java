package fulgurite.simulator.interop;

import static fulgurite.simulator.node.Village.await;

import com.typesafe.config.ConfigFactory;
import fulgurite.node.Node;
import fulgurite.node.NodeSettings;
import fulgurite.node.api.NodeService;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.node.chain.bitcoind.BitcoindSettings;
import fulgurite.node.chain.bitcoind.RpcCredentials;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node of ours on bitcoind, in this JVM, as {@code fulgurite node} runs it. */
final class Ours implements AutoCloseable {
    private final String name;
    private final Path directory;
    private final BitcoinCore bitcoind;
    private final List<String> featuresOff;
    final int port = Program.freePort();
    private BitcoindBackend chain;
    private Node node;

    Ours(String name, Path directory, BitcoinCore bitcoind, List<String> featuresOff) {
        this.name = name;
        this.directory = directory;
        this.bitcoind = bitcoind;
        this.featuresOff = featuresOff;
        this.chain = backend();
        this.node = node();
    }

    private BitcoindBackend backend() {
        return new BitcoindBackend(BitcoindSettings.of(URI.create("http://127.0.0.1:" + bitcoind.port()),
                new RpcCredentials.Password(BitcoinCore.USER, BitcoinCore.PASSWORD), BitcoinNetwork.REGTEST),
                InstantSource.system());
    }

    private Node node() {
        return await(
                Node.start(NodeSettings.of(ConfigFactory.parseMap(Map.of("alias", name, "data", directory.toString(),
                        "listen.port", port, "features-off", featuresOff))), chain));
    }

    NodeService service() {
        return node.service();
    }

    NodeId id() {
        return node.running().nodeId();
    }

    List<NodeService.Channel> channels() {
        return await(service().channels());
    }

    /** The newest one with that peer. */
    NodeService.Channel channel(NodeId peer) {
        return channels().stream().filter(one -> one.peer().equals(peer)).toList().getLast();
    }

    String invoice(long msat) {
        return await(service().invoice(Optional.of(new MilliSatoshi(msat)), "interop", Duration.ofHours(1))).bolt11();
    }

    long onChainSat() {
        return await(service().balance()).onChainConfirmed().sat();
    }

    int height() {
        return await(service().info()).blockHeight().height();
    }

    void stop() {
        await(service().stop());
        chain.close();
    }

    void start() {
        chain = backend();
        node = node();
    }

    @Override
    public void close() {
        stop();
    }
}
