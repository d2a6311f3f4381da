package fulgurite.node.router;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.peer.PeerActor;
import fulgurite.node.peer.PeerConnectionActor;
import fulgurite.node.peer.PeersActor;
import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.graph.FundingOutput;
import fulgurite.protocol.graph.OwnGossip;
import fulgurite.protocol.graph.RoutingPolicy;
import fulgurite.protocol.graph.RoutingTable;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Feature;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.GossipTimestampFilter;
import fulgurite.protocol.wire.LightningMessage;
import fulgurite.protocol.wire.QueryChannelRange;
import fulgurite.protocol.wire.QueryChannelRangeTlv;
import fulgurite.protocol.wire.QueryShortChannelIds;
import fulgurite.protocol.wire.QueryShortChannelIdsTlv;
import fulgurite.protocol.wire.ReplyChannelRange;
import fulgurite.protocol.wire.ReplyShortChannelIdsEnd;
import fulgurite.protocol.wire.Warning;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RouterActorTest {
    private static final Bytes32 CHAIN = new Bytes32(Bytes.zeros(31).concat(Bytes.fromHex("07")));
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));
    private static final RoutingPolicy TERMS = new RoutingPolicy(new MilliSatoshi(1000), 100, new CltvDelta(40),
            new MilliSatoshi(1), new MilliSatoshi(900_000_000));
    private static final Satoshi CAPACITY = new Satoshi(1_000_000);
    private static final ShortChannelId CHANNEL = ShortChannelId.fromText("110x1x0");
    private static final OutPoint FUNDING = new OutPoint(new TxId(Bytes.zeros(32)), 0);
    private static final GossipTimestampFilter EVERYTHING = new GossipTimestampFilter(CHAIN, 0, 0xffffffffL);
    private static final GossipTimestampFilter NEWS = new GossipTimestampFilter(CHAIN,
            CLOCK.instant().getEpochSecond() - 20 * 60, 0xffffffffL);
    private static final Features KNOWING = Features.optional(Feature.GOSSIP_QUERIES, Feature.GOSSIP_QUERIES_EX);
    private static ActorTestKit kit;
    private static int count;
    private final Side dora = new Side(11);
    private final Side emil = new Side(12);
    private final Side us = new Side(13);
    private final NodeId sender = new Side(21).id();
    private final NodeId other = new Side(22).id();
    private TestProbe<ChainWatcher.Command> chain;
    private TestProbe<PeersActor.Command> peers;
    private String name;
    private ActorRef<RouterActor.Command> router;
    /** By the line: what came in the same row as a message that was looked at, and after it. */
    private final Map<ActorRef<PeerConnectionActor.Send>, Deque<LightningMessage>> cameAlong = new HashMap<>();

    /** A node with its keys. */
    private record Side(PrivateKey secret, PrivateKey fundingSecret) {
        Side(int seed) {
            this(key(seed), key(1000 + seed));
        }

        private static PrivateKey key(int seed) {
            return PrivateKey.fromHex("%064x".formatted(seed));
        }

        NodeId id() {
            return new NodeId(Curve.publicKey(secret));
        }

        PublicKey fundingKey() {
            return Curve.publicKey(fundingSecret);
        }
    }

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create("router-test", ConfigFactory.parseResources("fulgurite/journal/memory.conf")
                .withFallback(ConfigFactory.parseResources("fulgurite/node.conf"))
                .withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void router() {
        chain = kit.createTestProbe();
        peers = kit.createTestProbe();
        name = "node-" + count++;
        router = spawn();
    }

    @Test
    void passes_valid_gossip_on_to_the_others_and_not_back() {
        TestProbe<PeerConnectionActor.Send> from = connect(sender);
        TestProbe<PeerConnectionActor.Send> to = connect(other);

        receive(announcement(dora, emil), update(dora, emil, 1000));

        assertThat(next(to)).isEqualTo(announcement(dora, emil));
        assertThat(next(to)).isEqualTo(update(dora, emil, 1000));
        nothingMore(from);
        assertThat(chain.expectMessageClass(ChainWatcher.WatchSpent.class).outPoint()).isEqualTo(FUNDING);
    }

    @Test
    void tells_a_peer_that_comes_late_all_it_asks_for() {
        connect(sender);
        receive(announcement(dora, emil), update(dora, emil, 1000), update(emil, dora, 1000));
        awaitChannels(1);

        TestProbe<PeerConnectionActor.Send> late = connect(other);

        assertThat(List.of(next(late), next(late), next(late))).containsExactlyInAnyOrder(announcement(dora, emil),
                update(dora, emil, 1000), update(emil, dora, 1000));
    }

    @Test
    @Tag("rule:also-gossip-filter")
    void a_peer_hears_no_gossip_before_its_gossip_timestamp_filter() {
        connect(sender);
        TestProbe<PeerConnectionActor.Send> quiet = kit.createTestProbe();
        greet(emil.id(), quiet);
        TestProbe<PeerConnectionActor.Send> witness = connect(other);
        receive(announcement(dora, emil), update(dora, emil, 1000));

        assertThat(next(witness)).isEqualTo(announcement(dora, emil));
        assertThat(next(witness)).isEqualTo(update(dora, emil, 1000));
        quiet.expectNoMessage(Duration.ZERO);
        router.tell(new RouterActor.ReceivedQuery(emil.id(), EVERYTHING));
        assertThat(next(quiet)).isEqualTo(announcement(dora, emil));
    }

    @Test
    void asks_a_peer_for_the_channels_that_it_lacks_and_no_more_once_it_has_them() {
        TestProbe<PeerConnectionActor.Send> line = kit.createTestProbe();
        router.tell(new RouterActor.PeerUp(sender, KNOWING, line.ref()));
        assertThat(next(line)).isEqualTo(NEWS);
        QueryChannelRange range = (QueryChannelRange) next(line);
        assertThat(range.firstBlocknum()).isZero();
        assertThat(range.tlvs().get(QueryChannelRangeTlv.QueryOption.class))
                .contains(new QueryChannelRangeTlv.QueryOption(3));
        router.tell(new RouterActor.ReceivedQuery(sender,
                new ReplyChannelRange(CHAIN, 0, 0xffffffffL, 1, List.of(CHANNEL))));
        QueryShortChannelIds asked = (QueryShortChannelIds) next(line);
        assertThat(asked.shortChannelIds()).containsExactly(CHANNEL);
        assertThat(asked.tlvs().get(QueryShortChannelIdsTlv.QueryFlags.class))
                .contains(new QueryShortChannelIdsTlv.QueryFlags(List.of(31L)));

        receive(announcement(dora, emil), update(dora, emil, 1000), update(emil, dora, 1000));
        router.tell(new RouterActor.ReceivedQuery(sender, new ReplyShortChannelIdsEnd(CHAIN, 1)));

        awaitChannels(1);
        nothingMore(line);
    }

    @Test
    void a_peer_without_gossip_queries_is_asked_for_nothing() {
        TestProbe<PeerConnectionActor.Send> line = kit.createTestProbe();
        router.tell(new RouterActor.PeerUp(sender, Features.EMPTY, line.ref()));
        assertThat(next(line)).isEqualTo(new GossipTimestampFilter(CHAIN, 0xffffffffL, 0));
        nothingMore(line);
    }

    @Test
    void answers_queries_in_full_or_in_part_and_one_at_a_time() {
        connect(sender);
        receive(announcement(dora, emil), update(dora, emil, 1000), update(emil, dora, 1000));
        awaitUpdates();
        TestProbe<PeerConnectionActor.Send> peer = kit.createTestProbe();
        greet(other, peer);
        var unknown = ShortChannelId.fromText("7x7x7");

        router.tell(new RouterActor.ReceivedQuery(other, new QueryShortChannelIds(CHAIN, List.of(unknown, CHANNEL))));
        assertThat(next(peer)).isEqualTo(announcement(dora, emil));
        assertThat(List.of(next(peer), next(peer))).containsExactlyInAnyOrder(update(dora, emil, 1000),
                update(emil, dora, 1000));
        assertThat(next(peer)).isEqualTo(new ReplyShortChannelIdsEnd(CHAIN, 1));

        boolean doraFirst = dora.id().compareTo(emil.id()) < 0;
        router.tell(new RouterActor.ReceivedQuery(other, new QueryShortChannelIds(CHAIN, List.of(CHANNEL),
                TlvStream.of(new QueryShortChannelIdsTlv.QueryFlags(List.of(doraFirst ? 2L : 4L))))));
        assertThat(next(peer)).isEqualTo(update(dora, emil, 1000));
        assertThat(next(peer)).isEqualTo(new ReplyShortChannelIdsEnd(CHAIN, 1));

        router.tell(new RouterActor.ReceivedQuery(other, new QueryShortChannelIds(Bytes32.ZERO, List.of(CHANNEL))));
        assertThat(next(peer)).isEqualTo(new ReplyShortChannelIdsEnd(Bytes32.ZERO, 0));
    }

    @Test
    void flags_that_are_not_as_many_as_channels_are_refused() {
        TestProbe<PeerConnectionActor.Send> peer = kit.createTestProbe();
        greet(other, peer);
        router.tell(new RouterActor.ReceivedQuery(other, new QueryShortChannelIds(CHAIN, List.of(CHANNEL),
                TlvStream.of(new QueryShortChannelIdsTlv.QueryFlags(List.of(1L, 1L))))));
        assertThat(next(peer)).isInstanceOf(Warning.class);
    }

    @Test
    void who_forges_again_and_again_is_disconnected() {
        TestProbe<PeerConnectionActor.Send> line = connect(sender);
        receive(announcement(dora, emil), update(dora, emil, 1000));
        awaitChannels(1);
        for (int i = 0; i < GossipPace.DEFAULT.forged(); i++) {
            ChannelUpdate honest = update(dora, emil, 2000 + i);
            receive(new ChannelUpdate(update(emil, dora, 1).signature(), honest.chainHash(), honest.shortChannelId(),
                    honest.timestamp(), honest.messageFlags(), honest.channelFlags(), honest.cltvExpiryDelta(),
                    honest.htlcMinimum(), honest.feeBase(), honest.feeProportionalMillionths(), honest.htlcMaximum(),
                    honest.extension()));
            assertThat(next(line)).isInstanceOf(Warning.class);
        }
        PeersActor.ToPeer told = peers.expectMessageClass(PeersActor.ToPeer.class, Duration.ofSeconds(10));
        assertThat(told.peer()).isEqualTo(sender);
        assertThat(told.command()).isInstanceOf(PeerActor.Disconnect.class);
    }

    @Test
    void keeps_an_update_that_arrives_while_the_chain_is_asked() {
        connect(sender);
        receive(announcement(dora, emil), update(dora, emil, 1000));

        awaitUpdate(update(dora, emil, 1000));
    }

    @Test
    void warns_who_forges_and_believes_nothing_of_it() {
        TestProbe<PeerConnectionActor.Send> from = connect(sender);
        ChannelAnnouncement honest = announcement(dora, emil);
        receive(new ChannelAnnouncement(honest.nodeSignature2(), honest.nodeSignature1(), honest.bitcoinSignature1(),
                honest.bitcoinSignature2(), honest.features(), honest.chainHash(), honest.shortChannelId(),
                honest.nodeId1(), honest.nodeId2(), honest.bitcoinKey1(), honest.bitcoinKey2(), honest.extension()));

        assertThat(next(from)).isInstanceOf(Warning.class);
        assertThat(table().channel(CHANNEL)).isEmpty();
    }

    @Test
    void a_restart_finds_the_table_and_watches_its_fundings_again() {
        connect(sender);
        receive(announcement(dora, emil), update(dora, emil, 1000));
        awaitUpdate(update(dora, emil, 1000));
        RoutingTable before = table();
        chain.expectMessageClass(ChainWatcher.WatchSpent.class);

        kit.stop(router);
        router = spawn();

        assertThat(table()).isEqualTo(before);
        assertThat(chain.expectMessageClass(ChainWatcher.WatchSpent.class).outPoint()).isEqualTo(FUNDING);
    }

    @Test
    void a_spent_channel_is_not_routed_and_after_72_blocks_forgotten() {
        connect(sender);
        receive(announcement(dora, emil), update(dora, emil, 1000));
        ChainWatcher.WatchSpent watch = chain.expectMessageClass(ChainWatcher.WatchSpent.class);

        watch.replyTo()
                .tell(new ChainWatcher.SpentNotice(FUNDING, new Tx(2, List.of(), List.of(), 0),
                        Optional.of(new BlockHeight(200))));
        kit.createTestProbe()
                .awaitAssert(() -> assertThat(table().channel(CHANNEL).orElseThrow().spentAt()).isPresent());
        router.tell(new RouterActor.NewHeight(new BlockHeight(272)));

        awaitChannels(0);
    }

    @Test
    void tells_the_peer_our_terms_at_once_and_everybody_when_the_channel_is_announced() {
        TestProbe<PeerConnectionActor.Send> peer = connect(dora.id());
        TestProbe<PeerConnectionActor.Send> stranger = connect(other);

        router.tell(new RouterActor.OwnChannelUsable(CHANNEL, dora.id(), CAPACITY, new MilliSatoshi(900_000_000)));
        assertThat(((ChannelUpdate) next(peer)).isToBeForwarded()).isFalse();
        router.tell(new RouterActor.OwnChannelAnnounced(announcement(dora, us), funding(dora, us),
                new MilliSatoshi(900_000_000)));

        assertThat(next(stranger)).isEqualTo(announcement(dora, us));
        ChannelUpdate ours = (ChannelUpdate) next(stranger);
        assertThat(ours.isToBeForwarded()).isTrue();
        assertThat(table().channel(CHANNEL).orElseThrow().updateOf(us.id())).contains(ours);
    }

    @Test
    void a_channel_that_takes_no_more_payments_is_disabled_for_everybody() {
        TestProbe<PeerConnectionActor.Send> stranger = connect(other);
        router.tell(new RouterActor.OwnChannelAnnounced(announcement(dora, us), funding(dora, us),
                new MilliSatoshi(900_000_000)));
        next(stranger);
        ChannelUpdate before = (ChannelUpdate) next(stranger);
        next(stranger);

        router.tell(new RouterActor.OwnChannelUnusable(CHANNEL));

        ChannelUpdate after = (ChannelUpdate) next(stranger);
        assertThat(after.isDisabled()).isTrue();
        assertThat(after.timestamp()).isGreaterThan(before.timestamp());
    }

    private ActorRef<RouterActor.Command> spawn() {
        var settings = new RouterSettings(name, us.id(), us.secret(), CHAIN, Features.EMPTY, "us", Bytes.EMPTY, TERMS,
                new RouterSettings.Gossip(Duration.ofMillis(20), 3, Duration.ofHours(1), GossipPace.DEFAULT));
        return kit.spawn(RouterActor.create(settings, new RouterActor.Ports(chain.ref(),
                id -> CompletableFuture.completedStage(Optional.of(funding(dora, emil))), CLOCK, peers.ref())));
    }

    /** A connected peer that has asked for everything. */
    private TestProbe<PeerConnectionActor.Send> connect(NodeId peer) {
        TestProbe<PeerConnectionActor.Send> line = kit.createTestProbe();
        greet(peer, line);
        router.tell(new RouterActor.ReceivedQuery(peer, EVERYTHING));
        return line;
    }

    /** It wants our news, and knows of no channel itself. */
    private void greet(NodeId peer, TestProbe<PeerConnectionActor.Send> line) {
        router.tell(new RouterActor.PeerUp(peer, KNOWING, line.ref()));
        assertThat(next(line)).isEqualTo(NEWS);
        assertThat(next(line)).isInstanceOf(QueryChannelRange.class);
        router.tell(new RouterActor.ReceivedQuery(peer,
                new ReplyChannelRange(CHAIN, 0, 0xffffffffL, 1, List.of())));
    }

    private void receive(fulgurite.protocol.wire.GossipMessage... messages) {
        for (var message : messages) router.tell(new RouterActor.Received(sender, message));
    }

    private LightningMessage next(TestProbe<PeerConnectionActor.Send> line) {
        Deque<LightningMessage> left = cameAlong.computeIfAbsent(line.getRef(), ref -> new ArrayDeque<>());
        if (left.isEmpty())
            left.addAll(line.expectMessageClass(PeerConnectionActor.Send.class, Duration.ofSeconds(10)).messages());
        return left.remove();
    }

    private void nothingMore(TestProbe<PeerConnectionActor.Send> line) {
        assertThat(cameAlong.getOrDefault(line.getRef(), new ArrayDeque<>())).isEmpty();
        line.expectNoMessage(Duration.ofMillis(200));
    }

    private RoutingTable table() {
        TestProbe<RoutingTable> asked = kit.createTestProbe();
        router.tell(new RouterActor.GetTable(asked.ref()));
        return asked.receiveMessage(Duration.ofSeconds(10));
    }

    private void awaitUpdates() {
        kit.createTestProbe().awaitAssert(() -> {
            var channel = table().channel(CHANNEL).orElseThrow();
            assertThat(channel.update1()).isPresent();
            assertThat(channel.update2()).isPresent();
            return null;
        });
    }

    private void awaitUpdate(ChannelUpdate update) {
        kit.createTestProbe()
                .awaitAssert(() -> assertThat(table().channel(CHANNEL).flatMap(known -> known.updateOf(dora.id())))
                        .contains(update));
    }

    private void awaitChannels(int number) {
        kit.createTestProbe().awaitAssert(() -> {
            int found = 0;
            for (var entry : table().channels()) if (entry.value() != null) found++;
            assertThat(found).isEqualTo(number);
            return null;
        });
    }

    private static FundingOutput funding(Side a, Side b) {
        return new FundingOutput(FUNDING, CAPACITY,
                Scripts.payToWitnessScriptHash(Scripts.multisig(a.fundingKey(), b.fundingKey())));
    }

    private static ChannelAnnouncement announcement(Side a, Side b) {
        Side one = a.id().compareTo(b.id()) < 0 ? a : b;
        Side two = one == a ? b : a;
        ChannelAnnouncement unsigned = OwnGossip.unsigned(CHAIN, CHANNEL, Features.EMPTY,
                new OwnGossip.Side(one.id(), one.fundingKey()), new OwnGossip.Side(two.id(), two.fundingKey()));
        Bytes32 digest = OwnGossip.digest(unsigned);
        return new ChannelAnnouncement(sign(digest, one.secret()), sign(digest, two.secret()),
                sign(digest, one.fundingSecret()), sign(digest, two.fundingSecret()), unsigned.features(), CHAIN,
                CHANNEL,
                one.id(), two.id(), one.fundingKey(), two.fundingKey(), Bytes.EMPTY);
    }

    private static Signature sign(Bytes32 digest, PrivateKey secret) {
        return Curve.sign(digest, secret);
    }

    private static ChannelUpdate update(Side from, Side to, long timestamp) {
        return OwnGossip.channelUpdate(CHAIN, CHANNEL, Timestamp.ofEpochSeconds(timestamp), TERMS, true, true, to.id(),
                from.secret());
    }
}
