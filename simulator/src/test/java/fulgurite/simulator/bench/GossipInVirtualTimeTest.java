package fulgurite.simulator.bench;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.router.GossipPace;
import fulgurite.node.router.RouterActor;
import fulgurite.node.router.RouterSettings;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.graph.KnownChannel;
import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipMessage;
import fulgurite.protocol.wire.GossipQuery;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.simulator.engine.Engine;
import fulgurite.simulator.routing.ScaleFree;
import fulgurite.simulator.routing.SignedGossip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routers that gossip in virtual time: what comes when. */
class GossipInVirtualTimeTest {
    private static final Bytes32 CHAIN = new Bytes32(Bytes.zeros(32));
    private static final Features KNOWING = Features.optional(Feature.GOSSIP_QUERIES, Feature.GOSSIP_QUERIES_EX);
    private static final int CHANNELS = 60;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SignedGossip gossip = SignedGossip.of(ScaleFree.draw(20, CHANNELS, 1), CHAIN,
            Timestamp.ofEpochSeconds(Engine.BEGINNING.getEpochSecond() - 3600));
    private final Engine engine = Engine.create(1);
    private final ActorRef<Runnable> guardian = engine.start(Behaviors.receive((context, task) -> {
        spawning = context;
        task.run();
        return Behaviors.same();
    }));
    private final List<Heard> heard = new ArrayList<>();
    private akka.actor.typed.javadsl.ActorContext<Runnable> spawning;
    private Router near;
    private Router far;

    private record Heard(Instant at, LightningMessage message) {}

    private record Router(NodeId id, ActorRef<RouterActor.Command> actor) {}

    private <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        var spawned = new CompletableFuture<ActorRef<T>>();
        guardian.tell(() -> spawned.complete(spawning.spawn(behavior, name)));
        return engine.await(spawned, MINUTE);
    }

    private Router router(int number) {
        PrivateKey secret = PrivateKey.fromHex("%064x".formatted(100_000 + number));
        var id = new NodeId(Curve.publicKey(secret));
        var settings = new RouterSettings("router-" + number, id, secret, CHAIN, Features.EMPTY, "r", Bytes.EMPTY,
                new RoutingPolicy(MilliSatoshi.ZERO, 0, new CltvDelta(40), MilliSatoshi.ZERO, MilliSatoshi.ZERO),
                new RouterSettings.Gossip(RouterSettings.Gossip.FLUSH, 3, Duration.ofHours(1), GossipPace.DEFAULT));
        return new Router(id, spawn(RouterActor.create(settings, new RouterActor.Ports(
                spawn(Behaviors.ignore(), "chain-" + number),
                channel -> CompletableFuture.completedFuture(gossip.output(channel)), engine.clock(),
                spawn(Behaviors.ignore(), "peers-" + number))), "router-" + number));
    }

    private static void hear(Router to, NodeId from, LightningMessage message) {
        if (message instanceof GossipMessage said) to.actor.tell(new RouterActor.Received(from, said));
        if (message instanceof GossipQuery query) to.actor.tell(new RouterActor.ReceivedQuery(from, query));
    }

    /** A line on which {@code to} hears what {@code from} sends. */
    private ActorRef<PeerConnectionActor.Send> line(Router to, NodeId from, String name, List<Heard> record) {
        return spawn(Behaviors.receiveMessage(send -> {
            for (LightningMessage message : send.messages()) {
                record.add(new Heard(engine.clock().instant(), message));
                hear(to, from, message);
            }
            return Behaviors.same();
        }), name);
    }

    @BeforeEach
    void source_near_far() {
        near = router(1);
        far = router(2);
        NodeId source = new NodeId(Curve.publicKey(PrivateKey.fromHex("%064x".formatted(100_000))));
        near.actor.tell(new RouterActor.PeerUp(source, KNOWING,
                spawn(KnowingPeer.behavior(gossip, CHAIN, message -> hear(near, source, message)), "source")));
        engine.runFor(MINUTE);
    }

    private void connect() {
        near.actor.tell(new RouterActor.PeerUp(far.id, KNOWING, line(far, near.id, "to-far", heard)));
        far.actor.tell(new RouterActor.PeerUp(near.id, KNOWING, line(near, far.id, "to-near", new ArrayList<>())));
    }

    @AfterEach
    void end() {
        engine.close();
    }

    private RoutingTable table(Router router) {
        var answer = new CompletableFuture<RoutingTable>();
        router.actor.tell(new RouterActor.GetTable(spawn(Behaviors.receiveMessage(table -> {
            answer.complete(table);
            return Behaviors.stopped();
        }), "asker-" + heard.size() + "-" + engine.clock().millis() + "-" + router.id)));
        return engine.await(answer, MINUTE);
    }

    /** New terms for the channel, from its first node. */
    private ChannelUpdate news(KnownChannel channel) {
        ChannelUpdate before = channel.update1().orElseThrow();
        var terms = new RoutingPolicy(before.feeBase().plus(new MilliSatoshi(1)), before.feeProportionalMillionths(),
                before.cltvExpiryDelta(), before.htlcMinimum(), before.htlcMaximum());
        return OwnGossip.channelUpdate(CHAIN, channel.shortChannelId(), new Timestamp(engine.clock().millis()), terms,
                true, true, channel.node2(), gossip.secretOf(channel.node1()));
    }

    private void tellNear(ChannelUpdate update) {
        near.actor.tell(new RouterActor.Received(
                new NodeId(Curve.publicKey(PrivateKey.fromHex("%064x".formatted(100_000)))), update));
    }

    private boolean agree() {
        return table(far).equals(table(near));
    }

    private List<Heard> updates() {
        return heard.stream().filter(each -> each.message instanceof ChannelUpdate).toList();
    }

    @Test
    void a_router_learns_all_from_one_that_learned_it_itself() {
        connect();
        engine.runFor(Duration.ofSeconds(10));
        assertThat(table(near).channels().size()).isEqualTo(CHANNELS);
        assertThat(agree()).isTrue();
        assertThat(heard.stream().filter(each -> each.message instanceof ChannelAnnouncement)).hasSize(CHANNELS);
    }

    @Test
    void news_go_on_every_60_seconds_at_fixed_moments_whenever_they_came_and_only_the_newest() {
        connect();
        engine.runFor(MINUTE);
        heard.clear();
        var channels = new ArrayList<KnownChannel>();
        table(near).channels().forEach(entry -> channels.add(entry.value()));
        for (int i = 0; i < 20; i++) {
            tellNear(news(channels.get(i % 10)));
            engine.runFor(Duration.ofSeconds(17));
        }
        engine.runFor(MINUTE);

        List<Instant> moments = updates().stream().map(Heard::at).distinct().toList();
        assertThat(moments).hasSizeGreaterThanOrEqualTo(5).hasSizeLessThanOrEqualTo(7);
        for (Instant each : moments)
            assertThat(Duration.between(moments.getFirst(), each).toMillis() % MINUTE.toMillis()).isZero();
        assertThat(updates()).hasSize(20);
        assertThat(agree()).isTrue();
    }

    @Test
    void of_two_news_of_one_side_within_a_minute_only_the_newer_one_goes_on() {
        connect();
        engine.runFor(MINUTE);
        KnownChannel channel = table(near).channels().iterator().next().value();
        // Just after a moment of the peer's: the next one is nearly a minute away.
        tellNear(news(channel));
        heard.clear();
        while (updates().isEmpty()) engine.runFor(Duration.ofMillis(100));
        heard.clear();
        for (int i = 0; i < 5; i++) {
            engine.runFor(Duration.ofSeconds(3));
            tellNear(news(channel));
        }
        engine.runFor(MINUTE);
        assertThat(updates()).singleElement()
                .satisfies(each -> assertThat(each.message).isEqualTo(
                        table(near).channels().iterator().next().value().update1().orElseThrow()));
    }

    @Test
    void what_a_peer_missed_it_asks_for_within_the_hour() {
        connect();
        engine.runFor(MINUTE);
        near.actor.tell(new RouterActor.PeerDown(far.id));
        // far does not notice, and gossip passes it by.
        KnownChannel channel = table(near).channels().iterator().next().value();
        tellNear(news(channel));
        engine.runFor(Duration.ofMinutes(3));
        assertThat(agree()).isFalse();
        near.actor.tell(new RouterActor.PeerUp(far.id, KNOWING, line(far, near.id, "to-far-again", heard)));

        engine.runFor(Duration.ofMinutes(61));

        assertThat(agree()).isTrue();
    }
}
