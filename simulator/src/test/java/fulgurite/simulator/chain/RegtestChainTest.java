package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.SCRIPT;
import static fulgurite.simulator.chain.ChainFixture.accepted;
import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.rejected;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegtestChainTest {
    private final ChainFixture fixture = new ChainFixture();
    private final RegtestChain chain = fixture.chain;

    @Test
    void starts_at_the_genesis_block_of_regtest() {
        assertThat(chain.tip().height()).isEqualTo(new BlockHeight(0));
        assertThat(chain.tip().hash()).isEqualTo(BitcoinNetwork.REGTEST.chainHash());
    }

    @Test
    void the_same_calls_give_the_same_blocks() {
        chain.faucet(SCRIPT, new Satoshi(70_000));
        RegtestChain other = RegtestChain.create(ChainSettings.DEFAULT);
        other.faucet(SCRIPT, new Satoshi(70_000));
        assertThat(other.tip()).isEqualTo(chain.tip());
    }

    @Test
    void the_faucet_pays_from_matured_rewards_in_one_confirmed_transaction() {
        Tx paid = chain.faucet(
                List.of(new TxOutput(new Satoshi(70_000), SCRIPT), new TxOutput(new Satoshi(90_000), SCRIPT)));
        assertThat(chain.tip().height()).isEqualTo(new BlockHeight(102));
        assertThat(chain.unspent(output(paid, 1).outPoint())).hasValueSatisfying(utxo -> {
            assertThat(utxo.output().amount()).isEqualTo(new Satoshi(90_000));
            assertThat(utxo.confirmations()).isEqualTo(1);
        });
        assertThat(chain.mempool()).isEmpty();
    }

    @Test
    void the_faucet_finds_more_blocks_until_enough_has_matured() {
        Satoshi more = new Satoshi(5_000_000_000L * 3);
        Tx paid = chain.faucet(SCRIPT, more);
        assertThat(paid.inputs()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(chain.unspent(output(paid, 0).outPoint())).isPresent();
    }

    @Test
    void blocks_hold_the_mempool_with_parents_before_children_and_pay_its_fees_to_the_miner() {
        Spendable coin = fixture.coin(100_000);
        Tx parent = spend(coin, 500);
        Tx child = spend(output(parent, 0), 700);
        chain.publish(parent);
        chain.publish(child);
        Block block = chain.mine(1).getFirst();
        assertThat(block.transactions().subList(1, 3)).containsExactly(parent, child);
        assertThat(block.transactions().getFirst().outputs().getFirst().amount())
                .isEqualTo(new Satoshi(5_000_000_000L + 1_200));
        assertThat(chain.unspent(output(parent, 0).outPoint())).isEmpty();
        assertThat(chain.unspent(output(child, 0).outPoint())).isPresent();
    }

    @Test
    void events_come_in_order_and_a_listener_may_call_back() {
        Spendable coin = fixture.coin(100_000);
        Tx tx = spend(coin, 500);
        fixture.events.clear();
        var mining = chain.subscribe(event -> {
            if (chain.tip().height().height() < 105) chain.mine(1);
        });
        chain.publish(tx);
        mining.close();
        assertThat(fixture.events).containsExactly("mempool " + tx.txid(), "+103", "+104", "+105");
        chain.mine(1);
        assertThat(chain.tip().height()).isEqualTo(new BlockHeight(106));
    }

    @Test
    void publishing_again_is_accepted_in_the_mempool_and_in_a_block() {
        Tx tx = spend(fixture.coin(100_000), 500);
        assertThat(chain.publish(tx)).isEqualTo(accepted());
        assertThat(chain.publish(tx)).isEqualTo(accepted());
        chain.mine(1);
        assertThat(chain.publish(tx)).isEqualTo(accepted());
        assertThat(chain.mempool()).isEmpty();
    }

    @Test
    void disconnected_transactions_return_to_the_mempool_and_confirm_again() {
        Tx tx = spend(fixture.coin(100_000), 500);
        chain.publish(tx);
        chain.mine(3);
        fixture.events.clear();
        chain.disconnect(3);
        assertThat(fixture.events).containsExactly("-105", "-104", "-103", "mempool " + tx.txid());
        assertThat(chain.mempool()).containsExactly(tx);
        assertThat(chain.unspent(output(tx, 0).outPoint())).isEmpty();
        chain.mine(1);
        assertThat(chain.unspent(output(tx, 0).outPoint())).isPresent();
    }

    @Test
    void a_reorganisation_can_confirm_a_rival_spend_and_drops_the_losers_descendants() {
        Spendable coin = fixture.coin(100_000);
        Tx first = spend(coin, 500);
        Tx child = spend(output(first, 0), 500);
        chain.publish(first);
        chain.publish(child);
        var old = chain.mine(2);
        Tx rival = spend(coin, 900);
        fixture.events.clear();
        List<Block> branch = chain.reorganise(2, List.of(rival));
        assertThat(branch).hasSize(3).noneMatch(block -> block.hash().equals(old.getFirst().hash()));
        assertThat(fixture.events).containsSubsequence("-104", "-103", "+103", "+104", "+105");
        assertThat(chain.mempool()).isEmpty();
        assertThat(chain.publish(first)).isEqualTo(rejected("bad-txns-inputs-missingorspent"));
        assertThat(chain.unspent(output(rival, 0).outPoint())).isPresent();
    }

    @Test
    void spending_a_disconnected_reward_leaves_the_mempool() {
        chain.mine(1, SCRIPT);
        chain.mine(100);
        Tx reward = chain.block(new BlockHeight(1)).orElseThrow().transactions().getFirst();
        Tx tx = spend(output(reward, 0), 500);
        assertThat(chain.publish(tx)).isEqualTo(accepted());
        chain.disconnect(2);
        assertThat(chain.mempool()).isEmpty();
        assertThat(chain.publish(tx)).isEqualTo(rejected("bad-txns-premature-spend-of-coinbase"));
    }

    @Test
    void a_block_may_hold_what_the_mempool_would_not_but_nothing_invalid() {
        Spendable coin = fixture.coin(100_000);
        Tx free = spend(coin, 0);
        assertThat(chain.publish(free)).isEqualTo(rejected("min relay fee not met"));
        chain.mineExactly(List.of(free));
        assertThat(chain.unspent(output(free, 0).outPoint())).isPresent();
        Tx again = spend(coin, 10);
        assertThatThrownBy(() -> chain.mineExactly(List.of(again))).hasMessage("bad-txns-inputs-missingorspent");
        Tx unsigned = spend(output(free, 0), 10).withWitness(0, List.of());
        assertThatThrownBy(() -> chain.mineExactly(List.of(unsigned)))
                .hasMessageStartingWith("mandatory-script-verify-flag-failed");
        assertThat(chain.tip().height()).isEqualTo(new BlockHeight(103));
    }

    @Test
    void a_saved_chain_comes_back_with_its_mempool_and_its_reorganisations(@TempDir Path directory) {
        Tx waiting;
        var tip = chain.tip();
        try (RegtestChain saved = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            var kept = new ChainFixture(saved);
            Tx confirmed = spend(kept.coin(100_000), 500);
            saved.publish(confirmed);
            saved.mine(2);
            saved.reorganise(1, List.of());
            waiting = spend(output(confirmed, 0), 500);
            saved.publish(waiting);
            tip = saved.tip();
        }
        try (RegtestChain loaded = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            assertThat(loaded.tip()).isEqualTo(tip);
            assertThat(loaded.mempool()).containsExactly(waiting);
            loaded.mine(1);
            assertThat(loaded.unspent(output(waiting, 0).outPoint())).isPresent();
        }
    }

    @Test
    void a_record_that_a_crash_cut_short_is_dropped(@TempDir Path directory) throws IOException {
        try (RegtestChain saved = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            saved.mine(3);
        }
        Path file = directory.resolve("chain.dat");
        try (var channel = java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 5);
        }
        try (RegtestChain loaded = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            assertThat(loaded.tip().height()).isEqualTo(new BlockHeight(2));
            loaded.mine(2);
        }
        try (RegtestChain loaded = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            assertThat(loaded.tip().height()).isEqualTo(new BlockHeight(4));
        }
    }

    @Test
    void one_chain_at_a_time_writes_a_directory(@TempDir Path directory) {
        try (RegtestChain open = RegtestChain.open(directory, ChainSettings.DEFAULT)) {
            assertThat(open.tip().height()).isEqualTo(new BlockHeight(0));
            assertThatThrownBy(() -> RegtestChain.open(directory, ChainSettings.DEFAULT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void an_interrupted_backend_fails_questions_and_tells_what_it_missed_once_restored() {
        var backend = new RegtestBackend(chain);
        var heights = new java.util.ArrayList<Integer>();
        backend.subscribe(event -> heights.add(chain.tip().height().height()));
        chain.mine(1);
        backend.interrupt("the cable is cut");
        chain.mine(2);
        assertThat(heights).containsExactly(1);
        assertThat(backend.tip().toCompletableFuture()).isCompletedExceptionally();
        backend.restore();
        assertThat(heights).containsExactly(1, 3, 3);
        assertThat(backend.publish(spend(fixture.coin(50_000), 500)).toCompletableFuture().join())
                .isEqualTo(new Published.Accepted());
    }
}
