package fulgurite.node.peer;

import static fulgurite.node.peer.RawPeer.channel;
import static fulgurite.node.peer.TestNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import fulgurite.node.peer.PeerActor.ChannelNotice;
import fulgurite.node.transport.InMemoryNetwork;
import fulgurite.node.transport.PeerUri;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.wire.Init;
import fulgurite.protocol.wire.Ping;
import fulgurite.protocol.wire.UnknownMessage;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a peer is dialled, kept, replaced and forgotten; over lines in memory. */
class PeerActorTest {
    private static final ActorTestKit KIT = TestNode.kit("peer-actor");
    private final InMemoryNetwork network = new InMemoryNetwork();
    private final TestNode alice = new TestNode(KIT, TestNode.settings(1), network.at(1));
    private final TestNode bob = new TestNode(KIT, TestNode.settings(2), network.at(2));

    @AfterEach
    void both_stop() {
        alice.stop();
        bob.stop();
    }

    @AfterAll
    static void ends() {
        KIT.shutdownTestKit();
    }

    @Test
    void an_address_alone_is_no_reason_to_dial_but_a_channel_is() {
        bob.listen();
        alice.tell(bob.id(), new PeerActor.LearnAddress(InMemoryNetwork.address(2)));
        alice.events.expectNoMessage(Duration.ofMillis(100));
        assertThat(network.dials()).isZero();
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        alice.tell(bob.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        assertThat(network.dials()).isOne();
    }

    @Test
    void a_wrong_address_that_someone_tried_does_not_replace_the_right_one() {
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        alice.tell(bob.id(), new PeerActor.LearnAddress(InMemoryNetwork.address(2)));
        alice.tell(bob.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        assertThat(alice.connect(new PeerUri(bob.id(), InMemoryNetwork.address(99)))).isInstanceOf(
                PeerActor.ConnectResult.Failed.class);
        bob.listen();
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
    }

    @Test
    void a_new_address_is_tried_at_once_and_kept_when_it_is_right() {
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        PeerUri uri = bob.listen();
        alice.tell(bob.id(), new PeerActor.LearnAddress(InMemoryNetwork.address(99)));
        alice.tell(bob.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        assertThat(alice.connect(uri)).isInstanceOf(PeerActor.ConnectResult.Connected.class);
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        network.cut();
        inbox.expectMessageClass(ChannelNotice.LinkLost.class, PATIENCE);
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
    }

    @Test
    void a_peer_with_a_channel_is_dialled_until_it_answers() {
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        alice.tell(bob.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        alice.tell(bob.id(), new PeerActor.LearnAddress(InMemoryNetwork.address(2)));
        inbox.awaitAssert(PATIENCE, () -> {
            assertThat(network.dials()).isGreaterThan(3);
            return null;
        });
        inbox.expectNoMessage(Duration.ofMillis(20));
        bob.listen();
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
    }

    @Test
    void a_peer_that_was_asked_for_is_dialled_again_until_disconnected() {
        PeerUri uri = bob.listen();
        alice.connect(uri);
        alice.up();
        network.cut();
        assertThat(alice.down().reason()).isEqualTo("the network broke");
        alice.up();
        alice.tell(bob.id(), new PeerActor.Disconnect("enough"));
        assertThat(alice.down().reason()).isEqualTo("enough");
        int dials = network.dials();
        alice.events.expectNoMessage(Duration.ofMillis(400));
        assertThat(network.dials()).isEqualTo(dials);
        assertThat(alice.list().peers()).singleElement().matches(status -> !status.isConnected());
    }

    @Test
    void a_stranger_that_leaves_is_forgotten() {
        PeerUri uri = bob.listen();
        RawPeer stranger = RawPeer.ready(KIT, network.at(3), uri, 50);
        bob.up();
        assertThat(bob.list().peers()).hasSize(1);
        stranger.line.close();
        bob.down();
        KIT.createTestProbe().awaitAssert(PATIENCE, () -> {
            assertThat(bob.list().peers()).isEmpty();
            return null;
        });
    }

    @Test
    void a_newer_connection_of_the_same_peer_replaces_the_older() {
        PeerUri uri = bob.listen();
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        RawPeer first = RawPeer.ready(KIT, network.at(3), uri, 50);
        bob.up();
        bob.tell(TestNode.settings(50).nodeId(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        RawPeer second = RawPeer.ready(KIT, network.at(3), uri, 50);
        assertThat(first.ended()).isEqualTo("the other side closed it");
        assertThat(bob.down().reason()).isEqualTo("replaced by a newer connection");
        bob.up();
        inbox.expectMessageClass(ChannelNotice.LinkLost.class, PATIENCE);
        var up = inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        up.line().tell(new PeerConnectionActor.Send(new UnknownMessage(33_333, Bytes.EMPTY)));
        assertThat(second.next()).isEqualTo(new UnknownMessage(33_333, Bytes.EMPTY));
    }

    @Test
    void one_who_only_shakes_hands_in_a_peer_s_name_does_not_disturb_its_connection() {
        PeerUri uri = bob.listen();
        RawPeer first = RawPeer.ready(KIT, network.at(3), uri, 50);
        bob.up();
        RawPeer second = RawPeer.shaken(KIT, network.at(3), uri, 50);
        assertThat(second.next()).isInstanceOf(Init.class);
        second.line.close();
        first.send(new Ping(2, Bytes.EMPTY));
        first.next();
        bob.events.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void strangers_beyond_the_cap_are_turned_away_with_a_word() {
        PeerSettings few = new PeerSettings(TestNode.secret(4), PeerSettings.FEATURES, TestNode.CHAIN, 1,
                TestNode.QUICK, PeerSettings.Pace.DEFAULT);
        var node = new TestNode(KIT, few, network.at(4));
        PeerUri uri = node.listen();
        RawPeer.ready(KIT, network.at(3), uri, 50);
        node.up();
        KIT.createTestProbe().awaitAssert(PATIENCE, () -> {
            assertThat(node.list().peers()).hasSize(1).allMatch(PeerStatus::isConnected);
            return null;
        });
        RawPeer second = RawPeer.shaken(KIT, network.at(3), uri, 51);
        assertThat(second.next()).isInstanceOf(Init.class);
        assertThat(second.next()).isInstanceOfSatisfying(Warning.class, warning -> assertThat(warning.text()).contains(
                "too many peers"));
        assertThat(second.ended()).isEqualTo("the other side closed it");
        node.stop();
    }

    @Test
    void a_peer_that_falls_silent_is_pinged_and_given_up() {
        PeerSettings.Timing quick = TestNode.QUICK;
        var timing = new PeerSettings.Timing(quick.dial(), quick.setUp(), Duration.ofMillis(200), quick.settled(), quick
                .simultaneous(), quick.firstRetry(), quick.longestRetry());
        var node = new TestNode(KIT, TestNode.settings(4, timing), network.at(4));
        RawPeer peer = RawPeer.ready(KIT, network.at(3), node.listen(), 50);
        assertThat(peer.next()).isInstanceOf(Ping.class);
        assertThat(peer.ended()).isEqualTo("the other side closed it");
        node.up();
        assertThat(node.down().reason()).isEqualTo("it does not answer pings");
        node.stop();
    }

    @Test
    void a_stopped_node_leaves_no_line_open() {
        PeerUri uri = bob.listen();
        // First the silent line: once the other one is up, both have been taken.
        RawPeer shaking = RawPeer.silent(KIT, network.at(3), uri, uri.nodeId(), 51);
        RawPeer peer = RawPeer.ready(KIT, network.at(3), uri, 50);
        bob.up();
        KIT.stop(bob.peers, PATIENCE);
        assertThat(peer.ended()).isEqualTo("the other side closed it");
        assertThat(shaking.ended()).isEqualTo("the other side closed it");
    }

    @Test
    void listening_where_another_does_is_reported() {
        bob.listen();
        var second = new TestNode(KIT, TestNode.settings(4), network.at(2));
        TestProbe<PeersActor.ListenResult> result = KIT.createTestProbe();
        second.peers.tell(new PeersActor.Listen(result.ref()));
        assertThat(result.expectMessageClass(PeersActor.ListenResult.Failed.class, PATIENCE).reason()).contains(
                "port 2 is taken");
        KIT.stop(second.peers, PATIENCE);
    }
}
