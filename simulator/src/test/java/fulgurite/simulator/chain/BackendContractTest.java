package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;

import fulgurite.node.chain.ChainBackend.Block;
import fulgurite.node.chain.ChainBackend.ChainEvent;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.bitcoind.BitcoindBackend;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.Satoshi;
import fulgurite.simulator.bitcoind.BitcoindChain;
import fulgurite.simulator.bitcoind.PlayedOn;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the node asks of a bitcoind, asked of the simulated one and of a real one: both must answer alike. */
@ParameterizedClass(name = "on {0}")
@EnumSource(PlayedOn.class)
class BackendContractTest {
    private static final long SECONDS = 30;
    @Parameter
    private PlayedOn on = PlayedOn.REGTEST_CHAIN;
    private final List<Runnable> ends = new ArrayList<>();
    private PlayedChain chain;
    private BitcoindBackend backend;
    private Spendable coin;

    @BeforeEach
    void a_chain_with_a_coin_on_it() {
        chain = on.start();
        ends.addLast(chain::close);
        backend = switch (chain) {
            case BitcoindChain real -> new BitcoindBackend(real.settings(), InstantSource.system());
            default -> {
                var served = new ServedChain((RegtestChain) chain);
                ends.addLast(served::close);
                yield new BitcoindBackend(served.settings(), InstantSource.system());
            }
        };
        ends.addLast(backend::close);
        coin = coin(100_000);
    }

    @AfterEach
    void end() {
        for (Runnable each : ends.reversed()) each.run();
    }

    private Spendable coin(long sat) {
        Tx tx = chain.faucet(ChainFixture.SCRIPT, new Satoshi(sat));
        return new Spendable(new OutPoint(tx.txid(), 0), tx.outputs().getFirst());
    }

    @Test
    void reads_the_tip_and_every_block() {
        assertThat(get(backend.tip())).isEqualTo(chain.tip());
        assertThat(chain.tip().height()).isEqualTo(new BlockHeight(102));
        Block parent = get(backend.block(new BlockHeight(0))).orElseThrow();
        for (int height = 1; height <= 102; height++) {
            Block block = get(backend.block(new BlockHeight(height))).orElseThrow();
            assertThat(block).isEqualTo(chain.block(new BlockHeight(height)).orElseThrow());
            assertThat(block.previous()).isEqualTo(parent.hash());
            parent = block;
        }
        assertThat(parent.hash()).isEqualTo(get(backend.tip()).hash());
        assertThat(parent.transactions()).hasSize(2).last().extracting(Tx::txid).isEqualTo(coin.outPoint().txid());
        assertThat(get(backend.block(new BlockHeight(103)))).isEmpty();
    }

    @Test
    void publishes_once_and_again_and_passes_the_reason_of_a_refusal_on() {
        Tx tx = spend(coin, 500);
        assertAccepted(backend.publish(tx));
        assertAccepted(backend.publish(tx));
        assertRefused(backend.publish(spend(coin, 501)), "insufficient fee");
        assertAccepted(backend.publish(spend(coin, 5_000)));
        assertRefused(backend.publish(tx), "insufficient fee");
        chain.mine(1);
        assertAccepted(backend.publish(spend(coin, 5_000)));
        assertRefused(backend.publish(tx), "bad-txns-inputs-missingorspent");
    }

    @Test
    void refuses_what_is_too_early_too_cheap_too_small_or_badly_signed() {
        assertRefused(backend.publish(spend(coin, 0)), "min relay fee not met");
        assertRefused(backend.publish(spend(coin, 500, 5, 0)), "non-BIP68-final");
        assertRefused(backend.publish(spend(coin, 500, ChainFixture.REPLACEABLE, 500)), "non-final");
        assertRefused(backend.publish(spend(coin, 100_000 - 200)), "dust");
        Tx forged = spend(coin, 500).withWitness(0, spend(coin, 600).inputs().getFirst().witness());
        // mandatory-script-verify-flag-failed until Core 28, mempool-script-verify-flag-failed since.
        assertThat(get(backend.publish(forged))).isInstanceOfSatisfying(Published.Rejected.class,
                refused -> assertThat(refused.reason()).contains("-script-verify-flag-failed"));
        assertRefused(backend.publish(ChainFixture.pay(coin,
                List.of(new TxOutput(new Satoshi(150_000), ChainFixture.SCRIPT)), ChainFixture.FINAL, 0)),
                "bad-txns-in-belowout");
        assertThat(chain.mempool()).isEmpty();
        chain.mine(4);
        assertAccepted(backend.publish(spend(coin, 500, 5, 0)));
    }

    @Test
    void a_package_replaces_what_its_parent_could_not_replace_alone() {
        Tx rival = spend(coin, 500);
        assertAccepted(backend.publish(rival));
        Tx parent = spend(coin, 200);
        Tx child = spend(output(parent, 0), 20_000);
        assertRefused(backend.publish(parent), "insufficient fee");
        assertRefused(backend.publishPackage(List.of(parent, spend(output(parent, 0), 300))),
                "package RBF failed: insufficient");
        assertAccepted(backend.publishPackage(List.of(parent, child)));
        assertThat(chain.mempool()).containsExactly(parent, child);
        assertAccepted(backend.publishPackage(List.of(parent, child)));
        chain.mineExactly(List.of(parent));
        assertAccepted(backend.publishPackage(List.of(parent, child)));
        Tx better = spend(output(parent, 0), 30_000);
        assertAccepted(backend.publishPackage(List.of(parent, better)));
        assertThat(chain.mempool()).containsExactly(better);
        chain.mine(1);
        assertAccepted(backend.publishPackage(List.of(parent, better)));
    }

    @Test
    void refuses_packages_of_another_shape_or_with_a_bad_part() {
        Tx parent = spend(coin, 200);
        Tx child = spend(output(parent, 0), 5_000);
        assertRefused(backend.publishPackage(List.of(child, parent)), "package topology disallowed");
        Tx early = spend(coin, 30_000, 9, 0);
        assertRefused(backend.publishPackage(List.of(early, spend(output(early, 0), 5_000))), "non-BIP68-final");
        assertAccepted(backend.publish(spend(coin, 20_000)));
        chain.mine(1);
        assertRefused(backend.publishPackage(List.of(parent, child)), "bad-txns-inputs-missingorspent");
    }

    @Test
    void reads_unspent_outputs_to_the_satoshi() {
        assertThat(get(backend.unspent(coin.outPoint()))).isEqualTo(chain.unspent(coin.outPoint())).isPresent();
        Spendable odd = coin(2_345_678_901L);
        assertThat(get(backend.unspent(odd.outPoint()))).hasValueSatisfying(found -> {
            assertThat(found.output()).isEqualTo(odd.output());
            assertThat(found.confirmations()).isEqualTo(1);
        });
        chain.publish(spend(coin, 500));
        assertThat(get(backend.unspent(coin.outPoint()))).as("a spend in the mempool").isPresent();
        chain.mine(1);
        assertThat(get(backend.unspent(coin.outPoint()))).isEmpty();
        assertThat(get(backend.unspent(odd.outPoint())).orElseThrow().confirmations()).isEqualTo(2);
        assertThat(get(backend.unspent(new OutPoint(coin.outPoint().txid(), 9)))).isEmpty();
    }

    @Test
    void finds_a_transaction_by_its_place() {
        assertThat(get(backend.transactionAt(new BlockHeight(102), 1))).contains(coin.outPoint().txid());
        assertThat(get(backend.transactionAt(new BlockHeight(102), 2))).isEmpty();
        assertThat(get(backend.transactionAt(new BlockHeight(103), 0))).isEmpty();
    }

    @Test
    void finds_the_spender_in_the_mempool() {
        assertThat(get(backend.mempoolSpender(coin.outPoint()))).isEmpty();
        Tx tx = spend(coin, 500);
        chain.publish(tx);
        assertThat(get(backend.mempoolSpender(coin.outPoint()))).contains(tx);
        chain.mine(1);
        assertThat(get(backend.mempoolSpender(coin.outPoint()))).isEmpty();
    }

    @Test
    void tells_blocks_transactions_and_a_reorganisation_in_order() {
        BlockingQueue<ChainEvent> events = new LinkedBlockingQueue<>();
        backend.subscribe(events::add);
        assertThat(next(events)).isEqualTo(new ChainEvent.BlockConnected(top()));
        chain.mine(1);
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockConnected(top()));
        Tx tx = spend(coin, 500);
        chain.publish(tx);
        assertThat(next(events)).isEqualTo(new ChainEvent.MempoolAccepted(tx));
        Block old = chain.mine(1).getFirst();
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockConnected(old));
        List<Block> branch = chain.reorganise(1, List.of(tx));
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockDisconnected(old));
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockConnected(branch.get(0)));
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockConnected(branch.get(1)));
    }

    @Test
    void tells_a_chain_that_became_shorter_and_what_came_back_to_the_mempool() {
        BlockingQueue<ChainEvent> events = new LinkedBlockingQueue<>();
        backend.subscribe(events::add);
        next(events);
        Tx tx = spend(coin, 500);
        chain.publish(tx);
        List<Block> gone = chain.mine(2);
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockConnected(gone.get(0)));
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockConnected(gone.get(1)));
        chain.disconnect(2);
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockDisconnected(gone.get(1)));
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockDisconnected(gone.get(0)));
        assertThat(get(backend.mempoolSpender(coin.outPoint()))).contains(tx);
        List<Block> instead = chain.mine(1);
        assertThat(nextBlock(events)).isEqualTo(new ChainEvent.BlockConnected(instead.getFirst()));
        assertThat(instead.getFirst().transactions()).contains(tx);
    }

    private Block top() {
        return chain.block(chain.tip().height()).orElseThrow();
    }

    private static ChainEvent next(BlockingQueue<ChainEvent> events) {
        try {
            ChainEvent event = events.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("an event in time").isNotNull();
            return event;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The mempool's words come when they come. */
    private static ChainEvent nextBlock(BlockingQueue<ChainEvent> events) {
        ChainEvent event = next(events);
        while (event instanceof ChainEvent.MempoolAccepted) event = next(events);
        return event;
    }

    private static void assertAccepted(CompletionStage<Published> said) {
        assertThat(get(said)).isEqualTo(new Published.Accepted());
    }

    /** Newer versions add what exactly was wrong, behind a comma or in brackets. */
    private static void assertRefused(CompletionStage<Published> said, String reason) {
        assertThat(get(said)).isInstanceOfSatisfying(Published.Rejected.class,
                refused -> assertThat(refused.reason()).startsWith(reason));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
