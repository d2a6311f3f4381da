package fulgurite.simulator.chain;

import static fulgurite.simulator.chain.ChainFixture.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import fulgurite.node.wallet.ReserveTerms;
import fulgurite.node.wallet.WalletActor.Balance;
import fulgurite.node.wallet.WalletActor.FundResult;
import fulgurite.node.wallet.WalletActor.Funded;
import fulgurite.node.wallet.WalletActor.InsufficientFunds;
import fulgurite.node.wallet.WalletActor.NotSent;
import fulgurite.node.wallet.WalletActor.SendResult;
import fulgurite.node.wallet.WalletActor.Sent;
import fulgurite.node.wallet.WalletActor;
import fulgurite.node.wallet.WalletKeys;
import fulgurite.protocol.bitcoin.Address;
import fulgurite.protocol.bitcoin.BitcoinNetwork;
import fulgurite.protocol.bitcoin.HdKeys;
import fulgurite.protocol.bitcoin.Tx;
import fulgurite.protocol.bitcoin.TxOutput;
import fulgurite.protocol.units.BlockHeight;
import fulgurite.protocol.units.Bytes;
import fulgurite.protocol.units.FeeratePerKw;
import fulgurite.protocol.units.Satoshi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The wallet against a chain that validates what it builds. */
class WalletActorTest {
    private static final ActorTestKit AKKA = ChainFixture.testKit();
    private static final Bytes SEED = Bytes.fromHex("42".repeat(32));
    private static final FeeratePerKw FEERATE = new FeeratePerKw(1000);
    private static final Bytes ELSEWHERE = Bytes.concat(Bytes.fromHex("0020"), Bytes.fromHex("99".repeat(32)));
    private final RegtestChain chain = RegtestChain.create(ChainSettings.DEFAULT);
    private final RegtestBackend backend = new RegtestBackend(chain);
    private ActorRef<WalletActor.Command> wallet = open();

    @AfterAll
    static void stop() {
        AKKA.shutdownTestKit();
    }

    @Test
    void finds_what_is_paid_to_it_and_hands_out_the_next_address() {
        Address first = ask(WalletActor.NewAddress::new);
        assertThat(first.toString()).startsWith("bcrt1q");
        chain.faucet(first.script(), new Satoshi(70_000));
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(new Satoshi(70_000)));
        awaitBalance(balance -> assertThat(balance.height()).isEqualTo(chain.tip().height()));
        assertThat(this.<Address>ask(WalletActor.NewAddress::new)).isNotEqualTo(first);
    }

    @Test
    void finds_everything_again_after_a_restart_and_does_not_reuse_a_paid_address() {
        Address first = ask(WalletActor.NewAddress::new);
        Address second = ask(WalletActor.NewAddress::new);
        chain.faucet(second.script(), new Satoshi(70_000));
        Sent sent = (Sent) send(ELSEWHERE, 20_000);
        chain.mine(1);
        Balance before = balance();
        AKKA.stop(wallet);
        wallet = open();
        awaitBalance(balance -> assertThat(balance).isEqualTo(before));
        assertThat(before.confirmed()).isEqualTo(sent.tx().outputs().getLast().amount());
        assertThat(this.<Address>ask(WalletActor.NewAddress::new)).isNotIn(first, second);
    }

    @Test
    void funds_with_the_outputs_first_at_the_feerate_and_with_change() {
        paid(100_000);
        paid(60_000);
        var asked = List.of(new TxOutput(new Satoshi(90_000), ELSEWHERE), new TxOutput(new Satoshi(30_000), ELSEWHERE));
        Funded funded = (Funded) fund(asked);
        Tx tx = funded.tx();
        assertThat(tx.outputs().subList(0, 2)).isEqualTo(asked);
        assertThat(tx.outputs()).hasSize(3);
        assertThat(tx.inputs()).hasSize(2);
        assertThat(funded.fee().sat()).isBetween((long) tx.weight(), tx.weight() + 4L);
        assertThat(chain.publish(tx)).isEqualTo(accepted());
        awaitBalance(balance -> assertThat(balance.unconfirmed()).isEqualTo(tx.outputs().get(2).amount()));
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(Satoshi.ZERO));
    }

    @Test
    void leaves_change_below_dust_to_the_fee() {
        paid(100_000);
        Funded funded = (Funded) fund(List.of(new TxOutput(new Satoshi(99_300), ELSEWHERE)));
        assertThat(funded.tx().outputs()).hasSize(1);
        assertThat(funded.fee()).isEqualTo(new Satoshi(700));
    }

    @Test
    void spends_the_same_coins_only_once_until_they_are_released() {
        paid(100_000);
        var output = List.of(new TxOutput(new Satoshi(50_000), ELSEWHERE));
        Funded funded = (Funded) fund(output);
        awaitBalance(balance -> assertThat(balance.locked()).isEqualTo(new Satoshi(100_000)));
        assertThat(fund(output)).isInstanceOf(InsufficientFunds.class);
        wallet.tell(new WalletActor.Release(funded.tx()));
        assertThat(fund(output)).isInstanceOf(Funded.class);
    }

    @Test
    void says_what_it_has_and_what_it_needs() {
        paid(100_000);
        assertThat(fund(List.of(new TxOutput(new Satoshi(100_000), ELSEWHERE))))
                .isInstanceOfSatisfying(InsufficientFunds.class, short_ -> {
                    assertThat(short_.have()).isEqualTo(new Satoshi(100_000));
                    assertThat(short_.need().sat()).isBetween(100_400L, 100_700L);
                });
    }

    @Test
    void spends_its_own_unconfirmed_change_but_not_unconfirmed_payments_of_others() {
        paid(100_000);
        Sent first = (Sent) send(ELSEWHERE, 20_000);
        Sent second = (Sent) send(ELSEWHERE, 20_000);
        assertThat(second.tx().inputs().getFirst().outPoint().txid()).isEqualTo(first.tx().txid());
        Address address = ask(WalletActor.NewAddress::new);
        var giver = new ChainFixture(chain);
        chain.publish(
                ChainFixture.pay(giver.coin(500_000), List.of(new TxOutput(new Satoshi(400_000), address.script())),
                        ChainFixture.REPLACEABLE, 0));
        awaitBalance(balance -> assertThat(balance.unconfirmed()).isEqualTo(new Satoshi(400_000)));
        assertThat(send(ELSEWHERE, 300_000)).isInstanceOf(InsufficientFunds.class);
        chain.mine(1);
        assertThat(send(ELSEWHERE, 300_000)).isInstanceOf(Sent.class);
    }

    @Test
    void a_refused_payment_gives_its_coins_back() {
        paid(100_000);
        assertThat(send(ELSEWHERE, 100)).isEqualTo(new NotSent("dust"));
        awaitBalance(balance -> assertThat(balance.locked()).isEqualTo(Satoshi.ZERO));
        backend.interrupt("the cable is cut");
        assertThat(send(ELSEWHERE, 50_000)).isEqualTo(new NotSent("the cable is cut"));
        backend.restore();
        assertThat(send(ELSEWHERE, 50_000)).isInstanceOf(Sent.class);
    }

    @Test
    void a_reorganisation_takes_coins_back_and_a_rival_spend_makes_them_void() {
        Address address = ask(WalletActor.NewAddress::new);
        var giver = new ChainFixture(chain);
        var coin = giver.coin(200_000);
        Tx payment = ChainFixture.pay(coin, List.of(new TxOutput(new Satoshi(150_000), address.script())),
                ChainFixture.REPLACEABLE, 0);
        chain.publish(payment);
        chain.mine(2);
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(new Satoshi(150_000)));
        chain.disconnect(2);
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(Satoshi.ZERO));
        awaitBalance(balance -> assertThat(balance.unconfirmed()).isEqualTo(new Satoshi(150_000)));
        chain.mineExactly(List.of(ChainFixture.spend(coin, 5_000)));
        awaitBalance(balance -> assertThat(balance.unconfirmed()).isEqualTo(Satoshi.ZERO));
        awaitBalance(balance -> assertThat(balance.height()).isEqualTo(chain.tip().height()));
    }

    @Test
    void a_payment_is_forgotten_when_a_reorganisation_displaces_its_foreign_parent() {
        Address address = ask(WalletActor.NewAddress::new);
        var coin = new ChainFixture(chain).coin(200_000);
        Tx parent = ChainFixture.spend(coin, 1_000);
        Tx payment = ChainFixture.pay(ChainFixture.output(parent, 0),
                List.of(new TxOutput(new Satoshi(150_000), address.script())), ChainFixture.REPLACEABLE, 0);
        chain.publish(parent);
        chain.publish(payment);
        chain.mine(1);
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(new Satoshi(150_000)));
        chain.disconnect(1);
        chain.mineExactly(List.of(ChainFixture.spend(coin, 5_000)));
        awaitBalance(balance -> assertThat(balance.height()).isEqualTo(chain.tip().height()));
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(Satoshi.ZERO));
        awaitBalance(balance -> assertThat(balance.unconfirmed()).isEqualTo(Satoshi.ZERO));
    }

    @Test
    void a_payment_of_its_own_out_of_a_displaced_one_goes_with_it_and_gives_its_other_coins_back() {
        Address address = ask(WalletActor.NewAddress::new);
        var coin = new ChainFixture(chain).coin(200_000);
        paid(100_000);
        Tx parent = ChainFixture.spend(coin, 1_000);
        chain.publish(parent);
        chain.publish(ChainFixture.pay(ChainFixture.output(parent, 0),
                List.of(new TxOutput(new Satoshi(150_000), address.script())), ChainFixture.REPLACEABLE, 0));
        chain.mine(1);
        Sent sent = (Sent) send(ELSEWHERE, 200_000);
        assertThat(sent.tx().inputs()).hasSize(2);
        chain.disconnect(1);
        chain.mineExactly(List.of(ChainFixture.spend(coin, 5_000)));
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(new Satoshi(100_000)));
        awaitBalance(balance -> assertThat(balance.unconfirmed()).isEqualTo(Satoshi.ZERO));
        assertThat(send(ELSEWHERE, 50_000)).isInstanceOf(Sent.class);
    }

    @Test
    void what_a_mempool_has_let_go_is_offered_to_it_again_at_the_next_block_and_counts_until_then() {
        paid(100_000);
        Sent sent = (Sent) send(ELSEWHERE, 20_000);
        chain.setMempoolMinimum(new FeeratePerKw(5_000));
        assertThat(chain.mempool()).isEmpty();
        chain.mine(1);
        Satoshi change = sent.tx().outputs().getLast().amount();
        assertThat(balance().unconfirmed()).isEqualTo(change);
        chain.setMempoolMinimum(FeeratePerKw.FLOOR);
        chain.mine(1);
        caughtUp();
        AKKA.createTestProbe().awaitAssert(() -> {
            assertThat(chain.mempool()).extracting(Tx::txid).containsExactly(sent.tx().txid());
            return "offered again";
        });
        chain.mine(1);
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(change));
    }

    @Test
    void a_reward_counts_as_spendable_only_when_it_is_mature() {
        Address address = ask(WalletActor.NewAddress::new);
        chain.mine(1, address.script());
        chain.mine(98);
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(new Satoshi(5_000_000_000L)));
        assertThat(send(ELSEWHERE, 50_000)).isInstanceOf(InsufficientFunds.class);
        chain.mine(1);
        assertThat(send(ELSEWHERE, 50_000)).isInstanceOf(Sent.class);
    }

    @Test
    void hands_out_no_more_unpaid_addresses_than_a_later_scan_would_find() {
        List<Address> addresses = IntStream.range(0, 101)
                .mapToObj(i -> this.<Address>ask(WalletActor.NewAddress::new))
                .toList();
        assertThat(addresses.get(100)).isEqualTo(addresses.getFirst());
        chain.faucet(addresses.get(99).script(), new Satoshi(70_000));
        AKKA.stop(wallet);
        wallet = open();
        awaitBalance(balance -> assertThat(balance.confirmed()).isEqualTo(new Satoshi(70_000)));
    }

    @Test
    void waits_for_a_chain_that_is_away_when_it_starts() {
        AKKA.stop(wallet);
        backend.interrupt("the cable is cut");
        wallet = open();
        var probe = AKKA.<Balance>createTestProbe();
        wallet.tell(new WalletActor.GetBalance(probe.ref()));
        chain.mine(3);
        backend.restore();
        assertThat(probe.receiveMessage().height()).isEqualTo(new BlockHeight(3));
    }

    private ActorRef<WalletActor.Command> open() {
        var keys = WalletKeys.of(HdKeys.fromSeed(SEED), BitcoinNetwork.REGTEST);
        return AKKA.spawn(WalletActor.create(keys, backend, new BlockHeight(0), ReserveTerms.NONE));
    }

    private void paid(long sat) {
        Address address = ask(WalletActor.NewAddress::new);
        chain.faucet(address.script(), new Satoshi(sat));
    }

    private Balance balance() {
        caughtUp();
        return ask(WalletActor.GetBalance::new);
    }

    /** The chain tells the wallet through mailboxes: what follows from an event is waited for. */
    private void awaitBalance(Consumer<Balance> assertion) {
        AKKA.createTestProbe().awaitAssert(Duration.ofSeconds(10), Duration.ofMillis(5), () -> {
            assertion.accept(ask(WalletActor.GetBalance::new));
            return "as expected";
        });
    }

    private void caughtUp() {
        awaitBalance(balance -> assertThat(balance.height()).isEqualTo(chain.tip().height()));
    }

    private FundResult fund(List<TxOutput> outputs) {
        caughtUp();
        return ask(replyTo -> new WalletActor.Fund(1, new ArrayList<>(outputs), FEERATE, replyTo));
    }

    private SendResult send(Bytes script, long sat) {
        caughtUp();
        Address to = Address.ofScript(script, BitcoinNetwork.REGTEST).orElseThrow();
        return ask(replyTo -> new WalletActor.Send(to, new Satoshi(sat), FEERATE, replyTo));
    }

    private <T> T ask(Function<ActorRef<T>, WalletActor.Command> command) {
        return AskPattern.<WalletActor.Command, T>ask(wallet, command::apply, Duration.ofSeconds(10), AKKA.scheduler())
                .toCompletableFuture()
                .join();
    }
}
