package fulgurite.protocol.graph;

import static fulgurite.protocol.graph.TestGraph.CHAIN;
import static fulgurite.protocol.graph.TestGraph.node;
import static fulgurite.protocol.graph.TestGraph.policy;
import static fulgurite.protocol.graph.TestGraph.scid;
import static fulgurite.protocol.graph.TestGraph.secret;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.graph.GraphCommand.AddPrivateChannel;
import fulgurite.protocol.graph.GraphCommand.NoteBlock;
import fulgurite.protocol.graph.GraphCommand.NoteFundingSpent;
import fulgurite.protocol.graph.GraphCommand.ReceiveChannelAnnouncement;
import fulgurite.protocol.graph.GraphCommand.ReceiveChannelUpdate;
import fulgurite.protocol.graph.GraphCommand.ReceiveNodeAnnouncement;
import fulgurite.protocol.graph.GraphCommand.RemoveChannel;
import fulgurite.protocol.graph.GraphDecision.Accepted;
import fulgurite.protocol.graph.GraphDecision.Ignored;
import fulgurite.protocol.graph.GraphDecision.Reason;
import fulgurite.protocol.graph.GraphDecision.Violated;
import fulgurite.protocol.graph.GraphDecision.Violation;
import fulgurite.protocol.graph.GraphEffect.Broadcast;
import fulgurite.protocol.graph.GraphEffect.WatchFunding;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes32;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.PublicKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.protocol.units.Timestamp;
import fulgurite.protocol.units.TxId;
import fulgurite.protocol.wire.AnnouncementSignatures;
import fulgurite.protocol.wire.ChannelAnnouncement;
import fulgurite.protocol.wire.ChannelUpdate;
import fulgurite.protocol.wire.Features;
import fulgurite.protocol.wire.Messages;
import fulgurite.protocol.wire.NodeAnnouncement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Alice (1) and Bob (2) announce channel 5 with funding keys 101 and 102. */
class RoutingTableTest {
    private static final Timestamp NOW = Timestamp.ofEpochSeconds(1_800_000_000);
    private static final GraphContext CONTEXT = new GraphContext(CHAIN, NOW);
    private static final NodeId ALICE = node(1);
    private static final NodeId BOB = node(2);
    private static final ShortChannelId CHANNEL = scid(5);
    private static final OutPoint OUTPOINT = new OutPoint(new TxId(Bytes.zeros(32)), 1);
    private static final Satoshi CAPACITY = Satoshi.sat(100_000);
    private static final PublicKey ALICE_FUNDING = Curve.publicKey(secret(101));
    private static final PublicKey BOB_FUNDING = Curve.publicKey(secret(102));
    private static final FundingOutput FUNDING = new FundingOutput(OUTPOINT, CAPACITY,
            Scripts.payToWitnessScriptHash(Scripts.multisig(ALICE_FUNDING, BOB_FUNDING)));
    private static final RoutingPolicy TERMS = policy(1000, 100, 34, 1, 100_000_000);

    private RoutingTable table = RoutingTable.EMPTY;

    @Test
    void a_signed_channel_with_its_funding_enters_the_graph_and_its_funding_is_watched() {
        ChannelAnnouncement message = announcement();
        Accepted accepted = accept(new ReceiveChannelAnnouncement(message, Optional.of(FUNDING)));
        assertThat(accepted.events()).containsExactly(new GraphEvent.ChannelAnnounced(message, OUTPOINT, CAPACITY));
        assertThat(accepted.effects()).containsExactly(new WatchFunding(CHANNEL, OUTPOINT));
        assertThat(table.channel(CHANNEL)).map(KnownChannel::capacity).contains(CAPACITY);
        assertThat(table.node(ALICE).orElseThrow().channels().get(CHANNEL)).contains(BOB);
        assertThat(table.node(BOB).orElseThrow().channels().get(CHANNEL)).contains(ALICE);
        assertThat(decide(new ReceiveChannelAnnouncement(message, Optional.of(FUNDING))))
                .isEqualTo(new Ignored(new Reason.AlreadyKnown()));
    }

    @Test
    void each_of_the_four_signatures_is_checked() {
        Bytes wire = Messages.encode(announcement());
        List<String> fields = List.of("node_signature_1", "node_signature_2", "bitcoin_signature_1",
                "bitcoin_signature_2");
        for (int i = 0; i < 4; i++) {
            byte[] forged = wire.toByteArray();
            forged[2 + 64 * i + 40] ^= 1;
            var message = (ChannelAnnouncement) Messages.decode(Bytes.ofOwned(forged));
            assertThat(decide(new ReceiveChannelAnnouncement(message, Optional.of(FUNDING))))
                    .isEqualTo(new Violated(new Violation.BadSignature(fields.get(i))));
        }
    }

    @Test
    @Tag("rule:4")
    void fields_of_the_future_are_signed_too() {
        Bytes wire = Messages.encode(announcement()).concat(Bytes.fromHex("0b0101"));
        assertThat(decide(new ReceiveChannelAnnouncement((ChannelAnnouncement) Messages.decode(wire),
                Optional.of(FUNDING)))).isInstanceOf(Violated.class);
    }

    @Test
    void a_channel_without_a_fitting_unspent_output_is_ignored() {
        assertThat(decide(new ReceiveChannelAnnouncement(announcement(), Optional.empty())))
                .isEqualTo(new Ignored(new Reason.NoFundingOutput(CHANNEL)));
        var other = new FundingOutput(OUTPOINT, CAPACITY,
                Scripts.payToWitnessScriptHash(Scripts.multisig(ALICE_FUNDING, ALICE_FUNDING)));
        assertThat(decide(new ReceiveChannelAnnouncement(announcement(), Optional.of(other))))
                .isEqualTo(new Ignored(new Reason.OtherFundingScript(CHANNEL)));
    }

    @Test
    void another_chain_is_ignored_and_nodes_in_the_wrong_order_are_a_violation() {
        var elsewhere = new GraphContext(Bytes32.ZERO, NOW);
        assertThat(RoutingTable.decide(elsewhere, table,
                new ReceiveChannelAnnouncement(announcement(), Optional.of(FUNDING))))
                .isEqualTo(new Ignored(new Reason.OtherChain()));
        ChannelAnnouncement right = announcement();
        var swapped = new ChannelAnnouncement(right.nodeSignature2(), right.nodeSignature1(),
                right.bitcoinSignature2(), right.bitcoinSignature1(), right.features(), CHAIN, CHANNEL,
                right.nodeId2(), right.nodeId1(), right.bitcoinKey2(), right.bitcoinKey1(), Bytes.EMPTY);
        assertThat(decide(new ReceiveChannelAnnouncement(swapped, Optional.of(FUNDING))))
                .isEqualTo(new Violated(new Violation.NodesOutOfOrder(right.nodeId2(), right.nodeId1())));
    }

    @Test
    void the_first_update_takes_the_announcement_along() {
        announce();
        ChannelUpdate byAlice = update(1, BOB, NOW, TERMS, true);
        ChannelUpdate byBob = update(2, ALICE, NOW, TERMS, true);
        assertThat(accept(new ReceiveChannelUpdate(byAlice)).effects())
                .containsExactly(new Broadcast(announcement()), new Broadcast(byAlice));
        assertThat(accept(new ReceiveChannelUpdate(byBob)).effects()).containsExactly(new Broadcast(byBob));
        assertThat(table.channel(CHANNEL).orElseThrow().policyOf(ALICE)).contains(TERMS);
        assertThat(table.channel(CHANNEL).orElseThrow().policyOf(BOB)).contains(TERMS);
    }

    @Test
    void an_update_must_be_newer_than_the_one_before_and_not_from_the_future() {
        announce();
        accept(new ReceiveChannelUpdate(update(1, BOB, NOW, TERMS, true)));
        assertThat(decide(new ReceiveChannelUpdate(update(1, BOB, NOW, TERMS, false))))
                .isEqualTo(new Ignored(new Reason.Outdated(NOW.epochSeconds(), NOW.epochSeconds())));
        accept(new ReceiveChannelUpdate(update(1, BOB, NOW.plusSeconds(1), TERMS, false)));
        assertThat(table.channel(CHANNEL).orElseThrow().policyOf(ALICE)).isEmpty();
        Timestamp far = NOW.plusSeconds(2 * 86_400);
        assertThat(decide(new ReceiveChannelUpdate(update(1, BOB, far, TERMS, true))))
                .isEqualTo(new Ignored(new Reason.FromTheFuture(far.epochSeconds())));
    }

    @Test
    void an_update_above_the_capacity_or_of_an_unknown_channel_is_ignored() {
        assertThat(decide(new ReceiveChannelUpdate(update(1, BOB, NOW, TERMS, true))))
                .isEqualTo(new Ignored(new Reason.UnknownChannel(CHANNEL)));
        announce();
        assertThat(decide(new ReceiveChannelUpdate(
                update(1, BOB, NOW, policy(0, 0, 1, 1, 100_000_001), true))))
                .isEqualTo(new Ignored(new Reason.HtlcMaximumAboveCapacity(CAPACITY)));
    }

    @Test
    void an_update_in_the_name_of_another_is_a_violation() {
        announce();
        // Signed by Carol, who claims by the direction bit to be whichever of the two is not first beside Bob.
        ChannelUpdate forged = update(3, BOB, NOW, TERMS, true);
        assertThat(decide(new ReceiveChannelUpdate(forged)))
                .isEqualTo(new Violated(new Violation.BadSignature("signature of channel_update")));
    }

    @Test
    void a_node_is_heard_once_it_has_a_channel_and_only_with_newer_news() {
        NodeAnnouncement first = nodeAnnouncement(1, NOW, "alice");
        assertThat(decide(new ReceiveNodeAnnouncement(first)))
                .isEqualTo(new Ignored(new Reason.UnknownNode(ALICE)));
        announce();
        assertThat(accept(new ReceiveNodeAnnouncement(first)).effects()).containsExactly(new Broadcast(first));
        assertThat(decide(new ReceiveNodeAnnouncement(nodeAnnouncement(1, NOW, "liar"))))
                .isInstanceOf(Ignored.class);
        NodeAnnouncement next = nodeAnnouncement(1, NOW.plusSeconds(1), "alicia");
        byte[] forged = Messages.encode(next).toByteArray();
        forged[forged.length - 10] ^= 1; // in the alias;
        assertThat(decide(new ReceiveNodeAnnouncement((NodeAnnouncement) Messages.decode(Bytes.ofOwned(forged)))))
                .isInstanceOf(Violated.class);
        accept(new ReceiveNodeAnnouncement(next));
        assertThat(table.node(ALICE).orElseThrow().announcement()).contains(next);
    }

    @Test
    void a_node_of_two_names_is_believed_and_not_passed_on() {
        announce();
        NodeAnnouncement said = OwnGossip.nodeAnnouncement(Features.ofBits(1), NOW, "alice", Bytes.fromHex("ff8800"),
                Bytes.fromHex("05016126070501622607"), secret(1));
        assertThat(accept(new ReceiveNodeAnnouncement(said)).effects()).isEmpty();
        assertThat(table.node(ALICE).orElseThrow().announcement()).contains(said);
    }

    @Test
    @Tag("rule:also-spent-72")
    void a_spent_channel_is_forgotten_with_its_nodes_after_72_confirmations() {
        announce();
        accept(new NoteFundingSpent(CHANNEL, new BlockHeight(1000)));
        assertThat(decide(new ReceiveChannelUpdate(update(1, BOB, NOW, TERMS, true))))
                .isEqualTo(new Ignored(new Reason.FundingSpent(CHANNEL)));
        accept(new ReceiveChannelUpdate(update(1, BOB, NOW, TERMS, false)));
        assertThat(decide(new NoteBlock(new BlockHeight(1070)))).isEqualTo(new Ignored(new Reason.NothingToForget()));
        accept(new NoteBlock(new BlockHeight(1071)));
        assertThat(table).isEqualTo(RoutingTable.EMPTY);
    }

    @Test
    void a_private_channel_is_ours_alone_and_gone_when_closed() {
        accept(new AddPrivateChannel(CHANNEL, BOB, ALICE, CAPACITY));
        ChannelUpdate byBob = update(2, ALICE, NOW, TERMS, true);
        assertThat(accept(new ReceiveChannelUpdate(byBob)).effects()).isEmpty();
        assertThat(accept(new ReceiveNodeAnnouncement(nodeAnnouncement(2, NOW, "bob"))).effects()).isEmpty();
        assertThat(table.channel(CHANNEL).orElseThrow().policyOf(BOB)).contains(TERMS);
        assertThat(RoutingTable.resume(table)).isEmpty();
        accept(new RemoveChannel(CHANNEL));
        assertThat(table).isEqualTo(RoutingTable.EMPTY);
    }

    @Test
    void a_private_channel_that_is_announced_keeps_its_updates_and_they_go_out() {
        accept(new AddPrivateChannel(CHANNEL, ALICE, BOB, CAPACITY));
        ChannelUpdate byBob = update(2, ALICE, NOW, TERMS, true);
        accept(new ReceiveChannelUpdate(byBob));
        assertThat(accept(new ReceiveChannelAnnouncement(announcement(), Optional.of(FUNDING))).effects())
                .containsExactly(new WatchFunding(CHANNEL, OUTPOINT), new Broadcast(announcement()),
                        new Broadcast(byBob));
        assertThat(table.channel(CHANNEL).orElseThrow().policyOf(BOB)).contains(TERMS);
    }

    @Test
    void an_update_for_the_peer_alone_is_not_passed_on() {
        announce();
        ChannelUpdate hidden = OwnGossip.channelUpdate(CHAIN, CHANNEL, NOW, TERMS, true, false, BOB, secret(1));
        assertThat(accept(new ReceiveChannelUpdate(hidden)).effects()).isEmpty();
    }

    @Test
    void after_a_restart_every_unspent_public_funding_is_watched_again() {
        announce();
        assertThat(RoutingTable.resume(table)).containsExactly(new WatchFunding(CHANNEL, OUTPOINT));
        accept(new NoteFundingSpent(CHANNEL, new BlockHeight(7)));
        assertThat(RoutingTable.resume(table)).isEmpty();
    }

    @Test
    void an_alias_is_cut_between_characters() {
        NodeAnnouncement said = nodeAnnouncement(1, NOW, "⚡".repeat(11));
        assertThat(said.alias()).isEqualTo(
                Bytes.copyOf("⚡".repeat(10).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .concat(Bytes.zeros(2)));
    }

    private GraphDecision decide(GraphCommand command) {
        return RoutingTable.decide(CONTEXT, table, command);
    }

    private Accepted accept(GraphCommand command) {
        GraphDecision decision = decide(command);
        assertThat(decision).isInstanceOf(Accepted.class);
        var accepted = (Accepted) decision;
        for (GraphEvent event : accepted.events()) table = RoutingTable.evolve(table, event);
        return accepted;
    }

    private void announce() {
        accept(new ReceiveChannelAnnouncement(announcement(), Optional.of(FUNDING)));
    }

    private static ChannelAnnouncement announcement() {
        ChannelAnnouncement unsigned = OwnGossip.unsigned(CHAIN, CHANNEL, Features.EMPTY,
                new OwnGossip.Side(BOB, BOB_FUNDING), new OwnGossip.Side(ALICE, ALICE_FUNDING));
        return OwnGossip.signed(unsigned, ALICE, signatures(unsigned, secret(1), secret(101)),
                signatures(unsigned, secret(2), secret(102)));
    }

    private static AnnouncementSignatures signatures(ChannelAnnouncement unsigned, PrivateKey node,
            PrivateKey funding) {
        Bytes32 digest = OwnGossip.digest(unsigned);
        return new AnnouncementSignatures(ChannelId.ALL, CHANNEL, Curve.sign(digest, node),
                Curve.sign(digest, funding));
    }

    private static ChannelUpdate update(int speaker, NodeId peer, Timestamp at, RoutingPolicy policy,
            boolean enabled) {
        return OwnGossip.channelUpdate(CHAIN, CHANNEL, at, policy, enabled, true, peer, secret(speaker));
    }

    private static NodeAnnouncement nodeAnnouncement(int speaker, Timestamp at, String alias) {
        return OwnGossip.nodeAnnouncement(Features.ofBits(1), at, alias, Bytes.fromHex("ff8800"), Bytes.EMPTY,
                secret(speaker));
    }

    @Test
    void fees_round_down_and_never_overflow() {
        assertThat(policy(200, 2000, 20, 0, 0).feeFor(MilliSatoshi.msat(4_999_999)))
                .isEqualTo(MilliSatoshi.msat(10_199));
        assertThat(policy(5, 4_294_967_295L, 20, 0, 0).feeFor(MilliSatoshi.msat(2_100_000_000_000_000_000L)))
                .isEqualTo(MilliSatoshi.msat(Long.MAX_VALUE));
    }
}
