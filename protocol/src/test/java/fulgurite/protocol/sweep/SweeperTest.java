package fulgurite.protocol.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Scripts;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.crypto.Curve;
import fulgurite.protocol.transactions.ChannelScripts;
import fulgurite.protocol.transactions.Claim;
import fulgurite.protocol.transactions.CommitmentFormat;
import fulgurite.protocol.transactions.CommittedHtlc;
import fulgurite.protocol.transactions.HtlcTransaction;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.CltvExpiry;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Feerates;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.PaymentHash;
import fulgurite.protocol.units.PrivateKey;
import fulgurite.protocol.units.Satoshi;
import fulgurite.protocol.units.Signature;
import fulgurite.protocol.units.TxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Batches: what goes together, what replaces it, and when each goes alone. */
class SweeperTest {
    private static final PrivateKey KEY = PrivateKey.fromHex("11".repeat(32));
    private static final int NOW = 1000;
    private static final Feerates FEERATES = Feerates.flat(new FeeratePerKw(1000));
    private final Coins purse = new Coins();
    private final Sweeper sweeper = new Sweeper(purse);

    @Test
    void what_nobody_else_can_take_goes_into_one_transaction_whatever_it_came_from() {
        var wants = List.of(calm(1, 0, 50_000), calm(2, 0, 40_000), calm(3, 5, 30_000));
        Tx tx = one(publish(wants, NOW));
        assertThat(tx.inputs()).extracting(TxInput::outPoint)
                .containsExactlyElementsOf(wants.stream().map(Wanted::outPoint).toList());
        assertThat(tx.outputs()).hasSize(1);
        assertThat(tx.outputs().getFirst().script()).isEqualTo(purse.script());
        long fee = 120_000 - tx.outputs().getFirst().amount().sat();
        assertThat(fee).isBetween((long) tx.weight(), tx.weight() + 12L);
    }

    @Test
    void what_others_may_take_goes_together_by_its_parent_and_alone_near_the_deadline() {
        var wants = List.of(contested(1, 0, 50_000, NOW + 100), contested(1, 1, 50_000, NOW + 100),
                contested(2, 0, 50_000, NOW + 100), contested(1, 2, 50_000, NOW + 6), contested(1, 3, 50_000, NOW + 6));
        assertThat(publish(wants, NOW)).extracting(together -> together.getFirst().inputs().size())
                .containsExactly(2, 1, 1, 1);
    }

    @Test
    void no_transaction_grows_beyond_fifty_outputs() {
        var wants = new ArrayList<Wanted>();
        for (int i = 0; i < 120; i++) wants.add(calm(i, 0, 10_000));
        assertThat(publish(wants, NOW)).extracting(together -> together.getFirst().inputs().size())
                .containsExactly(50, 50, 20);
    }

    @Test
    void fifty_outputs_are_one_transaction_and_no_empty_one() {
        var wants = new ArrayList<Wanted>();
        for (int i = 0; i < 50; i++) wants.add(calm(i, 0, 10_000));
        assertThat(one(publish(wants, NOW)).inputs()).hasSize(50);
    }

    @Test
    void htlc_transactions_go_together_by_their_parent_and_locktime_and_alone_near_the_deadline() {
        var wants = List.of(second(1, 0, NOW + 100, 900), second(1, 1, NOW + 100, 900), second(2, 0, NOW + 100, 900),
                second(1, 2, NOW + 100, 901), second(1, 3, NOW + 6, 900), second(1, 4, NOW + 6, 900));
        // Each with a coin of the wallet's.
        assertThat(publish(wants, NOW)).extracting(together -> together.getFirst().inputs().size())
                .containsExactly(3, 2, 2, 2, 2);
    }

    @Test
    void each_htlc_input_is_signed_beside_the_wallets_coin_which_pays_for_the_weight_of_all() {
        Tx one = one(publish(List.of(second(1, 0, NOW + 100, 900)), NOW));
        long weightOfOne = purse.weight;
        Tx two = one(publish(List.of(second(2, 0, NOW + 100, 900), second(2, 1, NOW + 100, 900)), NOW));
        assertThat(purse.weight - weightOfOne).isEqualTo(weightOfOne - 42).isBetween(400L, 500L);
        for (Tx tx : List.of(one, two)) {
            assertThat(tx.lockTime()).isEqualTo(900);
            for (TxInput input : tx.inputs().subList(0, tx.inputs().size() - 1))
                assertThat(input.witness()).hasSize(5)
                        .last()
                        .isEqualTo(Scripts.keyHashScriptCode(Curve.publicKey(KEY)));
            assertThat(tx.inputs().getLast().witness()).isEqualTo(P2wpkh.WIDEST_WITNESS);
        }
    }

    @Test
    void a_dearer_transaction_that_would_leave_an_output_behind_does_not_replace_the_one_that_stands() {
        var wants = List.of(calm(1, 0, 50_000), calm(2, 0, 600));
        Tx stands = one(publish(wants, NOW));
        assertThat(stands.inputs()).hasSize(2);
        Feerates dearer = Feerates.flat(new FeeratePerKw(5_000));
        assertThat(one(sweeper.publish(wants, new BlockHeight(NOW + 1), dearer))).isEqualTo(stands);
    }

    @Test
    void an_output_that_is_not_worth_its_input_stays_behind() {
        Tx tx = one(publish(List.of(calm(1, 0, 50_000), calm(2, 0, 200)), NOW));
        assertThat(tx.inputs()).hasSize(1);
        assertThat(publish(List.of(calm(1, 0, 50_000), calm(2, 0, 200)), NOW)).isEmpty();
    }

    @Test
    void what_stands_is_published_again_at_each_block_and_new_wants_go_apart() {
        Wanted first = calm(1, 0, 50_000);
        Tx tx = one(publish(List.of(first), NOW));
        assertThat(publish(List.of(first), NOW)).isEmpty();
        Wanted second = calm(2, 0, 40_000);
        assertThat(one(publish(List.of(first, second), NOW)).inputs()).extracting(TxInput::outPoint)
                .containsExactly(second.outPoint());
        assertThat(publish(List.of(first, second), NOW + 1)).hasSize(2).first().isEqualTo(List.of(tx));
    }

    @Test
    void a_bid_rises_with_the_deadline_and_the_replacement_pays_a_quarter_more_at_least() {
        Wanted wanted = contested(1, 0, 500_000, NOW + 60);
        Tx last = one(publish(List.of(wanted), NOW));
        int replaced = 0;
        for (int height = NOW + 1; height < NOW + 60; height++) {
            Tx next = one(publish(List.of(wanted), height));
            if (next.equals(last)) continue;
            replaced++;
            assertThat(fee(next, 500_000) * 4).isGreaterThanOrEqualTo(fee(last, 500_000) * 5);
            last = next;
        }
        assertThat(replaced).isGreaterThan(5);
        assertThat(fee(last, 500_000)).isBetween(150_000L, 250_000L);
    }

    @Test
    void a_bid_that_the_mempool_refuses_for_its_fee_rises_by_a_quarter_with_the_next_block() {
        Wanted wanted = calm(1, 0, 50_000);
        Tx first = one(publish(List.of(wanted), NOW));
        sweeper.answered(first.txid(), Optional.of("insufficient fee"));
        assertThat(publish(List.of(wanted), NOW)).isEmpty();
        Tx second = one(publish(List.of(wanted), NOW + 1));
        assertThat(fee(second, 50_000) * 4).isBetween(fee(first, 50_000) * 5, fee(first, 50_000) * 5 + 8);
        sweeper.answered(second.txid(), Optional.empty());
        assertThat(one(publish(List.of(wanted), NOW + 2))).isEqualTo(second);
    }

    @Test
    void a_refusal_that_no_fee_can_cure_changes_nothing() {
        Wanted wanted = calm(1, 0, 50_000);
        Tx first = one(publish(List.of(wanted), NOW));
        sweeper.answered(first.txid(), Optional.of("non-BIP68-final"));
        assertThat(one(publish(List.of(wanted), NOW + 1))).isEqualTo(first);
    }

    @Test
    void what_is_refused_together_goes_alone_at_once_so_that_one_that_is_pinned_does_not_hold_the_rest() {
        var wants = List.of(contested(1, 0, 50_000, NOW + 100), contested(1, 1, 60_000, NOW + 100));
        Tx both = one(publish(wants, NOW));
        assertThat(both.inputs()).hasSize(2);
        sweeper.answered(both.txid(), Optional.of("insufficient fee, rejecting replacement"));
        assertThat(publish(wants, NOW)).extracting(together -> together.getFirst().inputs().size())
                .containsExactly(1, 1);
    }

    @Test
    void what_is_refused_together_gives_its_coins_back_before_each_goes_alone() {
        var wants = List.of(second(1, 0, NOW + 100, 900), second(1, 1, NOW + 100, 900));
        Tx both = one(publish(wants, NOW));
        assertThat(purse.released).isEmpty();
        sweeper.answered(both.txid(), Optional.of("insufficient fee, rejecting replacement"));
        assertThat(publish(wants, NOW)).extracting(together -> together.getFirst().inputs().size())
                .containsExactly(2, 2);
        assertThat(purse.released).containsExactly(wants.getFirst().outPoint());
        assertThat(purse.kept).containsExactlyElementsOf(wants.stream().map(Wanted::outPoint).toList());
    }

    @Test
    void an_answer_is_about_one_transaction_and_the_others_stand_as_they_are() {
        Wanted first = contested(1, 0, 50_000, NOW + 100);
        Wanted second = contested(2, 0, 50_000, NOW + 100);
        List<List<Tx>> published = publish(List.of(first, second), NOW);
        Tx refused = published.getFirst().getFirst();
        Tx other = published.getLast().getFirst();
        sweeper.answered(refused.txid(), Optional.of("insufficient fee"));
        List<List<Tx>> again = publish(List.of(first, second), NOW + 1);
        assertThat(fee(again.getFirst().getFirst(), 50_000)).isGreaterThan(fee(refused, 50_000));
        assertThat(again.getLast()).containsExactly(other);
    }

    @Test
    void a_batch_of_which_one_output_is_gone_is_made_anew_of_the_rest() {
        var wants = List.of(contested(1, 0, 50_000, NOW + 100), contested(1, 1, 60_000, NOW + 100));
        publish(wants, NOW);
        assertThat(one(publish(wants.subList(1, 2), NOW)).inputs()).extracting(TxInput::outPoint)
                .containsExactly(wants.get(1).outPoint());
    }

    @Test
    void no_bid_is_more_than_what_is_at_stake() {
        Wanted wanted = contested(1, 0, 3_000, NOW + 3);
        Tx last = one(publish(List.of(wanted), NOW));
        for (int height = NOW + 1; height < NOW + 40; height++) {
            sweeper.answered(last.txid(), Optional.of("insufficient fee"));
            List<List<Tx>> again = publish(List.of(wanted), height);
            if (!again.isEmpty()) last = one(again);
            assertThat(fee(last, 3_000)).isLessThanOrEqualTo(3_000 - 294);
        }
    }

    @Test
    void a_child_pays_for_its_commitment_and_both_go_out_together() {
        Tx commitment = commitment(200);
        Wanted.Anchor anchor = anchor(commitment, 200, NOW + 20);
        List<Tx> together = publish(List.of(anchor), NOW).getFirst();
        assertThat(together).hasSize(2).first().isEqualTo(commitment);
        Tx child = together.getLast();
        long childFee = 330 + Coins.COIN - child.outputs().getFirst().amount().sat();
        assertThat((200 + childFee) * 1000 / (commitment.weight() + child.weight())).isBetween(1000L, 1040L);
        assertThat(child.outputs()).hasSize(1);
        assertThat(purse.kept).containsExactly(anchor.outPoint());
        publish(List.of(), NOW);
        assertThat(purse.kept).isEmpty();
    }

    @Test
    void a_commitment_that_pays_enough_itself_gets_no_child_until_it_does_not() {
        Tx commitment = commitment(5_000);
        Wanted.Anchor anchor = anchor(commitment, 5_000, NOW + 20);
        assertThat(publish(List.of(anchor), NOW)).isEmpty();
        assertThat(sweeper.publish(List.of(anchor), new BlockHeight(NOW + 1),
                Feerates.flat(new FeeratePerKw(20_000)))).hasSize(1);
    }

    @Test
    void an_empty_purse_publishes_nothing_and_is_asked_again() {
        purse.coins = 0;
        Wanted.Anchor anchor = anchor(commitment(200), 200, NOW + 20);
        assertThat(publish(List.of(anchor), NOW)).isEmpty();
        purse.coins = 1;
        assertThat(publish(List.of(anchor), NOW)).hasSize(1);
    }

    private List<List<Tx>> publish(List<Wanted> wants, int height) {
        return sweeper.publish(wants, new BlockHeight(height), FEERATES);
    }

    private static Tx one(List<List<Tx>> publications) {
        assertThat(publications).hasSize(1);
        assertThat(publications.getFirst()).hasSize(1);
        return publications.getFirst().getFirst();
    }

    private static long fee(Tx tx, long in) {
        return in - tx.outputs().getFirst().amount().sat();
    }

    private static Wanted calm(int parent, int index, long sat) {
        return new Wanted.Output(claim(parent, index, sat), Hurry.none(new BlockHeight(NOW), new Satoshi(sat)));
    }

    private static Wanted contested(int parent, int index, long sat, int deadline) {
        return new Wanted.Output(claim(parent, index, sat),
                Hurry.until(new BlockHeight(NOW), new BlockHeight(deadline), new Satoshi(sat)));
    }

    private static Claim claim(int parent, int index, long sat) {
        var key = Curve.publicKey(KEY);
        var at = new OutPoint(new TxId(Bytes.fromHex(String.format("%064x", parent + 1))), index);
        return new Claim(at, new Satoshi(sat), Scripts.keyHashScriptCode(key), new Claim.KeyHash(key), KEY);
    }

    private static Wanted second(int parent, int index, int deadline, long lockTime) {
        var amount = new Satoshi(50_000);
        var at = new OutPoint(new TxId(Bytes.fromHex(String.format("%064x", parent + 1))), index);
        var htlc = new CommittedHtlc(CommittedHtlc.Direction.OFFERED, index, amount.toMilliSatoshi(),
                new PaymentHash(Bytes.zeros(32)), new CltvExpiry(lockTime));
        var tx = new Tx(2, List.of(TxInput.unsigned(at, 1)), List.of(new TxOutput(amount, purseScript())), lockTime);
        var transaction = new HtlcTransaction(CommitmentFormat.ANCHORS_ZERO_FEE_HTLC_TX, htlc, tx, amount,
                Scripts.keyHashScriptCode(Curve.publicKey(KEY)), Bytes.EMPTY);
        return new Wanted.SecondStage(transaction, Signature.fromHex("01".repeat(64)), Bytes.EMPTY, KEY,
                Hurry.until(new BlockHeight(NOW), new BlockHeight(deadline), amount));
    }

    private static Wanted.Anchor anchor(Tx commitment, long fee, int deadline) {
        Bytes script = ChannelScripts.anchor(Curve.publicKey(KEY));
        var claim = new Claim(new OutPoint(commitment.txid(), 0), new Satoshi(330), script, new Claim.OwnAnchor(), KEY);
        return new Wanted.Anchor(commitment, new Satoshi(fee), claim,
                Hurry.until(new BlockHeight(NOW), new BlockHeight(deadline), new Satoshi(100_000)));
    }

    private static Tx commitment(long fee) {
        var input = TxInput.unsigned(new OutPoint(new TxId(Bytes.fromHex("ee".repeat(32))), 0), 0);
        return new Tx(2, List.of(input),
                List.of(new TxOutput(new Satoshi(330), Bytes.fromHex("0020" + "ab".repeat(32))),
                        new TxOutput(new Satoshi(1_000_000 - 330 - fee), purseScript())),
                0);
    }

    private static Bytes purseScript() {
        return P2wpkh.script(Curve.publicKey(PrivateKey.fromHex("22".repeat(32))));
    }

    /** One coin of a size for each purpose, while there are some. */
    private static final class Coins implements Purse {
        private static final long COIN = 100_000;
        private final List<OutPoint> kept = new ArrayList<>();
        private final List<OutPoint> released = new ArrayList<>();
        private int coins = 10;
        /** What it was last asked to pay for. */
        private long weight;

        @Override
        public Bytes script() {
            return purseScript();
        }

        @Override
        public Optional<Tx> pay(OutPoint purpose, Tx draft, long weight, Satoshi surplus, FeeratePerKw feerate) {
            this.weight = weight;
            if (!kept.contains(purpose)) {
                if (coins == 0) return Optional.empty();
                coins--;
                kept.add(purpose);
            }
            var coin = new OutPoint(purpose.txid(), 99);
            Satoshi change = surplus.plus(new Satoshi(COIN)).minus(feerate.feeFor(weight + Purse.COIN_WEIGHT));
            return Optional.of(draft.withInput(TxInput.unsigned(coin, 0xfffffffdL))
                    .withOutput(new TxOutput(change, script())));
        }

        @Override
        public Tx sign(Tx tx, List<TxOutput> spent) {
            // Each input in front comes with the output that it spends: its script is the hash of the one revealed.
            for (int i = 0; i < spent.size(); i++)
                assertThat(spent.get(i).script())
                        .isEqualTo(Scripts.payToWitnessScriptHash(tx.inputs().get(i).witness().getLast()));
            return tx.withWitness(tx.inputs().size() - 1, P2wpkh.WIDEST_WITNESS);
        }

        @Override
        public void release(OutPoint purpose) {
            kept.remove(purpose);
            released.add(purpose);
        }
    }
}
