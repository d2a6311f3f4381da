package fulgurite.simulator.check;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.api.NodeService.Channel;
import fulgurite.node.api.NodeService.Hop;
import fulgurite.node.api.NodeService.Payment;
import fulgurite.node.api.NodeService.PaymentState;
import fulgurite.node.api.NodeService.Route;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.ChannelId;
import fulgurite.protocol.units.CltvDelta;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.MilliSatoshi;
import fulgurite.protocol.units.NodeId;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.ShortChannelId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Alice has paid Carol 1000 sat by Bob, who kept 2 sat; each side opened what it could. One thing is wrong at a time. */
class InvariantsTest {
    private static final NodeId ALICE = node(1);
    private static final NodeId BOB = node(2);
    private static final NodeId CAROL = node(3);
    private static final ChannelId FIRST = ChannelId.fromHex("11".repeat(32));
    private static final ChannelId SECOND = ChannelId.fromHex("22".repeat(32));
    private static final PaymentHash HASH = PaymentHash.fromHex("33".repeat(32));
    private static final Satoshi CAPACITY = new Satoshi(50_000);
    private static final MilliSatoshi AMOUNT = sat(1_000);

    private static NodeId node(int key) {
        return new NodeId(Curve.publicKey(PrivateKey.fromHex("%064x".formatted(key))));
    }

    private static MilliSatoshi sat(long sat) {
        return new Satoshi(sat).toMilliSatoshi();
    }

    private static Channel channel(ChannelId id, NodeId peer, long ours, boolean weOpened, int htlcs) {
        MilliSatoshi theirs = CAPACITY.toMilliSatoshi().minus(sat(ours));
        return new Channel(id, peer, "normal", Optional.empty(), Optional.empty(), CAPACITY, sat(ours), theirs,
                MilliSatoshi.ZERO, MilliSatoshi.ZERO, weOpened, true, true, htlcs, 0, 7);
    }

    private static Payment sent(PaymentState state) {
        var hops = List.of(hop(ALICE, BOB, 1_002), hop(BOB, CAROL, 1_000));
        return new Payment(HASH, true, Optional.of(CAROL), AMOUNT, sat(2), state, Optional.empty(), Optional.empty(),
                List.of(new Route(hops, AMOUNT, sat(2), new CltvDelta(40))), Instant.EPOCH, Optional.empty());
    }

    private static Hop hop(NodeId from, NodeId to, long amount) {
        return new Hop(from, to, new ShortChannelId(1), sat(amount), MilliSatoshi.ZERO,
                CltvExpiry.at(new BlockHeight(1)));
    }

    private static Payment received(MilliSatoshi amount) {
        return new Payment(HASH, false, Optional.empty(), amount, MilliSatoshi.ZERO, PaymentState.SUCCEEDED,
                Optional.empty(), Optional.empty(), List.of(), Instant.EPOCH, Optional.empty());
    }

    private static NodeAccount alice() {
        return new NodeAccount(ALICE, "alice", sat(60_000), sat(0), sat(100), sat(9_900),
                List.of(channel(FIRST, BOB, 48_998, true, 0)), List.of(sent(PaymentState.SUCCEEDED)));
    }

    private static NodeAccount bob() {
        return new NodeAccount(BOB, "bob", sat(60_000), sat(10_000), sat(200), sat(9_800),
                List.of(channel(FIRST, ALICE, 1_002, false, 0), channel(SECOND, CAROL, 39_000, true, 0)), List.of());
    }

    private static NodeAccount carol() {
        return new NodeAccount(CAROL, "carol", sat(0), sat(-10_000), sat(0), sat(0),
                List.of(channel(SECOND, BOB, 11_000, false, 0)), List.of(received(AMOUNT)));
    }

    private static List<BrokenInvariant> check(NodeAccount... nodes) {
        return Invariants.check(new Accounts(List.of(nodes), sat(300)));
    }

    private static NodeAccount with(NodeAccount node, UnaryOperator<Channel> change) {
        var channels = new ArrayList<>(node.channels());
        channels.replaceAll(change);
        return new NodeAccount(node.id(), node.name(), node.given(), node.pushed(), node.chainFees(), node.onChain(),
                channels, node.payments());
    }

    private static NodeAccount with(NodeAccount node, MilliSatoshi onChain, Payment... payments) {
        return new NodeAccount(node.id(), node.name(), node.given(), node.pushed(), node.chainFees(), onChain,
                node.channels(), List.of(payments));
    }

    @Test
    void right_accounts_break_nothing() {
        assertThat(check(alice(), bob(), carol())).isEmpty();
    }

    @Test
    void a_millisatoshi_that_is_gone_from_a_wallet_is_found() {
        NodeAccount poorer = with(alice(), sat(9_900).minus(MilliSatoshi.msat(1)), sent(PaymentState.SUCCEEDED));
        assertThat(check(poorer, bob(), carol())).extracting(BrokenInvariant::rule)
                .containsExactly("money-conserved", "node-money-explained");
    }

    @Test
    void a_fee_that_nobody_paid_is_found_though_the_sum_is_right() {
        NodeAccount richer = with(alice(), channel -> channel(FIRST, BOB, 48_997, true, 0));
        NodeAccount poorer = with(bob(), channel -> channel.channelId().equals(FIRST)
                ? channel(FIRST, ALICE, 1_003, false, 0)
                : channel);
        assertThat(check(richer, poorer, carol())).extracting(BrokenInvariant::rule)
                .containsExactly("node-money-explained", "node-money-explained");
    }

    @Test
    void sides_that_disagree_are_named() {
        NodeAccount other = with(carol(), channel -> channel(SECOND, BOB, 10_999, false, 0));
        assertThat(check(alice(), bob(), other)).filteredOn(broken -> broken.rule().equals("channel-sides-agree"))
                .hasSize(2)
                .allSatisfy(broken -> assertThat(broken.explanation()).contains(SECOND.toString(), "balance"));
    }

    @Test
    void a_channel_of_which_one_side_knows_nothing_is_found() {
        NodeAccount forgetful = new NodeAccount(CAROL, "carol", sat(0), sat(-10_000), sat(0), sat(11_000), List.of(),
                List.of(received(AMOUNT)));
        assertThat(check(alice(), bob(), forgetful)).contains(new BrokenInvariant.ChannelNotShared(SECOND, 1));
    }

    @Test
    void an_htlc_that_stays_is_found() {
        NodeAccount waiting = with(bob(), channel -> channel.channelId().equals(SECOND)
                ? channel(SECOND, CAROL, 39_000, true, 1)
                : channel);
        assertThat(check(alice(), waiting, carol())).containsExactly(
                new BrokenInvariant.HtlcsPending("bob", SECOND, 1));
    }

    @Test
    void a_payment_without_outcome_is_found() {
        NodeAccount waiting = with(alice(), sat(9_900), sent(PaymentState.PENDING));
        assertThat(check(waiting, bob(), carol())).contains(new BrokenInvariant.PaymentPending("alice", HASH));
    }

    @Test
    void a_payee_who_got_nothing_is_found() {
        NodeAccount empty = with(carol(), sat(0));
        assertThat(check(alice(), bob(), empty)).extracting(BrokenInvariant::rule)
                .containsExactly("payment-outcomes-agree", "node-money-explained");
    }

    @Test
    void a_payee_who_got_another_amount_is_found() {
        NodeAccount other = with(carol(), sat(0), received(sat(999)));
        assertThat(check(alice(), bob(), other)).extracting(BrokenInvariant::rule).contains("payment-outcomes-agree");
    }

    @Test
    void a_failed_payment_that_arrived_is_found() {
        NodeAccount wrong = with(alice(), sat(9_900), sent(PaymentState.FAILED));
        assertThat(check(wrong, bob(), carol())).extracting(BrokenInvariant::rule).contains("payment-outcomes-agree");
    }
}
