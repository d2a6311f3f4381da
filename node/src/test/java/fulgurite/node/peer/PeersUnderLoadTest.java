package fulgurite.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import fulgurite.node.peer.PeerActor.Event.MessageReceived;
import fulgurite.node.transport.InMemoryNetwork;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.transport.Transport.LineEvent;
import fulgurite.node.transport.SocketTransport;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.Ping;
import fulgurite.protocol.wire.Pong;
import fulgurite.protocol.wire.UnknownMessage;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Large messages, small pieces, many at once. */
class PeersUnderLoadTest {
    private static final ActorTestKit KIT = TestNode.kit("load");

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    private static TestNode node(int key) {
        return new TestNode(KIT, TestNode.settings(key), SocketTransport.onLoopback(KIT.system(), 0));
    }

    @Test
    void the_longest_messages_pass_both_ways_at_once_and_in_order() {
        TestNode alice = node(1);
        TestNode bob = node(2);
        alice.connect(bob.listen());
        alice.up();
        bob.up();
        for (int i = 0; i < 100; i++) {
            alice.tell(bob.id(), new PeerActor.Send(longest(i)));
            bob.tell(alice.id(), new PeerActor.Send(longest(1_000 + i)));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(bob.events.receiveMessage(TestNode.PATIENCE)).isEqualTo(new MessageReceived(alice.id(), longest(
                    i)));
            assertThat(alice.events.receiveMessage(TestNode.PATIENCE)).isEqualTo(new MessageReceived(bob.id(), longest(
                    1_000 + i)));
        }
        alice.stop();
        bob.stop();
    }

    /** A warning of 65535 bytes: type, channel id and length take 36. */
    private static Warning longest(int number) {
        Warning warning = new Warning(RawPeer.channel(number), Bytes.zeros(Messages.MAX_SIZE - 36));
        assertThat(Messages.encode(warning).size()).isEqualTo(Messages.MAX_SIZE);
        return warning;
    }

    @Test
    void a_peer_may_send_byte_by_byte() {
        var network = new InMemoryNetwork();
        var node = new TestNode(KIT, TestNode.settings(1), network.at(1));
        PeerUri uri = node.listen();
        RawPeer peer = RawPeer.silent(KIT, network.at(2), uri, uri.nodeId(), 50);
        drip(peer, peer.noise.opening());
        while (!peer.noise.isEstablished()) peer.pump();
        drip(peer, peer.noise.encrypt(Messages.encode(new Init(PeerSettings.FEATURES, PeerSettings.FEATURES))));
        drip(peer, peer.noise.encrypt(Messages.encode(new Ping(5, Bytes.zeros(700)))));
        assertThat(peer.next()).isInstanceOf(Init.class);
        assertThat(peer.next()).isEqualTo(new Pong(Bytes.zeros(5)));
        node.stop();
    }

    private static void drip(RawPeer peer, Bytes bytes) {
        for (int i = 0; i < bytes.size(); i++) peer.line.send(bytes.slice(i, i + 1));
    }

    @Test
    void many_peers_are_served_at_once() {
        TestNode node = node(1);
        PeerUri uri = node.listen();
        var raw = SocketTransport.onLoopback(KIT.system(), 0);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 200; i++) peers.add(RawPeer.ready(KIT, raw, uri, 100 + i));
        for (int i = 0; i < peers.size(); i++) peers.get(i).send(new Ping(i, Bytes.EMPTY));
        for (int i = 0; i < peers.size(); i++) assertThat(peers.get(i).next()).isEqualTo(new Pong(Bytes.zeros(i)));
        for (int i = 0; i < peers.size(); i++) node.up();
        KIT.createTestProbe().awaitAssert(TestNode.PATIENCE, () -> {
            assertThat(node.list().peers()).hasSize(200).allMatch(PeerStatus::isConnected);
            return null;
        });
        raw.stop();
        node.stop();
    }

    @Test
    void a_peer_over_its_budget_is_read_no_faster_and_others_are_not_held_up() {
        var slow = new PeerSettings.Pace(Duration.ofMillis(300), 100, 10);
        var settings = new PeerSettings(TestNode.secret(1), PeerSettings.FEATURES, TestNode.CHAIN, 300, TestNode.QUICK,
                slow);
        var node = new TestNode(KIT, settings, SocketTransport.onLoopback(KIT.system(), 0));
        PeerUri uri = node.listen();
        var raw = SocketTransport.onLoopback(KIT.system(), 0);
        RawPeer flood = RawPeer.ready(KIT, raw, uri, 50);
        RawPeer quiet = RawPeer.ready(KIT, raw, uri, 51);
        // A period takes what its budget is for, then the 256 KiB that the line holds back: this takes three refills,
        // and the first comes early, for its period began with init.
        Bytes filling = Bytes.zeros(1_000);
        long began = System.nanoTime();
        for (int i = 0; i < 1_100; i++) flood.send(new UnknownMessage(33_001, filling));
        flood.send(new Ping(1, Bytes.EMPTY));
        quiet.send(new Ping(2, Bytes.EMPTY));
        assertThat(quiet.next()).isEqualTo(new Pong(Bytes.zeros(2)));
        assertThat(flood.next()).isEqualTo(new Pong(Bytes.zeros(1)));
        assertThat(System.nanoTime() - began).isGreaterThan(2 * 300_000_000L);
        raw.stop();
        node.stop();
    }

    @Test
    void a_listener_that_answers_with_garbage_is_given_up_and_the_line_closed() {
        var network = new InMemoryNetwork();
        var node = new TestNode(KIT, TestNode.settings(1), network.at(1));
        var lines = KIT.<LineEvent>createTestProbe();
        network.at(9).listen(line -> {
            line.send(Bytes.zeros(200));
            return lines.ref()::tell;
        });
        var result = node.connect(new PeerUri(TestNode.settings(9).nodeId(), InMemoryNetwork.address(9)));
        assertThat(result).isInstanceOfSatisfying(PeerActor.ConnectResult.Failed.class, failed -> assertThat(failed
                .reason()).contains("the handshake failed"));
        lines.expectMessageClass(LineEvent.Received.class);
        lines.expectMessageClass(LineEvent.Closed.class);
        node.stop();
    }
}
