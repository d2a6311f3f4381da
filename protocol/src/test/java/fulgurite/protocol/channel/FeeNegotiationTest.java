package fulgurite.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.BumpClosing;
import fulgurite.protocol.channel.ChannelCommand.Receive;
import fulgurite.protocol.channel.ChannelCommand.Shutdown;
import fulgurite.protocol.channel.ChannelState.Closing;
import fulgurite.protocol.channel.ChannelState.ClosingProposal;
import fulgurite.protocol.channel.ChannelState.Negotiating;
import fulgurite.protocol.codec.TlvStream;
import fulgurite.protocol.transactions.ClosingTransactions.Payout;
import fulgurite.protocol.transactions.ClosingTransactions;
import fulgurite.protocol.transactions.Funding;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.wire.ClosingSigned;
import fulgurite.protocol.wire.ClosingSignedTlv.FeeRange;
import fulgurite.protocol.wire.ClosingSignedTlv;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each answer to each closing_signed, at the bounds. Alice funds and has 700,000 sat of 1,000,000; both wish for the
 * same fee unless told otherwise. @bolt 2, Legacy Closing Negotiation: closing_signed
 */
@Tag("rule:21")
class FeeNegotiationTest {
    private final TwoChannels both = TwoChannels.open();

    private static ChannelContext at(ChannelContext c, long satPerKw) {
        return c.at(c.height(), Feerates.flat(new FeeratePerKw(satPerKw)));
    }

    /** Both have sent shutdown; what Alice says of the fee is in her outbox, and Bob has said nothing. */
    private void shutDown() {
        both.alice.tell(new Shutdown(both.alice.context.shutdownScript()));
        both.deliverOne(both.alice);
        both.deliverOne(both.bob);
        assertThat(both.alice.state).isInstanceOf(Negotiating.class);
        assertThat(both.bob.state).isInstanceOf(Negotiating.class);
    }

    /** Alice's first proposal, taken from the wire. */
    private ClosingSigned opening() {
        shutDown();
        return said(both.alice);
    }

    /** The only message that {@code p} has put on the wire. */
    private static ClosingSigned said(Participant p) {
        assertThat(p.outbox).hasSize(1);
        return (ClosingSigned) p.outbox.poll();
    }

    private static FeeRange range(ClosingSigned m) {
        return m.tlvs().get(FeeRange.class).orElseThrow();
    }

    private static FeeRange range(long least, long most) {
        return new FeeRange(new Satoshi(least), new Satoshi(most));
    }

    /** The closing transaction with that fee, made from what the two own. */
    private Tx closing(long fee) {
        var alices = new Payout(both.alice.channel().ledger().local(), both.alice.context.shutdownScript());
        var bobs = new Payout(both.bob.channel().ledger().local(), both.bob.context.shutdownScript());
        return ClosingTransactions
                .build(both.alice.channel().funding(), alices, bobs, new Satoshi(fee), new Satoshi(354))
                .orElseThrow();
    }

    private ClosingSigned signed(Participant by, long fee, Optional<FeeRange> range) {
        ChannelTerms terms = by.channel().terms();
        var signature = Funding.sign(closing(fee), terms.capacity(), terms.ours().basepoints().funding(),
                terms.theirs().basepoints().funding(), by.context.keys().funding());
        TlvStream<ClosingSignedTlv> tlvs = range.<TlvStream<ClosingSignedTlv>>map(TlvStream::of)
                .orElse(TlvStream.empty());
        return new ClosingSigned(by.channel().id(), new Satoshi(fee), signature, tlvs);
    }

    private Decision say(Participant by, long fee) {
        return both.other(by).only(new Receive(signed(by, fee, Optional.empty())));
    }

    private Decision say(Participant by, long fee, FeeRange range) {
        return both.other(by).only(new Receive(signed(by, fee, Optional.of(range))));
    }

    /** That {@code p} publishes the closing with that fee: what is Alice's less the fee, and what is Bob's. */
    private void assertClosed(Participant p, long fee) {
        assertThat(p.state).isInstanceOf(Closing.class);
        assertThat(((Closing) p.state).progress().mutual()).isTrue();
        Tx published = p.effects(ChannelEffect.Publish.class).getLast().tx();
        assertThat(published.withWitness(0, List.of())).isEqualTo(closing(fee));
        assertThat(published.outputs()).extracting(output -> output.amount().sat())
                .containsExactlyInAnyOrder(700_000 - fee, 300_000L);
        assertThat(p.effects(ChannelEffect.WatchSpent.class)).last()
                .isEqualTo(new ChannelEffect.WatchSpent(p.channel().funding(),
                        both.alice.channel().fundingTx().orElseThrow().outputs().getFirst().script()));
    }

    private static void assertViolated(Decision decision, Violation.Consequence consequence, String reason) {
        assertThat(decision).isInstanceOfSatisfying(Decision.Violated.class, v -> {
            assertThat(v.violation().message()).contains(reason);
            assertThat(v.violation().consequence()).isEqualTo(consequence);
        });
    }

    private static ClosingProposal proposal(Participant p) {
        return ((Negotiating) p.state).ours().orElseThrow();
    }

    @Test
    void the_funder_wishes_for_its_feerate_and_takes_from_the_least_that_is_relayed_to_twice_its_wish() {
        ClosingSigned m = opening();
        long weight = closing(0).weight() + 224;
        assertThat(m.fee().sat()).isEqualTo(weight);
        assertThat(range(m)).isEqualTo(range(weight * 253 / 1000, 2 * weight));
        assertThat(both.bob.outbox).isEmpty();
    }

    @Test
    void a_funder_that_could_not_pay_its_wish_offers_all_that_it_has() {
        both.alice.context = at(both.alice.context, 2_000_000);
        ClosingSigned m = opening();
        assertThat(m.fee()).isEqualTo(new Satoshi(700_000));
        assertThat(range(m).maxFee()).isEqualTo(new Satoshi(700_000));
    }

    @Test
    void a_fundee_wishes_for_no_more_than_the_funder_has() {
        both.bob.context = at(both.bob.context, 2_000_000);
        shutDown();
        say(both.alice, 0, range(0, 800_000));
        assertThat(said(both.bob).fee()).isEqualTo(new Satoshi(700_000));
    }

    @Test
    void a_fee_that_repeats_ours_needs_no_answer() {
        long fee = opening().fee().sat();
        say(both.bob, fee);
        assertClosed(both.alice, fee);
        assertThat(both.alice.outbox).isEmpty();
    }

    @Test
    void the_funder_without_the_peers_range_takes_any_fee_within_its_own_and_repeats_it() {
        ClosingSigned m = opening();
        ChannelState before = both.alice.state;
        for (long fee : new long[]{range(m).minFee().sat(), range(m).maxFee().sat()}) {
            both.alice.state = before;
            say(both.bob, fee);
            assertClosed(both.alice, fee);
            ClosingSigned answer = said(both.alice);
            assertThat(answer.fee().sat()).isEqualTo(fee);
            assertThat(answer.signature()).isEqualTo(signed(both.alice, fee, Optional.empty()).signature());
        }
    }

    @Test
    void the_funder_meets_a_fee_beyond_its_range_half_way_and_no_farther_than_its_range() {
        long wish = opening().fee().sat();
        say(both.bob, 2 * wish + 100);
        assertThat(both.alice.state).isInstanceOf(Negotiating.class);
        assertThat(said(both.alice).fee().sat()).isEqualTo((3 * wish + 100) / 2);
        assertThat(proposal(both.alice))
                .isEqualTo(new ClosingProposal(new Satoshi((3 * wish + 100) / 2),
                        new Satoshi(wish * 253 / 1000), new Satoshi(2 * wish)));
        say(both.bob, 300_000);
        assertThat(said(both.alice).fee().sat()).isEqualTo(2 * wish);
        assertViolated(say(both.bob, 300_000), Violation.Consequence.DISCONNECT, "cannot agree");
        assertThat(both.alice.state).isInstanceOf(Negotiating.class);
    }

    @Test
    void the_funder_meets_too_small_a_fee_half_way_too_but_never_below_what_is_relayed() {
        long wish = opening().fee().sat();
        long least = wish * 253 / 1000;
        long last = wish;
        while (last > least) {
            say(both.bob, least - 1);
            long next = said(both.alice).fee().sat();
            assertThat(next).isEqualTo(Math.max(least, (last + least - 1) / 2));
            last = next;
        }
        assertViolated(say(both.bob, least - 1), Violation.Consequence.DISCONNECT, "cannot agree");
    }

    @Test
    void a_fundee_without_the_funders_range_takes_whatever_is_relayed_and_asks_for_more_where_it_is_not() {
        long wish = opening().fee().sat();
        long least = wish * 253 / 1000;
        ChannelState before = both.bob.state;
        for (long fee : new long[]{least, wish, 50 * wish}) {
            both.bob.state = before;
            say(both.alice, fee);
            assertClosed(both.bob, fee);
            assertThat(said(both.bob).fee().sat()).isEqualTo(fee);
        }
        both.bob.state = before;
        say(both.alice, least - 1);
        assertThat(said(both.bob).fee().sat()).isEqualTo((wish + least - 1) / 2);
    }

    @Test
    void a_fundee_whose_wish_is_the_least_says_so_before_it_gives_up() {
        both.bob.context = at(both.bob.context, 253);
        long least = opening().fee().sat() * 253 / 1000;
        say(both.alice, least - 1);
        assertThat(said(both.bob).fee().sat()).isEqualTo(least);
        assertViolated(say(both.alice, least - 1), Violation.Consequence.DISCONNECT, "cannot agree");
    }

    @Test
    void the_funder_takes_a_fee_in_the_overlap_of_both_ranges_up_to_its_bounds() {
        long wish = opening().fee().sat();
        ChannelState before = both.alice.state;
        for (long fee : new long[]{wish - 50, 2 * wish}) {
            both.alice.state = before;
            say(both.bob, fee, range(wish - 50, 3 * wish));
            assertClosed(both.alice, fee);
            assertThat(said(both.alice).fee().sat()).isEqualTo(fee);
        }
        // Ranges that only touch overlap there.
        both.alice.state = before;
        say(both.bob, 2 * wish, range(2 * wish, 3 * wish));
        assertClosed(both.alice, 2 * wish);
    }

    @Test
    void the_funder_takes_no_fee_outside_of_the_overlap() {
        long wish = opening().fee().sat();
        ChannelState before = both.alice.state;
        for (long fee : new long[]{wish - 51, 2 * wish + 1}) {
            both.alice.state = before;
            assertViolated(say(both.bob, fee, range(wish - 50, 3 * wish)), Violation.Consequence.FAIL_CHANNEL,
                    "outside of both ranges");
            assertThat(((Closing) both.alice.state).progress().mutual()).isFalse();
        }
    }

    @Test
    void ranges_that_do_not_overlap_are_warned_about() {
        long wish = opening().fee().sat();
        assertViolated(say(both.bob, 2 * wish + 1, range(2 * wish + 1, 3 * wish)), Violation.Consequence.DISCONNECT,
                "do not overlap");
        assertThat(both.alice.state).isInstanceOf(Negotiating.class);
        assertViolated(say(both.alice, 5, range(0, 100)), Violation.Consequence.DISCONNECT, "do not overlap");
        assertThat(both.bob.state).isInstanceOf(Negotiating.class);
    }

    @Test
    void a_fundee_takes_what_the_funder_pays_however_much_more_than_its_own_wish() {
        both.bob.context = at(both.bob.context, 253);
        long wish = opening().fee().sat();
        say(both.alice, wish, range(wish, 2 * wish));
        assertClosed(both.bob, wish);
        assertThat(said(both.bob).fee().sat()).isEqualTo(wish);
    }

    @Test
    void a_fundee_offered_a_fee_outside_of_the_funders_own_range_asks_for_its_wish_within_it() {
        long wish = opening().fee().sat();
        ChannelState before = both.bob.state;
        // Bob's feerate, and what he asks for.
        for (long[] each : new long[][]{{1_500, closingFee(1_500)}, {5_000, 2 * wish}, {500, wish}}) {
            both.bob.state = before;
            both.bob.context = at(both.bob.context, each[0]);
            say(both.alice, 3 * wish, range(wish, 2 * wish));
            assertThat(said(both.bob).fee().sat()).isEqualTo(each[1]);
            assertThat(proposal(both.bob).fee().sat()).isEqualTo(each[1]);
        }
    }

    private long closingFee(long satPerKw) {
        return (closing(0).weight() + 224) * satPerKw / 1000;
    }

    @Test
    void the_funder_must_repeat_the_fee_that_the_fundee_chose() {
        long wish = opening().fee().sat();
        say(both.alice, 3 * wish, range(wish, 2 * wish));
        long chosen = said(both.bob).fee().sat();
        ChannelState before = both.bob.state;
        assertViolated(say(both.alice, chosen + 1, range(wish, 2 * wish)), Violation.Consequence.FAIL_CHANNEL,
                "does not repeat");
        both.bob.state = before;
        say(both.alice, chosen, range(wish, 2 * wish));
        assertClosed(both.bob, chosen);
        assertThat(both.bob.outbox).noneMatch(ClosingSigned.class::isInstance);
    }

    @Test
    void a_close_in_the_old_way_is_not_raised() {
        shutDown();
        assertThat(both.alice.only(new BumpClosing(new FeeratePerKw(2_000))))
                .isEqualTo(Decision.refuse(new Refusal.NotNegotiated("option_simple_close")));
    }
}
