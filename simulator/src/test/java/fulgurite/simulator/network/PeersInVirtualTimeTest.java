package fulgurite.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerActor.ChannelNotice;
import fulgurite.node.peer.PeerSettings;
import fulgurite.node.peer.PeersActor;
import fulgurite.node.transport.PeerAddress;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.simulator.engine.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The node's peers, unchanged, on the engine's one thread and clock. */
class PeersInVirtualTimeTest {
    private static final PeerAddress ALICE = new PeerAddress("alice", 9735);
    private static final PeerAddress BOB = new PeerAddress("bob", 9735);
    private static final ChannelId CHANNEL = ChannelId.fromHex("11".repeat(32));

    /** Two nodes with a channel between them; {@code notices} is what Alice's channel was told, with the time. */
    private record World(Engine engine, SimulatedNetwork network, List<String> notices) {
        static World of(long seed) {
            Engine engine = Engine.create(seed);
            var network = new SimulatedNetwork(engine, NetworkConditions.ORDINARY);
            var notices = new ArrayList<String>();
            engine.start(Behaviors.setup(context -> {
                ActorRef<PeerActor.Event> ignored = context.spawnAnonymous(Behaviors.ignore());
                ActorRef<ChannelNotice> inbox = context.spawnAnonymous(Behaviors.receiveMessage(notice -> {
                    notices.add(engine.clock().instant() + " " + notice.getClass().getSimpleName());
                    return Behaviors.same();
                }));
                var alice = context.spawnAnonymous(PeersActor.create(settings(1), network.transport(ALICE), engine
                        .entropy("alice"), ignored));
                var bob = context.spawnAnonymous(PeersActor.create(settings(2), network.transport(BOB), engine.entropy(
                        "bob"), ignored));
                bob.tell(new PeersActor.Listen(context.spawnAnonymous(Behaviors.ignore())));
                NodeId bobId = settings(2).nodeId();
                alice.tell(new PeersActor.ToPeer(bobId, new PeerActor.LearnAddress(BOB)));
                alice.tell(new PeersActor.ToPeer(bobId, new PeerActor.AttachChannel(CHANNEL, inbox)));
                return Behaviors.empty();
            }));
            return new World(engine, network, notices);
        }

        private static PeerSettings settings(int key) {
            return PeerSettings.of(PrivateKey.fromHex("%064x".formatted(key)), Bytes32.ZERO);
        }

        void awaitNotices(int count, Duration limit) {
            assertThat(engine.runUntil(() -> notices.size() >= count, limit)).as("notices: " + notices).isTrue();
        }
    }

    @Test
    void a_silent_link_stays_up_for_a_day() {
        World world = World.of(1);
        world.awaitNotices(1, Duration.ofMinutes(1));
        world.engine.runFor(Duration.ofDays(1));
        assertThat(world.notices).singleElement().asString().endsWith("LinkUp");
        assertThat(world.network.openLines()).isOne();
        world.engine.close();
    }

    @Test
    void a_link_is_lost_by_a_partition_and_found_after_it() {
        World world = World.of(2);
        world.awaitNotices(1, Duration.ofMinutes(1));
        world.network.partition(ALICE, BOB);
        world.awaitNotices(2, Duration.ofMinutes(1));
        world.engine.runFor(Duration.ofHours(3));
        assertThat(world.notices).hasSize(2).last().asString().endsWith("LinkLost");
        world.network.heal(ALICE, BOB);
        // The longest pause of the back-off is five minutes.
        world.awaitNotices(3, Duration.ofMinutes(6));
        assertThat(world.notices).last().asString().endsWith("LinkUp");
        world.engine.close();
    }

    @Test
    void one_seed_gives_one_trace() {
        List<String> traces = new ArrayList<>();
        for (long seed : List.of(7L, 7L, 8L)) {
            World world = World.of(seed);
            world.awaitNotices(1, Duration.ofMinutes(1));
            world.network.disconnect(BOB);
            world.awaitNotices(3, Duration.ofMinutes(1));
            world.engine.runFor(Duration.ofMinutes(10));
            traces.add(world.engine.trace().toString() + world.notices);
            world.engine.close();
        }
        assertThat(traces.get(0)).isEqualTo(traces.get(1)).isNotEqualTo(traces.get(2));
    }
}
