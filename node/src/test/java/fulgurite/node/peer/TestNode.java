package fulgurite.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.Entropy;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.transport.Transport;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The peer side of a node, alone, with a probe where the node would be. */
final class TestNode {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final Bytes32 CHAIN = Bytes32.fromHex("06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f");
    /** Patient enough for a loaded machine where a time-out would be wrong, quick where one is waited for. */
    static final PeerSettings.Timing QUICK = new PeerSettings.Timing(Duration.ofSeconds(20), Duration.ofSeconds(20),
            Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMillis(50), Duration
                    .ofMillis(200));

    final ActorTestKit kit;
    final PeerSettings settings;
    final Transport transport;
    final TestProbe<PeerActor.Event> events;
    final ActorRef<PeersActor.Command> peers;

    TestNode(ActorTestKit kit, PeerSettings settings, Transport transport) {
        this.kit = kit;
        this.settings = settings;
        this.transport = transport;
        this.events = kit.createTestProbe();
        this.peers = kit.spawn(PeersActor.create(settings, transport, entropy(settings.nodeKey().hashCode()), events
                .ref()));
    }

    static ActorTestKit kit(String name) {
        return ActorTestKit.create(name, ConfigFactory.parseString(
                "akka.loglevel = WARNING, akka.logger-startup-timeout = 60s, akka.log-dead-letters = off")
                .withFallback(
                        ConfigFactory.load()));
    }

    static PeerSettings settings(int key) {
        return settings(key, QUICK);
    }

    static PeerSettings settings(int key, PeerSettings.Timing timing) {
        return new PeerSettings(secret(key), PeerSettings.FEATURES, CHAIN, 300, timing, PeerSettings.Pace.DEFAULT);
    }

    static PrivateKey secret(int key) {
        return PrivateKey.fromHex("%064x".formatted(key + 1));
    }

    /** Repeatable: the tests depend on no draw. */
    static Entropy entropy(long seed) {
        var random = new Random(seed);
        return () -> {
            byte[] drawn = new byte[32];
            synchronized (random) {
                random.nextBytes(drawn);
            }
            return Bytes32.copyOf(drawn);
        };
    }

    NodeId id() {
        return settings.nodeId();
    }

    PeerUri listen() {
        TestProbe<PeersActor.ListenResult> bound = kit.createTestProbe();
        peers.tell(new PeersActor.Listen(bound.ref()));
        var listening = bound.expectMessageClass(PeersActor.ListenResult.Listening.class, PATIENCE);
        return new PeerUri(id(), listening.address());
    }

    void tell(NodeId peer, PeerActor.Command command) {
        peers.tell(new PeersActor.ToPeer(peer, command));
    }

    PeerActor.ConnectResult connect(PeerUri to) {
        TestProbe<PeerActor.ConnectResult> result = kit.createTestProbe();
        tell(to.nodeId(), new PeerActor.Connect(to.address(), result.ref()));
        return result.receiveMessage(PATIENCE);
    }

    PeerActor.Event.PeerUp up() {
        return next(PeerActor.Event.PeerUp.class);
    }

    PeerActor.Event.PeerDown down() {
        return next(PeerActor.Event.PeerDown.class);
    }

    /** The next event, questions for addresses left aside. */
    private <E extends PeerActor.Event> E next(Class<E> kind) {
        PeerActor.Event event = events.receiveMessage(PATIENCE);
        while (event instanceof PeerActor.Event.AddressWanted) event = events.receiveMessage(PATIENCE);
        assertThat(event).isInstanceOf(kind);
        return kind.cast(event);
    }

    PeersActor.Peers list() {
        TestProbe<PeersActor.Peers> answer = kit.createTestProbe();
        peers.tell(new PeersActor.GetPeers(answer.ref()));
        return answer.receiveMessage(PATIENCE);
    }

    static PeerAddress nowhere() {
        return new PeerAddress("127.0.0.1", 1);
    }

    void stop() {
        kit.stop(peers, PATIENCE);
        transport.stop().toCompletableFuture().orTimeout(15, TimeUnit.SECONDS).join();
    }
}
