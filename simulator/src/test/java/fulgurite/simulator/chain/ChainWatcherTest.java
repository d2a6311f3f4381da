package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.output;
import static fulgurite.simulator.chain.ChainFixture.spend;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import fulgurite.node.chain.ChainBackend.Published;
import fulgurite.node.chain.ChainWatcher;
import fulgurite.node.chain.ChainWatcher.ConfirmedNotice;
import fulgurite.node.chain.ChainWatcher.NewHeight;
import fulgurite.node.chain.ChainWatcher.PublishedNotice;
import fulgurite.node.chain.ChainWatcher.SpentNotice;
import fulgurite.node.chain.ChainWatcher.State;
import fulgurite.node.chain.FundingLookup;
import fulgurite.node.chain.FundingLookup.Funding;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.OutPoint;
import fulgurite.protocol.units.ShortChannelId;
import fulgurite.simulator.chain.ChainFixture.Spendable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ChainWatcherTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final BlockHeight START = new BlockHeight(0);
    private final ChainFixture fixture = new ChainFixture();
    private final RegtestChain chain = fixture.chain;
    private final RegtestBackend backend = new RegtestBackend(chain);
    private final Spendable coin = fixture.coin(100_000);
    private final TestProbe<ConfirmedNotice> confirmed = AKKA.createTestProbe();
    private final TestProbe<SpentNotice> spent = AKKA.createTestProbe();
    private final TestProbe<NewHeight> heights = AKKA.createTestProbe();
    private ActorRef<ChainWatcher.Command> watcher = AKKA.spawn(ChainWatcher.create(backend));

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @Test
    void tells_the_height_now_and_whenever_it_changes() {
        watchHeight();
        chain.mine(1);
        assertThat(heights.receiveMessage()).isEqualTo(new NewHeight(new BlockHeight(103)));
        chain.disconnect(1);
        assertThat(heights.receiveMessage()).isEqualTo(new NewHeight(new BlockHeight(102)));
    }

    @Test
    void tells_a_confirmation_at_the_depth_asked_for_and_not_before() {
        Tx tx = published(spend(coin, 500));
        watchConfirmed(tx, 3);
        mine(2);
        confirmed.expectNoMessage(Duration.ofMillis(50));
        mine(1);
        assertThat(confirmed.receiveMessage())
                .isEqualTo(new ConfirmedNotice(tx.txid(), new BlockHeight(103), 1, 3, tx));
        mine(2);
        confirmed.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void catches_up_on_confirmations_and_spends_that_happened_before_the_watch() {
        Tx tx = published(spend(coin, 500));
        mine(4);
        watchConfirmed(tx, 3);
        watchSpent(coin.outPoint());
        assertThat(confirmed.receiveMessage())
                .isEqualTo(new ConfirmedNotice(tx.txid(), new BlockHeight(103), 1, 4, tx));
        assertThat(spent.receiveMessage()).isEqualTo(
                new SpentNotice(coin.outPoint(), tx, Optional.of(new BlockHeight(103))));
    }

    @Test
    void catches_up_on_blocks_that_were_followed_before_the_watch_was_registered() {
        watchHeight();
        Tx tx = published(spend(coin, 500));
        mine(2);
        watcher.tell(new ChainWatcher.WatchConfirmed(tx.txid(), 1, new BlockHeight(103), confirmed.ref()));
        assertThat(confirmed.receiveMessage().depth()).isEqualTo(2);
    }

    @Test
    void a_watcher_that_was_down_finds_what_happened_meanwhile() {
        AKKA.stop(watcher);
        Tx tx = published(spend(coin, 500));
        chain.mine(6);
        watcher = AKKA.spawn(ChainWatcher.create(backend));
        followed();
        watchSpent(coin.outPoint());
        assertThat(spent.receiveMessage().height()).contains(new BlockHeight(103));
        watchConfirmed(tx, 6);
        assertThat(confirmed.receiveMessage().depth()).isEqualTo(6);
    }

    @Test
    void tells_a_spend_in_the_mempool_then_its_replacement_then_the_block() {
        watchSpent(coin.outPoint());
        watchHeight();
        Tx first = published(spend(coin, 500));
        assertThat(spent.receiveMessage()).isEqualTo(new SpentNotice(coin.outPoint(), first, Optional.empty()));
        Tx second = published(spend(coin, 2_000));
        assertThat(spent.receiveMessage()).isEqualTo(new SpentNotice(coin.outPoint(), second, Optional.empty()));
        mine(1);
        assertThat(spent.receiveMessage().height()).contains(new BlockHeight(103));
    }

    @Test
    void tells_a_spend_that_was_in_the_mempool_before_the_watch() {
        Tx tx = published(spend(coin, 500));
        watchSpent(coin.outPoint());
        assertThat(spent.receiveMessage()).isEqualTo(new SpentNotice(coin.outPoint(), tx, Optional.empty()));
    }

    @Test
    void a_reorganisation_that_branches_below_the_watcher_s_start_is_followed_all_the_same() {
        AKKA.stop(watcher);
        chain.mine(3);
        Tx tx = published(spend(coin, 500));
        chain.mine(1);
        watcher = AKKA.spawn(ChainWatcher.create(backend));
        watchConfirmed(tx, 1);
        watchSpent(coin.outPoint());
        assertThat(confirmed.receiveMessage().height()).isEqualTo(new BlockHeight(106));
        assertThat(spent.receiveMessage().height()).contains(new BlockHeight(106));
        chain.reorganise(4, List.of(tx));
        assertThat(confirmed.receiveMessage()).isEqualTo(
                new ConfirmedNotice(tx.txid(), new BlockHeight(103), 1, 1, tx));
        assertThat(spent.receiveMessage().height()).isEmpty();
        assertThat(spent.receiveMessage().height()).contains(new BlockHeight(103));
    }

    @Test
    void a_reorganisation_takes_a_confirmation_back_and_it_is_told_again_where_it_is_now() {
        watchHeight();
        watchSpent(coin.outPoint());
        Tx tx = published(spend(coin, 500));
        watchConfirmed(tx, 2);
        assertThat(spent.receiveMessage().height()).isEmpty();
        mine(2);
        assertThat(confirmed.receiveMessage().height()).isEqualTo(new BlockHeight(103));
        assertThat(spent.receiveMessage().height()).contains(new BlockHeight(103));
        chain.disconnect(2);
        assertThat(spent.receiveMessage().height()).isEmpty();
        chain.mineExactly(List.of());
        chain.mine(2);
        assertThat(spent.receiveMessage().height()).contains(new BlockHeight(104));
        assertThat(confirmed.receiveMessage())
                .isEqualTo(new ConfirmedNotice(tx.txid(), new BlockHeight(104), 1, 2, tx));
    }

    @Test
    void registering_twice_tells_each_fact_once_and_again_only_when_asked_again() {
        Tx tx = published(spend(coin, 500));
        watchConfirmed(tx, 1);
        watchConfirmed(tx, 1);
        watchHeight();
        mine(1);
        confirmed.receiveMessage();
        confirmed.expectNoMessage(Duration.ofMillis(50));
        watchConfirmed(tx, 1);
        confirmed.receiveMessage();
    }

    @Test
    void tells_nothing_more_once_a_watch_is_taken_back_or_its_owner_has_gone() {
        Tx tx = published(spend(coin, 500));
        watchConfirmed(tx, 1);
        watcher.tell(new ChainWatcher.Unwatch(tx.txid(), confirmed.ref()));
        TestProbe<SpentNotice> gone = AKKA.createTestProbe();
        watcher.tell(new ChainWatcher.WatchSpent(coin.outPoint(), START, gone.ref()));
        assertThat(gone.receiveMessage().height()).isEmpty();
        gone.stop();
        watchHeight();
        mine(1);
        confirmed.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void publishes_again_at_each_block_until_the_transaction_is_mined() {
        watchHeight();
        TestProbe<PublishedNotice> answers = AKKA.createTestProbe();
        Tx tooEarly = spend(coin, 500, 3, 0);
        watcher.tell(new ChainWatcher.Publish(tooEarly, answers.ref()));
        assertThat(answers.receiveMessage())
                .isEqualTo(new PublishedNotice(tooEarly.txid(), new Published.Rejected("non-BIP68-final")));
        mine(2);
        answers.awaitAssert(() -> assertThat(chain.mempool()).containsExactly(tooEarly));
        mine(1);
        answers.awaitAssert(() -> assertThat(chain.unspent(output(tooEarly, 0).outPoint())).isPresent());
        chain.reorganise(1, List.of());
        mine(1);
        assertThat(chain.unspent(output(tooEarly, 0).outPoint())).isPresent();
    }

    @Test
    void stops_publishing_when_a_rival_is_mined_and_begins_again_when_the_rival_is_not() {
        watchHeight();
        TestProbe<PublishedNotice> answers = AKKA.createTestProbe();
        Tx ours = spend(coin, 500);
        Tx rival = spend(coin, 900);
        chain.mineExactly(List.of(rival));
        watcher.tell(new ChainWatcher.Publish(ours, answers.ref()));
        assertThat(answers.receiveMessage().result())
                .isEqualTo(new Published.Rejected("bad-txns-inputs-missingorspent"));
        chain.disconnect(1);
        chain.mineExactly(List.of(ours));
        assertThat(chain.unspent(output(ours, 0).outPoint())).isPresent();
    }

    @Test
    void publishes_a_package_again_at_each_block_until_the_child_is_mined() {
        watchHeight();
        TestProbe<PublishedNotice> answers = AKKA.createTestProbe();
        chain.setMempoolMinimum(new FeeratePerKw(2_500));
        Tx parent = spend(coin, 150, 3, 0);
        Tx child = spend(output(parent, 0), 5_000);
        watcher.tell(new ChainWatcher.PublishPackage(List.of(parent, child), answers.ref()));
        assertThat(answers.receiveMessage())
                .isEqualTo(new PublishedNotice(child.txid(), new Published.Rejected("non-BIP68-final")));
        mine(2);
        answers.awaitAssert(() -> assertThat(chain.mempool()).containsExactly(parent, child));
        chain.mineExactly(List.of(parent));
        followed();
        chain.setMempoolMinimum(new FeeratePerKw(25_000));
        chain.setMempoolMinimum(new FeeratePerKw(2_500));
        chain.mineExactly(List.of());
        answers.awaitAssert(() -> assertThat(chain.mempool()).containsExactly(child));
    }

    @Test
    void begins_again_with_a_package_when_the_rival_of_its_parent_is_not_in_a_block_any_more() {
        watchHeight();
        TestProbe<PublishedNotice> answers = AKKA.createTestProbe();
        Tx parent = spend(coin, 500);
        Tx child = spend(output(parent, 0), 500);
        watcher.tell(new ChainWatcher.PublishPackage(List.of(parent, child), answers.ref()));
        assertThat(answers.receiveMessage().result()).isEqualTo(new Published.Accepted());
        chain.mineExactly(List.of(spend(coin, 900)));
        followed();
        chain.disconnect(1);
        chain.mineExactly(List.of(parent));
        answers.awaitAssert(() -> assertThat(chain.mempool()).containsExactly(child));
    }

    @Test
    void keeps_asking_while_the_chain_is_away_and_says_so() {
        AKKA.stop(watcher);
        backend.interrupt("the cable is cut");
        watcher = AKKA.spawn(ChainWatcher.create(backend));
        TestProbe<State> states = AKKA.createTestProbe();
        states.awaitAssert(() -> {
            watcher.tell(new ChainWatcher.GetState(states.ref()));
            assertThat(states.receiveMessage()).isEqualTo(new State(Optional.empty(), Optional.of("the cable is cut")));
            return "seen";
        });
        Tx tx = published(spend(coin, 500));
        watchConfirmed(tx, 1);
        chain.mine(1);
        backend.restore();
        assertThat(confirmed.receiveMessage(Duration.ofSeconds(10)).txid()).isEqualTo(tx.txid());
    }

    @Test
    void finds_the_output_that_a_short_channel_id_names() {
        Tx tx = published(spend(coin, 500));
        chain.mine(1);
        var outPoint = new OutPoint(tx.txid(), 0);
        assertThat(find("103x1x0")).isEqualTo(new Funding.Unspent(outPoint, tx.outputs().getFirst(), 1));
        assertThat(find("103x1x1")).isEqualTo(new Funding.Gone(new OutPoint(tx.txid(), 1)));
        assertThat(find("103x2x0")).isEqualTo(new Funding.Unknown());
        assertThat(find("999x0x0")).isEqualTo(new Funding.Unknown());
        published(spend(output(tx, 0), 500));
        chain.mine(1);
        assertThat(find("103x1x0")).isEqualTo(new Funding.Gone(outPoint));
    }

    private Funding find(String channel) {
        return FundingLookup.find(backend, ShortChannelId.fromText(channel)).toCompletableFuture().join();
    }

    private Tx published(Tx tx) {
        assertThat(chain.publish(tx)).isEqualTo(new Published.Accepted());
        return tx;
    }

    /** Mines, and waits until the watcher has followed. */
    private void mine(int blocks) {
        chain.mine(blocks);
        followed();
    }

    private void followed() {
        TestProbe<State> states = AKKA.createTestProbe();
        states.awaitAssert(Duration.ofSeconds(10), Duration.ofMillis(5), () -> {
            watcher.tell(new ChainWatcher.GetState(states.ref()));
            assertThat(states.receiveMessage().height()).contains(chain.tip().height());
            return "followed";
        });
    }

    private void watchHeight() {
        watcher.tell(new ChainWatcher.WatchHeight(heights.ref()));
        assertThat(heights.receiveMessage()).isEqualTo(new NewHeight(chain.tip().height()));
    }

    private void watchConfirmed(Tx tx, int depth) {
        watcher.tell(new ChainWatcher.WatchConfirmed(tx.txid(), depth, START, confirmed.ref()));
    }

    private void watchSpent(OutPoint outPoint) {
        watcher.tell(new ChainWatcher.WatchSpent(outPoint, START, spent.ref()));
    }
}
