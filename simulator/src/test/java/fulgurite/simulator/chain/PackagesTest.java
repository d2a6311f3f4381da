package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.KEY;
import static fulgurite.simulator.chain.ChainFixture.REPLACEABLE;
import static fulgurite.simulator.chain.ChainFixture.SCRIPT;
import static fulgurite.simulator.chain.ChainFixture.accepted;
import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.pay;
import static fulgurite.simulator.chain.ChainFixture.rejected;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.P2wpkh;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxInput;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A child and its parents offered together. */
class PackagesTest {
    private static final FeeratePerKw TEN_SAT_PER_VBYTE = new FeeratePerKw(2_500);
    private final ChainFixture fixture = new ChainFixture();
    private final RegtestChain chain = fixture.chain;
    private final Spendable coin = fixture.coin(100_000);
    private final Tx poor = spend(coin, 150);
    private final Tx rich = spend(output(poor, 0), 5_000);

    @Test
    void a_child_pays_for_a_parent_that_is_below_the_mempool_minimum() {
        chain.setMempoolMinimum(TEN_SAT_PER_VBYTE);
        assertThat(chain.publish(poor)).isEqualTo(rejected("mempool min fee not met"));
        fixture.events.clear();
        assertThat(chain.publishPackage(List.of(poor, rich))).isEqualTo(accepted());
        assertThat(chain.mempool()).containsExactly(poor, rich);
        assertThat(fixture.events).containsExactly("mempool " + poor.txid(), "mempool " + rich.txid());
    }

    @Test
    void a_child_that_does_not_pay_enough_for_both_enters_no_more_than_its_parent() {
        chain.setMempoolMinimum(TEN_SAT_PER_VBYTE);
        assertThat(chain.publishPackage(List.of(poor, spend(output(poor, 0), 1_900))))
                .isEqualTo(rejected("mempool min fee not met"));
        assertThat(chain.mempool()).isEmpty();
    }

    @Test
    void no_child_lifts_a_parent_over_the_relay_floor_but_of_one_with_version_3() {
        Tx free = spend(coin, 50);
        Tx child = spend(output(free, 0), 5_000);
        assertThat(chain.publishPackage(List.of(free, child))).isEqualTo(rejected("min relay fee not met"));
        Tx leaning = version3(coin, 0);
        Tx leanedOn = version3(output(leaning, 0), 5_000);
        assertThat(chain.publish(leaning)).isEqualTo(rejected("min relay fee not met"));
        assertThat(chain.publishPackage(List.of(leaning, leanedOn))).isEqualTo(accepted());
        assertThat(chain.mempool()).containsExactly(leaning, leanedOn);
    }

    @Test
    void a_parent_that_is_known_is_left_out_and_so_is_one_in_a_block() {
        chain.publish(poor);
        assertThat(chain.publishPackage(List.of(poor, rich))).isEqualTo(accepted());
        assertThat(chain.publishPackage(List.of(poor, rich))).as("once more").isEqualTo(accepted());
        Tx next = spend(output(rich, 0), 700);
        chain.mineExactly(List.of(poor, rich));
        assertThat(chain.publishPackage(List.of(rich, next))).isEqualTo(accepted());
        assertThat(chain.mempool()).containsExactly(next);
        chain.mine(1);
        assertThat(chain.publishPackage(List.of(rich, next))).as("all in blocks").isEqualTo(accepted());
    }

    @Test
    void the_last_must_spend_each_of_the_others_and_these_nothing_of_each_other() {
        String reason = PackageSubmission.NOT_A_CHILD_WITH_PARENTS;
        Tx stranger = spend(fixture.coin(50_000), 500);
        assertThat(chain.publishPackage(List.of(poor, stranger))).isEqualTo(rejected(reason));
        assertThat(chain.publishPackage(List.of(rich, poor))).isEqualTo(rejected(reason));
        Tx grandchild = joined(output(rich, 0), output(stranger, 0));
        assertThat(chain.publishPackage(List.of(stranger, rich, grandchild))).as("rich misses poor")
                .isEqualTo(
                        rejected("bad-txns-inputs-missingorspent"));
        Tx two = pay(coin,
                List.of(new TxOutput(new Satoshi(40_000), SCRIPT), new TxOutput(new Satoshi(40_000), SCRIPT)),
                REPLACEABLE, 0);
        Tx second = spend(output(two, 1), 400);
        Tx third = joined(output(two, 0), output(second, 0));
        assertThat(chain.publishPackage(List.of(two, second, third))).isEqualTo(rejected(reason));
    }

    @Test
    void a_child_may_spend_nothing_unconfirmed_that_is_not_offered_with_it() {
        Tx other = spend(fixture.coin(50_000), 500);
        chain.publish(other);
        assertThat(chain.publishPackage(List.of(poor, joined(output(poor, 0), output(other, 0)))))
                .isEqualTo(rejected("package-not-child-with-unconfirmed-parents"));
    }

    @Test
    void two_of_them_must_not_spend_the_same() {
        Tx two = pay(coin,
                List.of(new TxOutput(new Satoshi(40_000), SCRIPT), new TxOutput(new Satoshi(40_000), SCRIPT)),
                REPLACEABLE, 0);
        assertThat(chain.publishPackage(List.of(two, joined(output(two, 0), coin)))).isEqualTo(
                rejected("conflict-in-package"));
    }

    @Test
    void many_parents_are_lifted_by_one_child() {
        chain.setMempoolMinimum(TEN_SAT_PER_VBYTE);
        Tx second = spend(fixture.coin(50_000), 200);
        Tx child = joined(output(poor, 0), output(second, 0));
        assertThat(chain.publishPackage(List.of(poor, second, child))).isEqualTo(accepted());
        assertThat(chain.mempool()).containsExactly(poor, second, child);
    }

    @Test
    void a_parent_with_its_child_replaces_another_that_alone_pays_more_than_the_parent() {
        Tx rival = spend(coin, 1_000);
        chain.publish(rival);
        chain.publish(spend(output(rival, 0), 1_000));
        assertThat(chain.publish(poor)).isEqualTo(rejected("insufficient fee"));
        assertThat(chain.publishPackage(List.of(poor, rich))).isEqualTo(accepted());
        assertThat(chain.mempool()).containsExactly(poor, rich);
    }

    @Test
    void a_package_that_replaces_must_pay_for_what_it_replaces_and_for_its_relay() {
        Tx rival = spend(coin, 5_000);
        chain.publish(rival);
        assertThat(chain.publishPackage(List.of(poor, rich)))
                .isEqualTo(rejected("package RBF failed: insufficient anti-DoS fees"));
        assertThat(chain.mempool()).containsExactly(rival);
    }

    @Test
    void a_package_that_replaces_must_earn_the_miner_more_at_every_size() {
        // Small and well paid, against a package that pays more in all, but less for its size.
        Tx rival = spend(coin, 4_000);
        chain.publish(rival);
        Tx large = pay(output(poor, 0), Collections.nCopies(20, new TxOutput(new Satoshi(4_000), SCRIPT)), REPLACEABLE,
                0);
        assertThat(chain.publishPackage(List.of(poor, large)))
                .isEqualTo(rejected("package RBF failed: insufficient feerate: does not improve feerate diagram"));
    }

    @Test
    void what_a_package_replaces_must_be_one_transaction_or_two() {
        Tx rival = pay(coin, List.of(new TxOutput(new Satoshi(49_000), SCRIPT),
                new TxOutput(new Satoshi(50_000), SCRIPT)), REPLACEABLE, 0);
        chain.publish(rival);
        chain.publish(spend(output(rival, 0), 300));
        chain.publish(spend(output(rival, 1), 300));
        assertThat(chain.publishPackage(List.of(poor, rich))).isEqualTo(
                rejected("package RBF failed: " + rival.txid() + " has 2 descendants, max 1 allowed"));
    }

    @Test
    void a_package_that_replaces_has_one_parent_and_one_child_and_nothing_unconfirmed_below() {
        Spendable second = fixture.coin(50_000);
        chain.publish(spend(coin, 1_000));
        chain.publish(spend(second, 1_000));
        Tx poorToo = spend(second, 150);
        assertThat(chain.publishPackage(List.of(poor, poorToo, joined(output(poor, 0), output(poorToo, 0)))))
                .isEqualTo(rejected("package RBF failed: package must be 1-parent-1-child"));
        Tx known = spend(fixture.coin(50_000), 500);
        chain.publish(known);
        Tx onKnown = spend(output(known, 0), 400);
        chain.publish(onKnown);
        Tx cheaper = spend(output(known, 0), 200);
        assertThat(chain.publishPackage(List.of(cheaper, spend(output(cheaper, 0), 3_000)))).isEqualTo(
                rejected("package RBF failed: new transaction cannot have mempool ancestors"));
    }

    @Test
    void a_parent_that_pays_better_than_both_together_needs_to_replace_alone() {
        Tx rival = spend(coin, 5_100);
        chain.publish(rival);
        Tx parent = spend(coin, 5_050);
        Tx child = spend(output(parent, 0), 600);
        assertThat(chain.publishPackage(List.of(parent, child)))
                .isEqualTo(rejected("package RBF failed: package feerate is less than or equal to parent feerate"));
    }

    @Test
    void twenty_six_are_too_many() {
        List<Tx> parents = IntStream.range(0, 25).mapToObj(i -> spend(fixture.coin(10_000), 150)).toList();
        var all = new ArrayList<>(parents);
        all.add(joined(parents.stream().map(tx -> output(tx, 0)).toArray(Spendable[]::new)));
        assertThat(chain.publishPackage(all)).isEqualTo(rejected("package-too-many-transactions"));
    }

    @Test
    void the_reason_is_that_of_the_first_that_is_wrong_and_what_was_right_stays() {
        Tx early = spend(coin, 500, 5, 0);
        assertThat(chain.publishPackage(List.of(early, spend(output(early, 0), 5_000))))
                .isEqualTo(rejected("non-BIP68-final"));
        Tx unsigned = rich.withWitness(0, List.of());
        assertThat(chain.publishPackage(List.of(poor, unsigned))).isInstanceOfSatisfying(
                Published.Rejected.class,
                refused -> assertThat(refused.reason()).startsWith("mandatory-script-verify-flag-failed ("));
        assertThat(chain.mempool()).containsExactly(poor);
    }

    private static Tx version3(Spendable coin, long fee) {
        var output = new TxOutput(coin.output().amount().minus(new Satoshi(fee)), SCRIPT);
        var tx = new Tx(3, List.of(TxInput.unsigned(coin.outPoint(), REPLACEABLE)), List.of(output), 0);
        return P2wpkh.sign(tx, 0, coin.output().amount(), KEY);
    }

    /** Spends all of these, and pays 10,000 satoshis for it. */
    private static Tx joined(Spendable... coins) {
        var inputs = new ArrayList<TxInput>();
        Satoshi total = Satoshi.ZERO;
        for (Spendable each : coins) {
            inputs.add(TxInput.unsigned(each.outPoint(), REPLACEABLE));
            total = total.plus(each.output().amount());
        }
        var tx = new Tx(2, inputs, List.of(new TxOutput(total.minus(new Satoshi(10_000)), SCRIPT)), 0);
        for (int i = 0; i < coins.length; i++) tx = P2wpkh.sign(tx, i, coins[i].output().amount(), KEY);
        return tx;
    }
}
