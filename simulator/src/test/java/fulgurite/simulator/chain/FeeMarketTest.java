package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.SCRIPT;
import static fulgurite.simulator.chain.ChainFixture.accepted;
import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.rejected;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks and mempools that ask for more than the least. A signed payment from one output to one is 110 virtual bytes. */
class FeeMarketTest {
    private static final FeeratePerKw TEN_SAT_PER_VBYTE = new FeeratePerKw(2_500);
    private final ChainFixture fixture = new ChainFixture();
    private final RegtestChain chain = fixture.chain;

    @Test
    void a_miner_leaves_what_pays_less_than_it_demands() {
        List<Spendable> coins = coins(2);
        Tx cheap = published(spend(coins.get(0), 1_099));
        Tx enough = published(spend(coins.get(1), 1_100));
        chain.demandFeerate(TEN_SAT_PER_VBYTE);
        assertThat(mined()).containsExactly(enough);
        assertThat(chain.mempool()).containsExactly(cheap);
        chain.demandFeerate(new FeeratePerKw(0));
        assertThat(mined()).containsExactly(cheap);
    }

    @Test
    void a_child_buys_its_parents_a_place_before_it() {
        Tx parent = published(spend(fixture.coin(100_000), 200));
        Tx child = published(spend(output(parent, 0), 200));
        Tx grandchild = published(spend(output(child, 0), 2_900));
        chain.demandFeerate(TEN_SAT_PER_VBYTE);
        assertThat(mined()).containsExactly(parent, child, grandchild);
    }

    @Test
    void a_child_does_not_buy_them_one_when_all_together_pay_too_little() {
        Tx parent = published(spend(fixture.coin(100_000), 200));
        published(spend(output(parent, 0), 1_900));
        chain.demandFeerate(TEN_SAT_PER_VBYTE);
        assertThat(mined()).isEmpty();
        Tx better = published(spend(output(parent, 0), 2_100));
        assertThat(mined()).containsExactly(parent, better);
    }

    @Test
    void the_best_paying_come_first_and_of_equals_the_older() {
        List<Spendable> coins = coins(4);
        Tx low = published(spend(coins.get(0), 200));
        Tx high = published(spend(coins.get(1), 3_000));
        Tx older = published(spend(coins.get(2), 1_200));
        Tx younger = published(spend(coins.get(3), 1_200));
        Tx onLow = published(spend(output(low, 0), 9_000));
        chain.demandFeerate(TEN_SAT_PER_VBYTE);
        assertThat(mined()).containsExactly(low, onLow, high, older, younger);
    }

    @Test
    void a_child_that_pays_nothing_worth_waits_alone() {
        Tx parent = published(spend(fixture.coin(100_000), 5_000));
        Tx child = published(spend(output(parent, 0), 200));
        chain.demandFeerate(TEN_SAT_PER_VBYTE);
        assertThat(mined()).containsExactly(parent);
        assertThat(chain.mempool()).containsExactly(child);
    }

    @Test
    void a_full_mempool_refuses_what_pays_less_and_sends_away_what_it_has_of_it() {
        List<Spendable> coins = coins(3);
        Spendable coin = coins.get(2);
        Tx cheap = published(spend(coins.get(0), 300));
        Tx carried = published(spend(coins.get(1), 300));
        Tx carrying = published(spend(output(carried, 0), 3_000));
        published(spend(output(carrying, 0), 300));
        chain.setMempoolMinimum(TEN_SAT_PER_VBYTE);
        assertThat(chain.mempool()).containsExactly(carried, carrying);
        assertThat(chain.publish(cheap)).isEqualTo(rejected("mempool min fee not met"));
        assertThat(chain.publish(spend(coin, 1_099))).isEqualTo(rejected("mempool min fee not met"));
        assertThat(chain.publish(spend(coin, 1_100))).isEqualTo(accepted());
        chain.setMempoolMinimum(new FeeratePerKw(0));
        assertThat(chain.publish(cheap)).isEqualTo(accepted());
    }

    @Test
    void what_a_block_held_returns_to_a_full_mempool() {
        Tx cheap = published(spend(fixture.coin(100_000), 300));
        chain.mine(1);
        chain.setMempoolMinimum(TEN_SAT_PER_VBYTE);
        chain.disconnect(1);
        assertThat(chain.mempool()).containsExactly(cheap);
    }

    @Test
    void the_faucet_pays_what_it_takes() {
        chain.demandFeerate(TEN_SAT_PER_VBYTE);
        chain.setMempoolMinimum(new FeeratePerKw(5_000));
        Tx paid = chain.faucet(SCRIPT, new Satoshi(50_000));
        assertThat(chain.unspent(output(paid, 0).outPoint())).isPresent();
    }

    @Test
    void estimates_are_told_by_target_and_never_below_the_mempools_minimum() {
        chain.setEstimatedFeerates(
                new TreeMap<>(Map.of(2, new FeeratePerKw(8_000), 6, new FeeratePerKw(4_000), 144, FeeratePerKw.FLOOR)));
        assertThat(List.of(1, 2, 5, 6, 143, 144, 1_008)).extracting(blocks -> chain.estimatedFeerate(blocks).satPerKw())
                .containsExactly(8_000L, 8_000L, 8_000L, 4_000L, 4_000L, 253L, 253L);
        chain.setMempoolMinimum(TEN_SAT_PER_VBYTE);
        assertThat(chain.estimatedFeerate(144)).isEqualTo(TEN_SAT_PER_VBYTE);
        chain.setEstimatedFeerate(new FeeratePerKw(9_000));
        assertThat(chain.estimatedFeerate(1_008)).isEqualTo(new FeeratePerKw(9_000));
    }

    @Test
    void a_kept_chain_has_the_same_mempool_again_though_a_package_brought_it(@TempDir Path directory) {
        List<Tx> before;
        try (RegtestChain kept = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            var there = new ChainFixture(kept);
            Spendable coin = there.coin(100_000);
            Tx rival = spend(coin, 1_000);
            kept.publish(rival);
            Tx parent = spend(coin, 150);
            assertThat(kept.publishPackage(List.of(parent, spend(output(parent, 0), 9_000)))).isEqualTo(accepted());
            before = kept.mempool();
        }
        try (RegtestChain again = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            assertThat(again.mempool()).isEqualTo(before).hasSize(2);
        }
    }

    private List<Spendable> coins(int count) {
        Tx tx = chain.faucet(Collections.nCopies(count, new TxOutput(new Satoshi(100_000), SCRIPT)));
        return IntStream.range(0, count).mapToObj(i -> output(tx, i)).toList();
    }

    private Tx published(Tx tx) {
        assertThat(chain.publish(tx)).isEqualTo(accepted());
        return tx;
    }

    /** What the next block has after its coinbase. */
    private List<Tx> mined() {
        List<Tx> transactions = chain.mine(1).getFirst().transactions();
        return transactions.subList(1, transactions.size());
    }
}
