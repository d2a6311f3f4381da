package fulgurite.node.router;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GossipInletTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));
    private static final NodeId ALICE = node(1);
    private static final NodeId BOB = node(2);
    private static ActorTestKit kit;
    private final TestProbe<RouterActor.Command> table = kit.createTestProbe();
    private final TestProbe<PeersActor.Command> peers = kit.createTestProbe();
    private final TestProbe<PeerConnectionActor.Send> line = kit.createTestProbe();

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create("inlet-test");
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    private static NodeId node(int number) {
        return new NodeId(Curve.publicKey(PrivateKey.fromHex("%064x".formatted(number))));
    }

    private static RouterActor.Received said(NodeId peer, int channel) {
        return new RouterActor.Received(peer, new ChannelUpdate(new Signature(Bytes.zeros(64)), Bytes32.ZERO,
                new ShortChannelId(channel), 1, 1, 0, new CltvDelta(1), MilliSatoshi.ZERO, MilliSatoshi.ZERO, 0,
                MilliSatoshi.ZERO, Bytes.EMPTY));
    }

    private ActorRef<RouterActor.Command> inlet(GossipPace pace) {
        ActorRef<RouterActor.Command> inlet = kit.spawn(GossipInlet.before(peers.ref(), pace, CLOCK,
                self -> Behaviors.receiveMessage(command -> {
                    table.ref().tell(command);
                    return Behaviors.same();
                })));
        for (NodeId peer : List.of(ALICE, BOB)) {
            inlet.tell(new RouterActor.PeerUp(peer, Features.EMPTY, line.ref()));
            table.expectMessageClass(RouterActor.PeerUp.class);
        }
        return inlet;
    }

    private List<RouterActor.Received> portion() {
        return table.expectMessageClass(RouterActor.Portion.class).gossip();
    }

    @Test
    void gossip_goes_in_by_the_portion_in_order_the_next_one_when_the_last_is_done() {
        var inlet = inlet(GossipPace.DEFAULT);
        for (int i = 0; i < 1_101; i++) inlet.tell(said(i % 2 == 0 ? ALICE : BOB, i));

        List<RouterActor.Received> first = portion();
        assertThat(first).containsExactly(said(ALICE, 0));
        // Everything else passes a portion that is under way.
        inlet.tell(new RouterActor.NewHeight(new BlockHeight(7)));
        table.expectMessage(new RouterActor.NewHeight(new BlockHeight(7)));
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).hasSize(500).startsWith(said(BOB, 1)).endsWith(said(ALICE, 500));
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).hasSize(500);
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).hasSize(100).endsWith(said(ALICE, 1_100));
    }

    @Test
    void the_end_of_an_answer_waits_until_all_before_it_is_done_and_a_question_does_not() {
        var inlet = inlet(GossipPace.DEFAULT);
        var end = new RouterActor.ReceivedQuery(ALICE, new ReplyShortChannelIdsEnd(Bytes32.ZERO, 1));
        var question = new RouterActor.ReceivedQuery(BOB, new QueryChannelRange(Bytes32.ZERO, 0, 1));
        inlet.tell(said(ALICE, 1));
        inlet.tell(said(ALICE, 2));
        inlet.tell(end);
        inlet.tell(said(ALICE, 3));
        inlet.tell(question);

        assertThat(portion()).hasSize(1);
        table.expectMessage(question);
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).containsExactly(said(ALICE, 2));
        inlet.tell(new RouterActor.Done());
        table.expectMessage(end);
        assertThat(portion()).containsExactly(said(ALICE, 3));
    }

    @Test
    void a_peer_that_floods_is_not_heard_beyond_its_pace_and_then_disconnected_and_others_are_heard() {
        var inlet = inlet(new GossipPace(20, 1, 1, 50, 10));
        for (int i = 0; i < 69; i++) inlet.tell(said(ALICE, i));
        portion();
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).hasSize(19);
        inlet.tell(said(BOB, 100));
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).containsExactly(said(BOB, 100));
        peers.expectNoMessage(java.time.Duration.ZERO);

        inlet.tell(said(ALICE, 70));

        PeersActor.ToPeer told = peers.expectMessageClass(PeersActor.ToPeer.class);
        assertThat(told.peer()).isEqualTo(ALICE);
        assertThat(told.command()).isInstanceOf(PeerActor.Disconnect.class);
        for (int i = 0; i < 1_000; i++) inlet.tell(said(ALICE, i));
        inlet.tell(said(BOB, 101));
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).containsExactly(said(BOB, 101));
        peers.expectNoMessage(java.time.Duration.ZERO);
    }

    @Test
    void what_was_asked_for_is_heard_whatever_the_pace() {
        var inlet = inlet(new GossipPace(1, 1, 1, 10, 10));
        inlet.tell(new RouterActor.Expected(ALICE, 100));
        for (int i = 0; i < 101; i++) inlet.tell(said(ALICE, i));
        portion();
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).hasSize(100);
    }

    @Test
    void a_peer_that_asks_too_much_gets_no_answers() {
        var inlet = inlet(new GossipPace(50, 1, 10, 3, 10));
        var question = new RouterActor.ReceivedQuery(BOB, new QueryChannelRange(Bytes32.ZERO, 0, 1));
        for (int i = 0; i < 8; i++) inlet.tell(question);
        for (int i = 0; i < 5; i++) table.expectMessage(question);
        assertThat(peers.expectMessageClass(PeersActor.ToPeer.class).peer()).isEqualTo(BOB);
        table.expectNoMessage(java.time.Duration.ZERO);
    }

    @Test
    void a_peer_that_ends_answers_without_end_is_not_heard_either() {
        var inlet = inlet(new GossipPace(20, 1, 1, 50, 10));
        var end = new RouterActor.ReceivedQuery(ALICE, new ReplyShortChannelIdsEnd(Bytes32.ZERO, 1));
        inlet.tell(said(BOB, 1));
        portion();
        for (int i = 0; i < 69; i++) inlet.tell(end);
        peers.expectNoMessage(java.time.Duration.ZERO);
        inlet.tell(end);
        assertThat(peers.expectMessageClass(PeersActor.ToPeer.class).peer()).isEqualTo(ALICE);

        inlet.tell(new RouterActor.Done());
        for (int i = 0; i < 20; i++) table.expectMessage(end);
        inlet.tell(said(BOB, 2));
        assertThat(portion()).containsExactly(said(BOB, 2));
    }

    @Test
    void a_peer_that_forges_is_disconnected() {
        var inlet = inlet(new GossipPace(50, 1, 10, 3, 2));
        inlet.tell(new RouterActor.Forged(BOB));
        inlet.tell(new RouterActor.Forged(BOB));
        assertThat(peers.expectMessageClass(PeersActor.ToPeer.class).peer()).isEqualTo(BOB);
    }

    @Test
    void one_peer_takes_no_more_than_its_share_of_the_room() {
        var inlet = inlet(GossipPace.UNLIMITED);
        for (int i = 0; i < 30_000; i++) inlet.tell(said(ALICE, i));
        inlet.tell(said(BOB, 7));
        int heard = 0;
        List<RouterActor.Received> last = List.of();
        while (!last.contains(said(BOB, 7))) {
            last = portion();
            heard += last.size();
            inlet.tell(new RouterActor.Done());
        }
        assertThat(last).endsWith(said(BOB, 7));
        assertThat(heard).isLessThanOrEqualTo(30_001).isGreaterThanOrEqualTo(25_000);
    }

    @Test
    void what_comes_after_a_peer_has_gone_is_left() {
        var inlet = inlet(GossipPace.DEFAULT);
        inlet.tell(new RouterActor.PeerDown(ALICE));
        table.expectMessage(new RouterActor.PeerDown(ALICE));
        inlet.tell(said(ALICE, 1));
        inlet.tell(said(BOB, 2));
        assertThat(portion()).containsExactly(said(BOB, 2));
    }

    @Test
    void a_row_is_heard_like_one_message_after_the_other() {
        ActorRef<RouterActor.Command> inlet = inlet(new GossipPace(3, 1, 1, 10, 10));

        inlet.tell(new RouterActor.ReceivedInRow(ALICE, List.of(said(ALICE, 1).message(), said(ALICE, 2).message(),
                said(ALICE, 3).message(), said(ALICE, 4).message(), said(ALICE, 5).message())));

        assertThat(portion()).containsExactly(said(ALICE, 1), said(ALICE, 2), said(ALICE, 3));
        inlet.tell(said(BOB, 6));
        inlet.tell(new RouterActor.Done());
        assertThat(portion()).containsExactly(said(BOB, 6));
    }
}
