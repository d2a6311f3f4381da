package fulgurite.simulator.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.channel.ChannelCommand.FulfilHtlc;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import java.util.LinkedHashSet;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks that ask for more than our transactions offered at first. */
@OnEachChain
class FeesTest extends Stories {
    @ParameterizedTest
    @EnumSource(names = {"ANCHORS_OURS", "ANCHORS_THEIRS"})
    @Tag("on-chain:our-anchor/ours")
    void a_child_pays_for_our_commitment_when_the_mempool_would_not_even_take_it(Setting setting) {
        var two = open(setting);
        // A little more than asked: bids are by weight, and blocks count whole virtual bytes.
        two.world.feerate(8_200);
        two.world.mempoolMinimum(new FeeratePerKw(5_000));
        two.world.demandFeerate(new FeeratePerKw(8_000));
        two.weClose();
        two.world.mine(2);
        assertThat(two.onChain()).isEqualTo(two.us.commitment());
        two.world.mine(TwoEnds.DELAY + 8);
        assertThat(two.us.party.gain()).isBetween(TwoEnds.OURS - 40_000, TwoEnds.OURS);
    }

    @ParameterizedTest
    @EnumSource(names = {"ANCHORS_OURS", "ANCHORS_THEIRS"})
    @Tag("on-chain:our-anchor/ours")
    void the_child_is_replaced_by_better_ones_until_the_commitment_confirms_in_time_for_its_htlcs(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 17;
        long id = two.htlc(two.them, 1, 200_000, expiry);
        two.learn(two.us, id, 1);
        // Nobody says that blocks ask for ten times as much.
        two.world.demandFeerate(new FeeratePerKw(10_000));
        two.weClose();
        two.world.mine(1);
        OutPoint anchor = new OutPoint(two.us.commitment().txid(), ourAnchor(two));
        var children = new LinkedHashSet<Tx>();
        while (two.world.confirmedSpender(two.us.channel().funding()).isEmpty()) {
            two.world.chain.mempoolSpender(anchor).ifPresent(children::add);
            two.world.mine(1);
            assertThat(two.world.height()).as("blocks until it confirms").isLessThan(expiry);
        }
        assertThat(children).as("bids").hasSizeGreaterThan(1);
        OutPoint htlc = TwoEnds.output(two.us.commitment(), 200_000);
        while (two.world.confirmedSpender(htlc).isEmpty()) {
            two.world.mine(1);
            assertThat(two.world.height()).as("blocks until the HTLC is ours").isLessThanOrEqualTo(expiry);
        }
        two.assertFulfilled(two.them, id, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"ANCHORS_OURS", "ANCHORS_THEIRS"})
    @Tag("on-chain:our-anchor/theirs")
    void the_coin_of_a_child_is_free_again_when_their_commitment_confirms_instead_of_ours(Setting setting) {
        var two = open(setting);
        two.world.feerate(8_200);
        two.world.demandFeerate(new FeeratePerKw(8_000));
        two.weClose();
        assertThat(two.world.chain.mempool()).as("our commitment and its child").hasSize(2);
        two.world.mineExactly(two.them.commitment());
        two.world.mine(2);
        two.assertGain(two.us, TwoEnds.OURS);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:penalty-fees/revoked")
    void penalties_bid_more_until_they_confirm_before_the_delay_is_over(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        two.htlc(two.us, 1, 50_000, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 2, 20_000, expiry), 2);
        two.world.mineExactly(two.theyCheat(old));
        two.world.demandFeerate(new FeeratePerKw(20_000));
        two.world.mine(TwoEnds.DELAY - 1);
        OutPoint htlc = TwoEnds.output(two.onChain(), 50_000);
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        OutPoint toLocal = TwoEnds.output(two.onChain(), theirBalance(two));
        assertThat(two.world.confirmedSpender(toLocal)).isPresent();
        // What nobody else can take waits for quieter times.
        two.world.demandFeerate(new FeeratePerKw(253));
        two.world.mine(TwoEnds.DELAY);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS, 100_000);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:htlc-second-stage/revoked")
    @Tag("on-chain:penalty-fees/revoked")
    void a_penalty_that_their_htlc_transaction_broke_is_made_again_without_it(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        long id = two.htlc(two.us, 1, 50_000, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 2, 20_000, expiry), 2);
        Tx revoked = two.theyCheat(old);
        two.them.party.asleep = true;
        two.world.mineExactly(revoked);
        OutPoint htlc = TwoEnds.output(revoked, 50_000);
        Tx ours = two.world.spender(htlc).orElseThrow();
        assertThat(ours.inputs()).as("one penalty for both").hasSizeGreaterThan(1);
        two.them.party.asleep = false;
        two.world.follow();
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        Tx theirs = two.them.party.made(htlc);
        assertThat(theirs).isNotEqualTo(ours);
        two.world.mineExactly(theirs);
        two.assertFulfilled(two.us, id, 1);
        two.world.mine(3);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS);
        two.world.mine(2 * TwoEnds.DELAY);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("on-chain:penalty-fees/revoked")
    void near_the_deadline_one_output_that_cannot_be_won_does_not_hold_the_others(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        long id = two.htlc(two.us, 1, 20_000, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 2, 20_000, expiry), 2);
        two.us.party.asleep = true;
        two.world.mineExactly(two.theyCheat(old));
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        OutPoint htlc = TwoEnds.output(two.onChain(), 20_000);
        two.world.mine(TwoEnds.DELAY - 5);
        // Their spend of one output confirms in the very block that we wanted.
        assertThat(two.world.confirmedSpender(htlc)).isPresent();
        two.us.party.asleep = false;
        two.world.follow();
        two.world.mine(1);
        assertThat(two.us.party.gain()).as("the balances").isGreaterThan(TwoEnds.OURS + TwoEnds.THEIRS - 150_000);
        two.world.mine(2 * TwoEnds.DELAY);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"ANCHORS_OURS", "ANCHORS_THEIRS"})
    @Tag("on-chain:penalty-fees/revoked")
    void an_output_that_they_pin_in_the_mempool_does_not_hold_the_others(Setting setting) {
        var two = open(setting);
        int expiry = two.world.height() + 100;
        long id = two.htlc(two.us, 1, 20_000, expiry);
        int old = two.them.journal.size();
        two.fulfil(two.them, two.htlc(two.us, 2, 20_000, expiry), 2);
        two.us.party.asleep = true;
        two.world.mineExactly(two.theyCheat(old));
        // They pay much for a spend of the HTLC, and yet not enough for a block.
        two.world.feerate(12_000);
        two.them.tell(new FulfilHtlc(id, TwoEnds.preimage(1)));
        two.world.feerate(1_000);
        two.world.demandFeerate(new FeeratePerKw(15_000));
        OutPoint htlc = TwoEnds.output(two.onChain(), 20_000);
        Tx pin = two.world.spender(htlc).orElseThrow();
        two.us.party.asleep = false;
        two.world.follow();
        OutPoint toLocal = TwoEnds.output(two.onChain(), theirBalance(two));
        two.world.mine(TwoEnds.DELAY - 1);
        assertThat(two.world.confirmedSpender(toLocal)).isPresent();
        assertThat(two.world.confirmedSpender(htlc)).as("the pin is in no block").isNotEqualTo(Optional.of(pin));
        two.world.demandFeerate(new FeeratePerKw(253));
        two.world.mine(3 * TwoEnds.DELAY);
        assertThat(two.them.party.gain()).isLessThanOrEqualTo(0);
        two.assertFulfilled(two.us, id, 1);
        two.assertGain(two.us, TwoEnds.OURS + TwoEnds.THEIRS, 100_000);
    }

    /** Their delayed balance in the commitment on chain: all of it that is neither ours nor an HTLC or anchor. */
    private static long theirBalance(TwoEnds two) {
        return two.onChain()
                .outputs()
                .stream()
                .mapToLong(output -> output.amount().sat())
                .filter(sat -> sat > 300_000 && sat <= TwoEnds.THEIRS)
                .findFirst()
                .orElseThrow();
    }

    /** The first of 330 sat whose spend our wallet makes: ours, since theirs has no other's signature. */
    private static int ourAnchor(TwoEnds two) {
        Tx commitment = two.us.commitment();
        for (int i = 0; i < commitment.outputs().size(); i++) {
            var at = new OutPoint(commitment.txid(), i);
            if (commitment.outputs().get(i).amount().sat() == 330 && two.world.chain.mempoolSpender(at).isPresent())
                return i;
        }
        throw new AssertionError("no child");
    }
}
