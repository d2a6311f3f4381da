package fulgurite.node.peer;

import static fulgurite.node.peer.RawPeer.channel;
import static fulgurite.node.peer.TestNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.peer.PeerActor.ChannelNotice;
import fulgurite.node.peer.PeerActor.Event.MessageReceived;
import fulgurite.node.transport.PeerAddress;
import fulgurite.node.transport.PeerUri;
import fulgurite.node.transport.SocketTransport;
import fulgurite.node.transport.TransportLimits;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.ErrorMessage;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import fulgurite.protocol.wire.UpdateFee;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes on loopback. */
@ParameterizedClass(name = "webSocket = {0}")
@ValueSource(booleans = {false, true})
class PeersTest {
    private static final ActorTestKit KIT = TestNode.kit("peers");
    private final TestNode alice = new TestNode(KIT, TestNode.settings(1), SocketTransport.onLoopback(KIT.system(),
            0));
    private final TestNode bob = new TestNode(KIT, TestNode.settings(2), SocketTransport.onLoopback(KIT.system(),
            0));
    private PeerUri toBob = new PeerUri(bob.id(), TestNode.nowhere());

    private final boolean webSocket;

    PeersTest(boolean webSocket) {
        this.webSocket = webSocket;
    }

    @BeforeEach
    void bob_listens() {
        PeerUri bound = bob.listen();
        toBob = webSocket
                ? new PeerUri(bound.nodeId(), PeerAddress.webSocket("127.0.0.1", bound.address().port()))
                : bound;
    }

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
    void two_nodes_shake_hands_and_say_init() {
        var result = alice.connect(toBob);
        assertThat(result).isInstanceOfSatisfying(PeerActor.ConnectResult.Connected.class, connected -> {
            assertThat(connected.peer()).isEqualTo(bob.id());
            assertThat(connected.theirs().sameBits(PeerSettings.FEATURES)).isTrue();
        });
        assertThat(alice.up().peer()).isEqualTo(bob.id());
        assertThat(bob.up().peer()).isEqualTo(alice.id());
        // Who asks is told of a line a little later than who listens.
        KIT.createTestProbe().awaitAssert(() -> {
            assertThat(alice.list().peers()).singleElement().satisfies(status -> {
                assertThat(status.nodeId()).isEqualTo(bob.id());
                assertThat(status.isConnected()).isTrue();
                assertThat(status.address()).contains(toBob.address().toString());
            });
            return true;
        });
    }

    @Test
    void connecting_twice_finds_the_first_connection() {
        alice.connect(toBob);
        alice.up();
        bob.up();
        assertThat(alice.connect(toBob)).isInstanceOf(PeerActor.ConnectResult.Connected.class);
        alice.events.expectNoMessage(Duration.ofMillis(200));
        bob.events.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void a_message_reaches_the_attached_channel_and_others_reach_the_node() {
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        bob.tell(alice.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        alice.connect(toBob);
        bob.up();
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        alice.tell(bob.id(), new PeerActor.Send(fee(1)));
        alice.tell(bob.id(), new PeerActor.Send(fee(2)));
        alice.tell(bob.id(), new PeerActor.Send(Warning.of(channel(1), "careful")));
        assertThat(inbox.receiveMessage(PATIENCE)).isEqualTo(new ChannelNotice.Received(fee(1)));
        assertThat(bob.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(alice.id(), fee(2)));
        assertThat(bob.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(alice.id(), Warning.of(channel(1),
                "careful")));
        bob.tell(alice.id(), new PeerActor.DetachChannel(channel(1)));
        bob.list();
        bob.tell(alice.id(), new PeerActor.Send(fee(9)));
        alice.up();
        assertThat(alice.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(bob.id(), fee(9)));
        alice.tell(bob.id(), new PeerActor.Send(fee(1)));
        assertThat(bob.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(alice.id(), fee(1)));
        inbox.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void what_is_sent_together_comes_in_order_and_gossip_in_rows() {
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        bob.tell(alice.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        alice.connect(toBob);
        bob.up();
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        var query = new ReplyShortChannelIdsEnd(Bytes32.ZERO, 1);

        alice.up()
                .line()
                .tell(new PeerConnectionActor.Send(List.of(said(1), said(2), fee(1), said(3), query,
                        said(4), fee(1))));

        assertThat(gossip(2)).containsExactly(said(1), said(2));
        assertThat(gossip(1)).containsExactly(said(3));
        assertThat(bob.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(alice.id(), query));
        assertThat(gossip(1)).containsExactly(said(4));
        for (int i = 0; i < 2; i++)
            assertThat(inbox.receiveMessage(PATIENCE)).isEqualTo(new ChannelNotice.Received(fee(1)));
    }

    /** The next messages that bob hears, which must be gossip: a stream may come in more pieces than it was sent in. */
    private List<GossipMessage> gossip(int messages) {
        var heard = new ArrayList<GossipMessage>();
        while (heard.size() < messages) {
            var row = bob.events.expectMessageClass(PeerActor.Event.GossipReceived.class, PATIENCE);
            assertThat(row.peer()).isEqualTo(alice.id());
            heard.addAll(row.messages());
        }
        return heard;
    }

    private static ChannelUpdate said(int channel) {
        return new ChannelUpdate(new Signature(Bytes.zeros(64)), Bytes32.ZERO, new ShortChannelId(channel), 1, 1, 0,
                new CltvDelta(1), MilliSatoshi.ZERO, MilliSatoshi.ZERO, 0, MilliSatoshi.ZERO, Bytes.EMPTY);
    }

    @Test
    void more_messages_than_one_write_takes_come_in_order() {
        alice.connect(toBob);
        bob.up();
        List<ChannelUpdate> all = IntStream.range(0, 3_000).mapToObj(PeersTest::said).toList();

        alice.up().line().tell(new PeerConnectionActor.Send(all));

        assertThat(gossip(all.size())).containsExactlyElementsOf(all);
    }

    @Test
    @Tag("rule:3")
    void an_error_for_all_channels_reaches_each_of_them_and_the_node() {
        TestProbe<ChannelNotice> one = KIT.createTestProbe();
        TestProbe<ChannelNotice> two = KIT.createTestProbe();
        alice.connect(toBob);
        bob.up();
        bob.tell(alice.id(), new PeerActor.AttachChannel(channel(1), one.ref()));
        bob.tell(alice.id(), new PeerActor.AttachChannel(channel(2), two.ref()));
        one.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        two.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        ErrorMessage all = ErrorMessage.of(ChannelId.ALL, "burn it");
        alice.tell(bob.id(), new PeerActor.Send(all));
        assertThat(one.receiveMessage(PATIENCE)).isEqualTo(new ChannelNotice.Received(all));
        assertThat(two.receiveMessage(PATIENCE)).isEqualTo(new ChannelNotice.Received(all));
        assertThat(bob.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(alice.id(), all));
    }

    @Test
    void a_cut_line_is_told_and_dialled_again() {
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        alice.tell(bob.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        alice.connect(toBob);
        var first = inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        alice.up();
        bob.up();
        bob.tell(alice.id(), new PeerActor.Disconnect("for a test"));
        inbox.expectMessageClass(ChannelNotice.LinkLost.class, PATIENCE);
        alice.down();
        assertThat(bob.down().reason()).isEqualTo("for a test");
        var second = inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
        alice.up();
        bob.up();
        first.line().tell(new PeerConnectionActor.Send(fee(1)));
        second.line().tell(new PeerConnectionActor.Send(fee(2)));
        assertThat(bob.events.receiveMessage(PATIENCE)).as("what was meant for the lost line is lost")
                .isEqualTo(
                        new MessageReceived(alice.id(), fee(2)));
    }

    @Test
    void a_peer_that_moved_is_found_where_it_says_that_it_is() {
        alice.connect(toBob);
        alice.up();
        bob.stop();
        alice.down();
        alice.events.expectMessage(PATIENCE, new PeerActor.Event.AddressWanted(bob.id()));
        var moved = new TestNode(KIT, bob.settings, SocketTransport.onLoopback(KIT.system(), 0));
        alice.tell(bob.id(), new PeerActor.LearnAnnounced(List.of(TestNode.nowhere(), moved.listen().address())));
        assertThat(moved.up().peer()).isEqualTo(alice.id());
        moved.stop();
    }

    @Test
    void who_has_a_channel_and_no_address_is_asked_for_and_dialled_once_it_is_known() {
        TestProbe<ChannelNotice> inbox = KIT.createTestProbe();
        alice.tell(bob.id(), new PeerActor.AttachChannel(channel(1), inbox.ref()));
        alice.events.expectMessage(PATIENCE, new PeerActor.Event.AddressWanted(bob.id()));
        alice.tell(bob.id(), new PeerActor.LearnAnnounced(List.of(toBob.address())));
        inbox.expectMessageClass(ChannelNotice.LinkUp.class, PATIENCE);
    }

    @Test
    void of_several_addresses_each_is_tried_until_one_answers() {
        TestProbe<PeerActor.ConnectResult> result = KIT.createTestProbe();
        alice.tell(bob.id(), new PeerActor.Connect(TestNode.nowhere(), List.of(TestNode.nowhere(), toBob.address()),
                result.ref()));
        assertThat(result.expectMessageClass(PeerActor.ConnectResult.Connected.class, PATIENCE).address())
                .contains(toBob
                        .address());
        TestProbe<PeerActor.ConnectResult> nobody = KIT.createTestProbe();
        alice.tell(TestNode.settings(9).nodeId(), new PeerActor.Connect(TestNode.nowhere(), List.of(TestNode.nowhere()),
                nobody.ref()));
        nobody.expectMessageClass(PeerActor.ConnectResult.Failed.class, PATIENCE);
    }

    @Test
    void a_node_that_was_down_is_found_when_it_is_back_on_its_port() {
        alice.connect(toBob);
        alice.up();
        bob.up();
        bob.stop();
        alice.down();
        var again = new TestNode(KIT, bob.settings, new SocketTransport(KIT.system(), "127.0.0.1", toBob.address()
                .port(), TransportLimits.DEFAULT, Optional.empty(), () -> 0));
        assertThat(again.listen().address().port()).isEqualTo(toBob.address().port());
        assertThat(again.up().peer()).isEqualTo(alice.id());
        assertThat(alice.up().peer()).isEqualTo(bob.id());
        again.stop();
    }

    @RepeatedTest(5)
    void when_both_dial_at_once_one_connection_stays_and_works() {
        PeerUri toAlice = alice.listen();
        TestProbe<ChannelNotice> atAlice = greeter(alice, bob);
        TestProbe<ChannelNotice> atBob = greeter(bob, alice);
        TestProbe<PeerActor.ConnectResult> results = KIT.createTestProbe();
        alice.tell(bob.id(), new PeerActor.Connect(toBob.address(), results.ref()));
        bob.tell(alice.id(), new PeerActor.Connect(toAlice.address(), results.ref()));
        results.expectMessageClass(PeerActor.ConnectResult.Connected.class, PATIENCE);
        results.expectMessageClass(PeerActor.ConnectResult.Connected.class, PATIENCE);
        // Whatever flaps while the two lines cross, it comes to rest in one that carries messages both ways.
        awaitGreeting(atAlice);
        awaitGreeting(atBob);
        results.awaitAssert(PATIENCE, () -> {
            assertThat(alice.list().peers()).singleElement().matches(PeerStatus::isConnected);
            assertThat(bob.list().peers()).singleElement().matches(PeerStatus::isConnected);
            return null;
        });
    }

    /** A channel that says hello on every link. */
    private static TestProbe<ChannelNotice> greeter(TestNode at, TestNode to) {
        TestProbe<ChannelNotice> seen = KIT.createTestProbe();
        at.tell(to.id(), new PeerActor.AttachChannel(channel(1), KIT.spawn(Behaviors.<ChannelNotice>receiveMessage(
                notice -> {
                    if (notice instanceof ChannelNotice.LinkUp up) up.line().tell(new PeerConnectionActor.Send(fee(1)));
                    seen.ref().tell(notice);
                    return Behaviors.same();
                }))));
        return seen;
    }

    private static void awaitGreeting(TestProbe<ChannelNotice> seen) {
        while (!seen.receiveMessage(PATIENCE).equals(new ChannelNotice.Received(fee(1)))) continue;
    }

    @Test
    void a_failed_first_connection_is_reported_and_forgotten() {
        var result = alice.connect(new PeerUri(bob.id(), TestNode.nowhere()));
        assertThat(result).isInstanceOfSatisfying(PeerActor.ConnectResult.Failed.class, failed -> assertThat(failed
                .reason()).contains("cannot connect to 127.0.0.1:1"));
        KIT.createTestProbe().awaitAssert(PATIENCE, () -> {
            assertThat(alice.list().peers()).isEmpty();
            return null;
        });
        alice.events.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void dialling_the_right_place_for_the_wrong_node_fails_the_handshake() {
        var wrong = new PeerUri(TestNode.settings(77).nodeId(), toBob.address());
        assertThat(alice.connect(wrong)).isInstanceOfSatisfying(PeerActor.ConnectResult.Failed.class,
                failed -> assertThat(
                        failed.reason()).contains("during the handshake"));
        bob.events.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void a_node_does_not_dial_itself() {
        assertThat(bob.connect(toBob)).isInstanceOfSatisfying(PeerActor.ConnectResult.Failed.class,
                failed -> assertThat(
                        failed.reason()).contains("this node itself"));
    }

    @Test
    void a_broadcast_reaches_all_but_one() {
        var carol = new TestNode(KIT, TestNode.settings(3), SocketTransport.onLoopback(KIT.system(), 0));
        alice.connect(toBob);
        carol.connect(toBob);
        alice.up();
        carol.up();
        bob.up();
        bob.up();
        KIT.createTestProbe().awaitAssert(PATIENCE, () -> {
            assertThat(bob.list().peers()).hasSize(2).allMatch(PeerStatus::isConnected);
            return null;
        });
        bob.peers.tell(new PeersActor.Broadcast(List.of(fee(1), fee(2)), Optional.of(alice.id())));
        assertThat(carol.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(bob.id(), fee(1)));
        assertThat(carol.events.receiveMessage(PATIENCE)).isEqualTo(new MessageReceived(bob.id(), fee(2)));
        alice.events.expectNoMessage(Duration.ofMillis(50));
        carol.stop();
    }

    private static UpdateFee fee(int number) {
        return new UpdateFee(channel(number), new FeeratePerKw(253));
    }
}
